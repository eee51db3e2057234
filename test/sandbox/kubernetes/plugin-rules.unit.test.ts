import { describe, expect, it } from "vitest";
import { withName } from "../../../sandbox/providers/kubernetes/auto-name.ts";
import { helmKind } from "../../../sandbox/providers/kubernetes/helm-kind.ts";
import { type KubeObject, kindOfToken, parseId } from "../../../sandbox/providers/kubernetes/kube-object.ts";
import { liveInputs } from "../../../sandbox/providers/kubernetes/live-inputs.ts";
import { sameQuantity } from "../../../sandbox/providers/kubernetes/quantity.ts";
import { isAwaited, readinessOf } from "../../../sandbox/providers/kubernetes/readiness.ts";
import { replacementOf } from "../../../sandbox/providers/kubernetes/replace-rules.ts";
import { diffProperties } from "../../../sandbox/providers/property-diff.ts";
import { validateInputs } from "../../../sandbox/providers/validate.ts";

type Json = Record<string, unknown>;
const replaced = (olds: Json, news: Json, config = {}) =>
  diffProperties(olds, news, replacementOf(olds, news, config).paths)
    .filter(({ replaces }) => replaces)
    .map(({ path }) => path);

describe("tokens and ids", () => {
  it("are read as the real provider writes them", () => {
    expect(kindOfToken("kubernetes:apps/v1:Deployment")).toEqual({ apiVersion: "apps/v1", kind: "Deployment" });
    expect(kindOfToken("kubernetes:core/v1:Service")).toEqual({ apiVersion: "v1", kind: "Service" });
    expect(kindOfToken("kubernetes:yaml:ConfigFile")).toBeUndefined();
    expect(parseId("app/web")).toEqual({ namespace: "app", name: "web" });
    expect(parseId("app")).toEqual({ namespace: undefined, name: "app" });
  });
});

describe("replacement", () => {
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "app" },
    spec: { replicas: 1, selector: { matchLabels: { app: "web" } } },
  };

  it("updates what can be updated", () => {
    expect(replaced(deployment, { ...deployment, spec: { ...deployment.spec, replicas: 3 } })).toEqual([]);
    expect(replaced(deployment, { ...deployment, metadata: { ...deployment.metadata, labels: { a: "b" } } })).toEqual(
      [],
    );
  });

  it("replaces on kind, name, namespace and a Deployment's selector", () => {
    expect(replaced(deployment, { ...deployment, metadata: { name: "web", namespace: "other" } })).toEqual([
      "metadata.namespace",
    ]);
    expect(
      replaced(deployment, { ...deployment, spec: { replicas: 1, selector: { matchLabels: { app: "x" } } } }),
    ).toEqual(["spec.selector.matchLabels.app"]);
  });

  it("deletes first only where the name stays and was given", () => {
    const selector = { ...deployment, spec: { replicas: 1, selector: {} } };
    expect(replacementOf(deployment, selector, {}).deleteBeforeReplace).toBe(true);
    expect(
      replacementOf(deployment, { ...selector, metadata: { name: "new", namespace: "app" } }, {}).deleteBeforeReplace,
    ).toBe(false);
    const auto = { ...selector, metadata: { ...deployment.metadata, annotations: { "pulumi.com/autonamed": "true" } } };
    expect(replacementOf(deployment, auto, {}).deleteBeforeReplace).toBe(false);
  });

  it("treats the contents of Secrets as the provider is set", () => {
    const secret = (value: string, more = {}) => ({
      apiVersion: "v1",
      kind: "Secret",
      stringData: { a: value },
      ...more,
    });
    expect(replaced(secret("1"), secret("2"))).toEqual(["stringData.a"]);
    expect(replaced(secret("1"), secret("2"), { enableSecretMutable: true })).toEqual([]);
    expect(
      replaced(secret("1", { immutable: true }), secret("2", { immutable: true }), { enableSecretMutable: true }),
    ).toEqual(["stringData.a"]);
  });

  it("replaces a Job whose template changes, whatever its containers", () => {
    const job = (image: string) => ({
      apiVersion: "batch/v1",
      kind: "Job",
      spec: { template: { spec: { containers: [{ name: "a", image }] } } },
    });
    expect(replaced(job("a"), job("b"))).toHaveLength(1);
  });
});

describe("auto-naming", () => {
  const kind = { apiVersion: "v1", kind: "ConfigMap" };
  it("adds eight hex digits, keeps them, and leaves given names alone", () => {
    const first = withName({ data: {} }, kind, { name: "conf", old: undefined });
    expect(first).toMatchObject({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: expect.stringMatching(/^conf-[0-9a-f]{8}$/) },
    });
    expect(withName({ data: {} }, kind, { name: "conf", old: first })).toEqual(first);
    expect(withName({ metadata: { name: "mine" } }, kind, { name: "conf", old: first })).toMatchObject({
      metadata: { name: "mine" },
    });
  });
});

