import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eksKubeconfig } from "../../components/aws/kubeconfig.ts";
import {
  cpuMillis,
  formatCpu,
  formatMemory,
  memoryMebibytes,
} from "../../components/kubernetes/container-resources.ts";
import { loadBalancerAnnotations } from "../../components/kubernetes/load-balancer.ts";
import { quotaFor } from "../../components/kubernetes/namespace-quota.ts";
import { environment, podSpec } from "../../components/kubernetes/pod-template.ts";
import { servicePolicySpec } from "../../components/kubernetes/service-policy.ts";

const service = { name: "service-a", image: "shop/a:1", replicas: 2, port: 8080, role: "public" } as const;
const database = {
  host: "db.test",
  port: 5432,
  name: "app",
  user: "app",
  password: "hush",
  sslMode: "require",
} as const;
const s3 = { kind: "s3", bucket: "b", region: "eu-central-1" } as const;
const blob = {
  kind: "blob",
  account: "acct",
  endpoint: "https://acct/",
  container: "objects",
  accountKey: "key",
} as const;

describe("a pod", () => {
  it("is told where everything is, and no secret", () => {
    expect(environment(service, { site: "primary", protocol: "HTTP", database, objects: s3 })).toEqual({
      SITE: "primary",
      PORT: "8080",
      DATABASE_HOST: "db.test",
      DATABASE_PORT: "5432",
      DATABASE_NAME: "app",
      DATABASE_USER: "app",
      DATABASE_SSLMODE: "require",
      OBJECTS_KIND: "s3",
      OBJECTS_BUCKET: "b",
      AWS_REGION: "eu-central-1",
    });
    const standby = environment(service, { site: "standby", protocol: "HTTP", database, objects: blob });
    expect(standby).toMatchObject({
      OBJECTS_KIND: "blob",
      OBJECTS_ENDPOINT: "https://acct/",
      OBJECTS_ACCOUNT: "acct",
      OBJECTS_CONTAINER: "objects",
    });
    expect(JSON.stringify(standby)).not.toMatch(/hush|key/);
  });

  it("can do no harm and is watched", () => {
    const spec = podSpec(service, { site: "standby", protocol: "HTTPS", database, objects: blob });
    expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } });
    expect(spec.containers[0]).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ["ALL"] },
      },
      resources: { requests: { cpu: "100m", memory: "128Mi" }, limits: { cpu: "500m", memory: "512Mi" } },
      startupProbe: { httpGet: { path: "/live", port: "http", scheme: "HTTPS" } },
      livenessProbe: { httpGet: { path: "/live", port: "http", scheme: "HTTPS" } },
      readinessProbe: { httpGet: { path: "/ready", port: "http", scheme: "HTTPS" } },
      volumeMounts: [{ name: "secrets", mountPath: "/var/run/secrets/pilotlight", readOnly: true }],
    });
  });

  it("is spread over zones and nodes where there are several, and never waits for a place", () => {
    const settings = { site: "primary", protocol: "HTTP", database, objects: s3 } as const;
    const spread = podSpec(service, settings).topologySpreadConstraints;
    expect(spread?.map(({ topologyKey, whenUnsatisfiable }) => [topologyKey, whenUnsatisfiable])).toEqual([
      ["topology.kubernetes.io/zone", "ScheduleAnyway"],
      ["kubernetes.io/hostname", "ScheduleAnyway"],
    ]);
    expect(podSpec({ ...service, replicas: 1 }, settings)).not.toHaveProperty("topologySpreadConstraints");
    expect(podSpec({ ...service, spread: false }, settings)).not.toHaveProperty("topologySpreadConstraints");
  });
});

describe("a load balancer on AWS", () => {
  it("is a network load balancer, internal for internal services", () => {
    const type = { "service.beta.kubernetes.io/aws-load-balancer-type": "nlb" };
    expect(loadBalancerAnnotations({ kind: "aws" }, "public")).toEqual(type);
    expect(loadBalancerAnnotations({ kind: "aws" }, "internal")).toEqual({
      ...type,
      "service.beta.kubernetes.io/aws-load-balancer-internal": "true",
    });
  });
});

