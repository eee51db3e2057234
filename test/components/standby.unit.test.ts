import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { standbyOutputsSchema } from "../../stacks/outputs.ts";
import { configOf, type Deployment, deploy, holdersOf, one } from "./support/deploy.ts";

const CONFIG = configOf(readFileSync(new URL("../../stacks/Pulumi.sandbox-standby.yaml", import.meta.url), "utf8"));
const STACK = "sandbox-standby";

describe("the standby stack", () => {
  let dark: Deployment;
  let lit: Deployment;
  let active: Deployment;
  beforeAll(async () => {
    dark = await deploy(STACK, CONFIG);
    lit = await deploy(STACK, { ...CONFIG, "pilotlight:drActive": "true" });
    active = await deploy(STACK, { ...CONFIG, "pilotlight:drActive": "true", "pilotlight:activeSite": "standby" });
  });

  it("gives the outputs of the contract while dark", () => {
    const outputs = standbyOutputsSchema.strict().parse(dark.outputs);
    expect(outputs).not.toHaveProperty("cluster");
    expect(outputs).toMatchObject({
      drActive: false,
      activeSite: "primary",
      tier: "pilot-light",
      subscriptionId: "sub-1",
    });
    expect(outputs.endpoints).toEqual([
      {
        service: "service-a",
        role: "public",
        protocol: "http",
        host: expect.stringMatching(/^pilotlight-sandbox-[0-9a-f]{6}\.westeurope\.cloudapp\.azure\.com$/),
        port: 8080,
      },
    ]);
    expect(outputs.publicEndpoint).toEqual({ host: "app.pilotlight.example", port: 8080, protocol: "http" });
    expect(outputs.database.appPassword).toBe("password-of-app-password");
  });

  it("gives the cluster and both services while lit", () => {
    const outputs = standbyOutputsSchema.strict().parse(lit.outputs);
    expect(outputs.cluster).toEqual({ name: "pilotlight-sandbox", kubeconfig: "kind: Config" });
    expect(outputs.endpoints.map(({ service, role }) => [service, role])).toEqual([
      ["service-a", "public"],
      ["service-b", "internal"],
    ]);
  });

  it("keeps secrets secret, and nothing else", () => {
    const always = ["database.adminPassword", "database.appPassword", "objects.accountKey"];
    expect(dark.secrets.toSorted()).toEqual(always);
    expect(lit.secrets.toSorted()).toEqual(["cluster.kubeconfig", ...always]);
    expect(holdersOf("password-of-", lit)).toEqual({
      all: ["database-server", "vault-database-app-password", "workload-secret"],
      open: [],
    });
    expect(
      holdersOf("account-key", { ...lit, resources: lit.resources.filter((r) => !r.type.includes("apps/v1")) }).open,
    ).toEqual([]);
  });

  it("touches Azure and Kubernetes only; of the primary it reads saved outputs", () => {
    const clouds = new Set(lit.resources.map(({ type }) => type.split(":")[0]));
    expect([...clouds].toSorted()).toEqual(["azure-native", "kubernetes", "pilotlight", "pulumi", "random"]);
    expect(one(lit, "azure-native:trafficmanager:Endpoint", "traffic-primary").inputs.target).toBe("a.elb.test");
  });

  it("lights up compute and changes nothing that is there", () => {
    const after = new Map(lit.resources.map(({ urn, wire }) => [urn, wire]));
    for (const { urn, wire } of dark.resources) expect(after.get(urn), urn).toBe(wire);
    const before = new Set(dark.resources.map(({ urn }) => urn));
    const added = lit.resources.filter(({ urn }) => !before.has(urn)).map(({ type }) => type);
    expect([...new Set(added)].toSorted()).toEqual([
      "azure-native:containerservice:ManagedCluster",
      "kubernetes:apps/v1:Deployment",
      "kubernetes:core/v1:LimitRange",
      "kubernetes:core/v1:Namespace",
      "kubernetes:core/v1:ResourceQuota",
      "kubernetes:core/v1:Secret",
      "kubernetes:core/v1:Service",
      "kubernetes:core/v1:ServiceAccount",
      "kubernetes:networking.k8s.io/v1:NetworkPolicy",
      "kubernetes:policy/v1:PodDisruptionBudget",
      "kubernetes:rbac.authorization.k8s.io/v1:Role",
      "pilotlight:azure:AksCluster",
      "pilotlight:kubernetes:ApplicationNamespace",
      "pilotlight:kubernetes:ServiceWorkload",
      "pulumi:providers:kubernetes",
    ]);
  });

  it("is lit as well by the warm tier", async () => {
    const warm = await deploy(STACK, { ...CONFIG, "pilotlight:tier": "warm" });
    expect(warm.resources.map(({ urn }) => urn).toSorted()).toEqual(lit.resources.map(({ urn }) => urn).toSorted());
  });

  it("moves traffic and replicas, and nothing else, when it becomes active", () => {
    const before = new Map(lit.resources.map(({ urn, wire }) => [urn, wire]));
    const changed = active.resources.filter(({ urn, wire }) => before.get(urn) !== wire);
    expect(changed.map(({ name }) => name).toSorted()).toEqual([
      "traffic-primary",
      "traffic-standby",
      "workload-service-a",
      "workload-service-b",
    ]);
    const statusOf = (deployment: Deployment, site: string) =>
      one(deployment, "azure-native:trafficmanager:Endpoint", `traffic-${site}`).inputs.endpointStatus;
    expect([statusOf(lit, "primary"), statusOf(lit, "standby")]).toEqual(["Enabled", "Disabled"]);
    expect([statusOf(active, "primary"), statusOf(active, "standby")]).toEqual(["Disabled", "Enabled"]);
    const replicas = (deployment: Deployment) =>
      ["a", "b"].map(
        (letter) =>
          Object(one(deployment, "kubernetes:apps/v1:Deployment", `workload-service-${letter}`).inputs.spec).replicas,
      );
    expect(replicas(lit)).toEqual([0, 0]);
    expect(replicas(active)).toEqual([2, 1]);
  });

  it("goes dark without asking the cluster: what runs inside is gone with it", () => {
    const cluster = one(lit, "azure-native:containerservice:ManagedCluster", "cluster-cluster").urn;
    const inside = lit.resources.filter(({ type }) => type.startsWith("kubernetes:"));
    expect(inside).toHaveLength(14);
    for (const { name, deletedWith } of inside) expect(deletedWith, name).toBe(cluster);
  });

  it("takes the declared address for the public service, and no public one for the other", () => {
    const annotations = (service: string) =>
      Object(one(lit, "kubernetes:core/v1:Service", `workload-${service}`).inputs.metadata).annotations;
    expect(annotations("service-a")).toEqual({
      "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress}",
      "service.beta.kubernetes.io/azure-load-balancer-resource-group": "pilotlight-sandbox-standby",
      "service.beta.kubernetes.io/azure-pip-name": "pilotlight-sandbox-public",
    });
    expect(annotations("service-b")).toEqual({
      "pulumi.com/waitFor": "jsonpath={.status.loadBalancer.ingress}",
      "service.beta.kubernetes.io/azure-load-balancer-internal": "true",
    });
  });

  it("probes as Azure allows", () => {
    const { dnsConfig, monitorConfig } = one(dark, "azure-native:trafficmanager:Profile", "traffic-profile").inputs;
    expect(dnsConfig).toMatchObject({ ttl: 5 });
    expect(monitorConfig).toEqual({
      protocol: "HTTP",
      port: 8080,
      path: "/health",
      intervalInSeconds: 10,
      timeoutInSeconds: 5,
      toleratedNumberOfFailures: 3,
    });
  });

  it("changes one thing of the database server at a time", () => {
    const server = one(dark, "azure-native:dbforpostgresql:Server", "database-server");
    const children = dark.resources.filter(
      ({ type, urn }) => type.startsWith("azure-native:dbforpostgresql:") && urn !== server.urn,
    );
    expect(children.map(({ name }) => name)).toEqual([
      "database-database",
      "database-wal-level",
      "database-max-worker-processes",
      "database-cluster",
      "database-allowed-127-0-0-0-8",
    ]);
    for (const [index, child] of children.entries()) {
      const before = children[index - 1];
      if (before) expect(child.dependencies).toContain(before.urn);
    }
  });

  it("keeps the names that state and clouds know", () => {
    expect(
      lit.resources.map(({ urn }) => urn.replace(`urn:pulumi:${STACK}::pilotlight::`, "")).toSorted(),
    ).toMatchSnapshot();
  });

  it("protects data unless told otherwise", async () => {
    const { "pilotlight:protectData": _, ...config } = CONFIG;
    const safe = await deploy("production-standby", config);
    expect(
      safe.resources
        .filter(({ protect }) => protect)
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual([
      "database-admin",
      "database-database",
      "database-server",
      "group",
      "objects-account",
      "objects-container",
      "objects-state",
      "suffix",
      "vault-vault",
    ]);
    const vault = (deployment: Deployment) =>
      one(deployment, "azure-native:keyvault:Vault", "vault-vault").inputs.properties;
    expect(vault(safe)).toMatchObject({ enablePurgeProtection: true, enableRbacAuthorization: true });
    expect(vault(dark)).not.toHaveProperty("enablePurgeProtection");
    expect(dark.resources.filter(({ protect, retainOnDelete }) => protect || retainOnDelete)).toEqual([]);
  });

  it("says in one sentence that the primary was never brought up", async () => {
    const bare = deploy("fresh-standby", CONFIG);
    await expect(bare).rejects.toThrow(
      "stack fresh-primary has no database.appPassword among its outputs; bring it up first: pulumi up -s fresh-primary",
    );
  });

  it.each([
    ['{"appUser":"other"}', 'pilotlight:database.appUser: "other"; right would be: "app"'],
    ['{"name":"other"}', 'pilotlight:database.name: "other"; right would be: "app"'],
    ['{"engine":"sqlserver"}', 'pilotlight:database.engine: "sqlserver"; right would be: "postgres"'],
    ['{"additional":["more"]}', 'pilotlight:database.additional: ["more"]; right would be: []'],
  ])("refuses a database that cannot stand in for the primary's: %s", async (database, text) => {
    const standby = deploy("sandbox-standby", { ...CONFIG, "pilotlight:database": database });
    await expect(standby).rejects.toThrow(`${text}, which the primary's database has (stack sandbox-primary)`);
  });
});