describe("refresh", () => {
  const declared = {
    metadata: { name: "web", labels: {} },
    spec: {
      replicas: 2,
      hostNetwork: false,
      containers: [
        { name: "a", resources: { requests: { cpu: "1000m", memory: "1024Mi" } }, ports: [{ containerPort: 80 }] },
      ],
    },
  };
  const live = {
    metadata: { name: "web", uid: "u", resourceVersion: "9" },
    spec: {
      replicas: 2,
      strategy: { type: "RollingUpdate" },
      containers: [
        { name: "sidecar", image: "injected" },
        {
          name: "a",
          imagePullPolicy: "Always",
          resources: { requests: { cpu: "1", memory: "1Gi" } },
          ports: [{ containerPort: 80, protocol: "TCP" }],
        },
      ],
    },
    status: {},
  };

  it("shows no change for what the server only completed or wrote differently", () => {
    expect(liveInputs(declared, live)).toEqual(declared);
  });

  it("shows drift", () => {
    const drifted = { ...live, spec: { ...live.spec, replicas: 5 } };
    expect(liveInputs(declared, drifted)).toMatchObject({ spec: { replicas: 5 } });
  });

  it("tells list items apart that share a port, as DNS by UDP and by TCP", () => {
    const policy = {
      spec: {
        egress: [
          {
            ports: [
              { protocol: "UDP", port: 53 },
              { protocol: "TCP", port: 53 },
            ],
          },
        ],
      },
    };
    expect(liveInputs(policy, structuredClone(policy))).toEqual(policy);
  });

  it("compares stringData with what is stored", () => {
    const secret = { stringData: { a: "1", b: "2" } };
    const stored = { data: { a: Buffer.from("1").toString("base64"), c: "" } };
    expect(liveInputs(secret, stored)).toEqual({ stringData: { a: "1" } });
  });

  it("knows equal quantities", () => {
    expect(sameQuantity("0.5", "500m")).toBe(true);
    expect(sameQuantity(1, "1")).toBe(true);
    expect(sameQuantity("1G", "1Gi")).toBe(false);
    expect(sameQuantity("abc", "abc")).toBe(false);
  });
});

describe("readiness", () => {
  const object = (apiVersion: string, kind: string, more: Json, generation = 2): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: "x", generation },
    ...more,
  });
  const deployment = (status: Json, replicas = 2) =>
    readinessOf(object("apps/v1", "Deployment", { spec: { replicas }, status })).kind;

  it("of a Deployment needs this generation, up to date, available, and none of the old", () => {
    const done = { observedGeneration: 2, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
    expect(deployment(done)).toBe("ready");
    expect(deployment({ ...done, observedGeneration: 1 })).toBe("waiting");
    expect(deployment({ ...done, availableReplicas: 1 })).toBe("waiting");
    expect(deployment({ ...done, replicas: 3 })).toBe("waiting");
    expect(deployment({ observedGeneration: 2 }, 0)).toBe("ready");
    expect(
      deployment({ observedGeneration: 2, conditions: [{ type: "Progressing", reason: "ProgressDeadlineExceeded" }] }),
    ).toBe("failed");
  });

  it("of a Service needs an address and, unless headless or external, pods", () => {
    const service = (spec: Json, status: Json = {}, slices: KubeObject[] = []) =>
      readinessOf(object("v1", "Service", { spec, status }), slices).kind;
    const slices = [object("discovery.k8s.io/v1", "EndpointSlice", { endpoints: [{ addresses: ["10.0.0.1"] }] })];
    const address = { loadBalancer: { ingress: [{ hostname: "x" }] } };
    expect(service({ type: "LoadBalancer" }, {}, slices)).toBe("waiting");
    expect(service({ type: "LoadBalancer" }, address, slices)).toBe("ready");
    expect(service({ type: "LoadBalancer" }, address)).toBe("waiting");
    expect(service({ clusterIP: "None" })).toBe("ready");
    expect(service({ type: "ExternalName" })).toBe("ready");
  });

  it("of a ResourceQuota needs its limits in force", () => {
    const quota = (hard?: Json) =>
      readinessOf(object("v1", "ResourceQuota", { spec: { hard: { pods: "4" } }, status: { hard } })).kind;
    expect(quota()).toBe("waiting");
    expect(quota({ pods: "2" })).toBe("waiting");
    expect(quota({ pods: "4" })).toBe("ready");
  });

  it("is waited for where the kind has a rule or the annotation asks", () => {
    const annotations = { "pulumi.com/waitFor": "condition=Ready" };
    const store = object("external-secrets.io/v1", "SecretStore", { metadata: { name: "x", annotations } });
    expect(isAwaited(store)).toBe(true);
    for (const [version, kind] of [
      ["autoscaling/v2", "HorizontalPodAutoscaler"],
      ["policy/v1", "PodDisruptionBudget"],
      ["networking.k8s.io/v1", "NetworkPolicy"],
      ["v1", "LimitRange"],
      ["rbac.authorization.k8s.io/v1", "Role"],
    ] as const) {
      expect(isAwaited(object(version, kind, {})), kind).toBe(false);
    }
    expect(isAwaited(object("v1", "ResourceQuota", {}))).toBe(true);
  });

  it("of kinds that nobody waits for is given", () => {
    expect(readinessOf(object("v1", "ConfigMap", {})).kind).toBe("ready");
  });
});

describe("a Helm release", () => {
  it("is refused by name of the setting that turns charts off", () => {
    expect(validateInputs(helmKind.inputs, { chart: "loki" }).map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/pilotlight:observability.*charts.*false/),
    ]);
  });
});