describe("the EKS kubeconfig", () => {
  it("gets a token by the user's own identity and holds no credential", () => {
    const access = {
      clusterName: "shop",
      region: "eu-central-1",
      endpoint: "https://eks",
      certificateAuthorityData: "Y2E=",
    };
    const { users, clusters } = JSON.parse(eksKubeconfig(access));
    expect(clusters[0].cluster).toEqual({ server: "https://eks", "certificate-authority-data": "Y2E=" });
    expect(Object.keys(users[0].user)).toEqual(["exec"]);
    expect([users[0].user.exec.command, ...users[0].user.exec.args].join(" ")).toBe(
      "aws --region eu-central-1 eks get-token --cluster-name shop --output json",
    );
  });
});

describe("amounts", () => {
  it("are written as the API server writes them back", () => {
    expect([1000, 1500, 250].map(formatCpu)).toEqual(["1", "1500m", "250m"]);
    expect([1024, 1536, 0.5].map(formatMemory)).toEqual(["1Gi", "1536Mi", "1Mi"]);
    fc.assert(
      fc.property(fc.nat(1_000_000), (amount) => {
        expect(cpuMillis(formatCpu(amount))).toBe(amount);
        expect(memoryMebibytes(formatMemory(amount))).toBe(amount);
      }),
    );
    for (const wrong of ["1.5", "", "1g", "-1"]) {
      expect(() => cpuMillis(wrong)).toThrow("right would be");
      expect(() => memoryMebibytes(wrong)).toThrow("right would be");
    }
  });
});

describe("a namespace's quota", () => {
  it("always has room for every service at its most, old and new side by side", () => {
    const one = fc.record({
      name: fc.constant("a"),
      image: fc.constant("i"),
      port: fc.constant(8080),
      role: fc.constant("internal" as const),
      replicas: fc.integer({ min: 1, max: 100 }),
      maxReplicas: fc.option(fc.integer({ min: 100, max: 200 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 8 }), (services) => {
        const quota = quotaFor(services);
        const pods = services.reduce((sum, each) => sum + 2 * (each.maxReplicas ?? each.replicas), 0);
        expect(Number(quota.pods)).toBe(pods);
        expect(cpuMillis(quota["requests.cpu"] ?? "")).toBe(100 * pods);
        expect(memoryMebibytes(quota["limits.memory"] ?? "")).toBe(512 * pods);
      }),
    );
  });
});

describe("what a service's network lets through", () => {
  const context = {
    cloud: "aws",
    databasePort: 5432,
    internalSources: ["10.0.0.0/16"],
    scrapedFrom: undefined,
  } as const;

  it("is its port from anywhere if it is public", () => {
    const { ingress } = servicePolicySpec(service, context);
    expect(ingress).toEqual([{ ports: [{ protocol: "TCP", port: 8080 }] }]);
  });

  it("is its port from neighbours, the named blocks and the scraper if it is internal", () => {
    const { ingress } = servicePolicySpec({ ...service, role: "internal" }, { ...context, scrapedFrom: "monitoring" });
    expect(ingress).toEqual([
      {
        from: [
          { podSelector: {} },
          { ipBlock: { cidr: "10.0.0.0/16" } },
          { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } },
        ],
        ports: [{ protocol: "TCP", port: 8080 }],
      },
    ]);
  });

  it("is, outwards, names, the database, TLS, neighbours, and on AWS its credentials", () => {
    const ports = (cloud: "aws" | "azure") =>
      servicePolicySpec(service, { ...context, cloud }).egress.flatMap((rule): readonly (string | number)[] =>
        "ports" in rule ? rule.ports.map(({ port }) => String(port)) : ["neighbours"],
      );
    expect(ports("aws")).toEqual(["53", "53", "5432", "443", "neighbours", "80"]);
    expect(ports("azure")).toEqual(["53", "53", "5432", "443", "neighbours"]);
  });
});
