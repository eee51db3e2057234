import type { Resource } from "@pulumi/pulumi";
import { ComponentResource } from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { ServiceWorkload, type ServiceWorkloadArgs } from "../../components/kubernetes/service-workload.ts";
import { holdersOf, inputsOf, namesOf, one, type Recording, record } from "./support/component.ts";

const api = { name: "api", image: "shop/api:1", replicas: 2, port: 8080, role: "public" } as const;
const worker = { name: "worker", image: "shop/worker:1", replicas: 1, port: 9090, role: "internal" } as const;
const today: ServiceWorkloadArgs = {
  site: "primary",
  namespace: "shop",
  services: [api, worker],
  active: true,
  protocol: "HTTP",
  servicePort: 8080,
  cloud: { kind: "aws" },
  database: { host: "db.test", port: 5432, name: "app", user: "app", password: "hush", sslMode: "require" },
  objects: { kind: "s3", bucket: "b", region: "eu-central-1" },
};
const blob = { kind: "blob", account: "a", endpoint: "https://a/", container: "c", accountKey: "hush-key" } as const;
const made = (changes: Partial<ServiceWorkloadArgs> = {}) =>
  record(() => {
    new ServiceWorkload("workload", { ...today, ...changes });
    return {};
  });

const AUTOSCALER = "kubernetes:autoscaling/v2:HorizontalPodAutoscaler";
const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const SERVICE = "kubernetes:core/v1:Service";
const spec = (recording: Recording, type: string, name: string) => Object(one(recording, type, name).inputs.spec);

describe("a service workload", () => {
  let recording: Recording;
  beforeAll(async () => {
    recording = await made();
  });

  it("makes exactly this", () => {
    expect(inputsOf(recording)).toMatchSnapshot();
  });

  it("keeps the password secret, in one object", () => {
    expect(holdersOf("hush", recording)).toEqual({ all: ["workload-secret"], open: [] });
  });

  it("keeps every name under every option", async () => {
    const changed = await made({
      services: [{ ...api, maxReplicas: 6, resources, nodePort: 30080, spread: false }, worker],
      active: false,
      quota: { pods: "5" },
      operatorGroups: ["shop-operators"],
      internalSources: ["10.0.0.0/16"],
      scrapedFrom: "monitoring",
      monitors: true,
    });
    expect(namesOf(changed)).toEqual(expect.arrayContaining(namesOf(recording)));
  });

  it("declares nothing but replicas differently when its site is inactive, with and without autoscaler", async () => {
    for (const services of [today.services, [{ ...api, maxReplicas: 6 }, worker]]) {
      const [active, inactive] = [await made({ services }), await made({ services, active: false })];
      const before = new Map(active.resources.map(({ urn, wire }) => [urn, wire]));
      expect(new Set(inactive.resources.map(({ urn }) => urn))).toEqual(new Set(before.keys()));
      const changed = inactive.resources.filter(({ urn, wire }) => before.get(urn) !== wire);
      expect(changed.map(({ type, name }) => [type, name]).toSorted()).toEqual([
        [DEPLOYMENT, "workload-api"],
        [DEPLOYMENT, "workload-worker"],
      ]);
      for (const { name, inputs } of changed) {
        const { replicas: now, ...rest } = Object(inputs.spec);
        const { replicas: _, ...then } = spec(active, DEPLOYMENT, name);
        expect([now, rest]).toEqual([0, then]);
      }
    }
  });

  it("leaves replicas to the autoscaler where there is one, after the Deployment", async () => {
    const scaled = await made({ services: [{ ...api, maxReplicas: 6 }, worker] });
    expect(spec(scaled, DEPLOYMENT, "workload-api")).not.toHaveProperty("replicas");
    expect(spec(scaled, DEPLOYMENT, "workload-worker").replicas).toBe(1);
    expect(spec(scaled, AUTOSCALER, "workload-api")).toEqual({
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: "api" },
      minReplicas: 2,
      maxReplicas: 6,
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } },
      ],
      behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
    });
    expect(one(scaled, AUTOSCALER, "workload-api").dependencies).toContain(one(scaled, DEPLOYMENT, "workload-api").urn);
  });

  it("opens a node port instead of a load balancer, and waits for nobody there", async () => {
    const behind = await made({ services: [{ ...api, nodePort: 30080 }, worker] });
    expect(one(behind, SERVICE, "workload-api").inputs).toMatchObject({
      metadata: { annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { type: "NodePort", ports: [{ name: "http", port: 8080, targetPort: "http", nodePort: 30080 }] },
    });
    expect(spec(behind, SERVICE, "workload-worker").type).toBe("LoadBalancer");
    await record(() => {
      const workload = new ServiceWorkload("workload", { ...today, services: [{ ...api, nodePort: 30080 }, worker] });
      expect(() => workload.host("api")).toThrow("no service api with a load balancer of its own; there are worker");
      return { host: workload.host("worker") };
    }).then(({ outputs }) => expect(outputs.host).toBe("workload-worker.elb.test"));
  });

  it("has no NetworkPolicy at all without networkPolicies", async () => {
    const open = await made({ networkPolicies: false });
    expect(open.resources.filter(({ type }) => type.endsWith(":NetworkPolicy"))).toEqual([]);
  });

  it("has ServiceMonitors only where asked", async () => {
    expect(recording.resources.filter(({ type }) => type.includes("monitoring.coreos.com"))).toEqual([]);
    const watched = await made({ monitors: true });
    expect(spec(watched, "kubernetes:monitoring.coreos.com/v1:ServiceMonitor", "workload-api")).toEqual({
      selector: { matchLabels: spec(watched, SERVICE, "workload-api").selector },
      endpoints: [{ port: "http", path: "/metrics", scheme: "http", interval: "30s" }],
    });
  });

  it("binds operators only to groups that are named", async () => {
    expect(namesOf(recording)).not.toContain("kubernetes:rbac.authorization.k8s.io/v1:RoleBinding workload-operator");
    const run = await made({ operatorGroups: ["shop-operators"] });
    expect(one(run, "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding", "workload-operator").inputs).toMatchObject({
      roleRef: { kind: "Role", name: "operator" },
      subjects: [{ kind: "Group", name: "shop-operators" }],
    });
    const { rules } = one(run, "kubernetes:rbac.authorization.k8s.io/v1:Role", "workload-operator").inputs as {
      rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
    };
    expect(rules.filter(({ apiGroups }) => apiGroups.includes("")).flatMap(({ resources: kinds }) => kinds)).toEqual(
      expect.not.arrayContaining(["secrets", "*"]),
    );
    expect(rules.filter(({ verbs }) => verbs.some((verb) => !["get", "list", "watch"].includes(verb)))).toEqual([
      { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["get", "patch", "update"] },
    ]);
  });

  it("goes with its cluster, all of it", async () => {
    let urn = "";
    const away = await record(() => {
      const cluster: Resource = new ComponentResource("test:index:Cluster", "cluster");
      new ServiceWorkload("workload", { ...today, deletedWith: cluster });
      cluster.urn.apply((known) => {
        urn = known;
      });
      return {};
    });
    const objects = away.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(objects.length).toBeGreaterThan(10);
    expect(objects.filter(({ deletedWith }) => deletedWith !== urn).map(({ name }) => name)).toEqual([]);
  });
});

const resources = { requests: { cpu: "1", memory: "1Gi" }, limits: { cpu: "2", memory: "2Gi" } };
const files = {
  "database-password": { secret: "shop/login", property: "password" },
} as const;

describe("secrets from elsewhere", () => {
  it("come by External Secrets under the same Secret name, and no value by our hand", async () => {
    const run = await made({
      secretSource: {
        kind: "external-secrets",
        store: { kind: "aws", region: "eu-central-1", role: "arn:aws:iam::1:role/reader" },
        files,
      },
    });
    expect(namesOf(run)).not.toContain("kubernetes:core/v1:Secret workload-secret");
    expect(holdersOf("hush", run).all).toEqual([]);
    expect(one(run, "kubernetes:external-secrets.io/v1:SecretStore", "workload-secret-store").inputs.spec).toEqual({
      provider: {
        aws: { service: "SecretsManager", region: "eu-central-1", role: "arn:aws:iam::1:role/reader" },
      },
    });
    const kept = one(run, "kubernetes:external-secrets.io/v1:ExternalSecret", "workload-secret").inputs;
    expect(kept.spec).toMatchObject({
      target: { name: "pilotlight", creationPolicy: "Owner" },
      data: [{ secretKey: "database-password", remoteRef: { key: "shop/login", property: "password" } }],
    });
    const pod = spec(run, DEPLOYMENT, "workload-api").template.spec;
    expect(pod.volumes).toEqual([{ name: "secrets", secret: { secretName: "pilotlight", defaultMode: 0o440 } }]);
  });

  it("come by the CSI driver from Secrets Manager and from Key Vault", async () => {
    const aws = await made({
      secretSource: { kind: "csi", store: { kind: "aws", region: "eu-central-1" }, files },
    });
    const provider = "kubernetes:secrets-store.csi.x-k8s.io/v1:SecretProviderClass";
    const { parameters } = spec(aws, provider, "workload-secret");
    expect(JSON.parse(parameters.objects)).toEqual([
      {
        objectName: "shop/login",
        objectType: "secretsmanager",
        jmesPath: [{ path: "password", objectAlias: "database-password" }],
      },
    ]);
    expect(spec(aws, DEPLOYMENT, "workload-api").template.spec.volumes).toEqual([
      {
        name: "secrets",
        csi: {
          driver: "secrets-store.csi.k8s.io",
          readOnly: true,
          volumeAttributes: { secretProviderClass: "pilotlight" },
        },
      },
    ]);

    const store = { kind: "azure", vaultUri: "https://v/", vaultName: "v", tenantId: "t", clientId: "c" } as const;
    const azure = await made({
      objects: blob,
      cloud: { kind: "azure", publicIp: "pip", resourceGroup: "rg" },
      secretSource: {
        kind: "csi",
        store,
        files: {
          "database-password": { secret: "database-app-password" },
          "blob-account-key": { secret: "blob-account-key" },
        },
      },
    });
    const { array } = JSON.parse(spec(azure, provider, "workload-secret").parameters.objects) as { array: string[] };
    expect(array.map((item) => JSON.parse(item).objectAlias)).toEqual(["database-password", "blob-account-key"]);
    expect(one(azure, "kubernetes:core/v1:ServiceAccount", "workload-account").inputs.metadata).toMatchObject({
      annotations: { "azure.workload.identity/client-id": "c", "azure.workload.identity/tenant-id": "t" },
    });
    await expect(made({ secretSource: { kind: "csi", store, files } })).rejects.toThrow(
      "property password of a Key Vault secret cannot be mounted",
    );
  });
});
