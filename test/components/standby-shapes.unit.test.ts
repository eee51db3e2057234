import { readFileSync } from "node:fs";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { standbyOutputsSchema } from "../../stacks/outputs.ts";
import { configOf, type Deployment, deploy, holdersOf, one } from "./support/deploy.ts";

const fileOf = (environment: string) =>
  configOf(readFileSync(new URL(`../../stacks/Pulumi.${environment}-standby.yaml`, import.meta.url), "utf8"));
const typesOf = ({ resources }: Deployment) => new Set(resources.map(({ type }) => type));
const namesOf = ({ resources }: Deployment, type: string) =>
  resources.filter((resource) => resource.type === type).map(({ name }) => name);
const urnsOf = ({ resources }: Deployment, stack: string) =>
  resources.map(({ urn }) => urn.replace(`urn:pulumi:${stack}::pilotlight::`, "")).toSorted();

describe.each(["cloudphoenix", "myca", "devoteam"])("the standby of %s", (environment) => {
  const stack = `${environment}-standby`;
  let dark: Deployment;
  let lit: Deployment;
  let active: Deployment;
  beforeAll(async () => {
    const config = fileOf(environment);
    dark = await deploy(stack, config);
    lit = await deploy(stack, { ...config, "pilotlight:drActive": "true" });
    active = await deploy(stack, { ...config, "pilotlight:drActive": "true", "pilotlight:activeSite": "standby" });
  });

  it("gives the outputs of the contract, secrets secret", () => {
    for (const deployment of [dark, lit, active]) {
      standbyOutputsSchema.strict().parse(deployment.outputs);
      expect(deployment.secrets).toEqual(
        expect.arrayContaining(["database.adminPassword", "database.appPassword", "objects.accountKey"]),
      );
      for (const text of ["password-of-", "workspace-key", "function-key"]) {
        expect(holdersOf(text, deployment).open, text).toEqual([]);
      }
    }
  });

  it("keeps the names that state and clouds know", () => {
    expect(urnsOf(dark, stack)).toMatchSnapshot("dark");
    const before = new Set(urnsOf(dark, stack));
    expect(urnsOf(lit, stack).filter((urn) => !before.has(urn))).toMatchSnapshot("lit, in addition");
    expect(urnsOf(active, stack)).toEqual(urnsOf(lit, stack));
  });

  it("lights up without a change of what holds data", () => {
    const after = new Map(lit.resources.map(({ urn, wire }) => [urn, wire]));
    const changed = dark.resources.filter(({ urn, wire }) => after.get(urn) !== wire).map(({ name }) => name);
    expect(changed).toEqual(environment === "myca" ? ["containers-state-script"] : []);
  });

  it("protects what holds data", () => {
    const data = lit.resources.filter(({ type }) =>
      /dbforpostgresql:(Server|Database)$|storage:(StorageAccount|Table)$|keyvault:Vault$/.test(type),
    );
    expect(data.length).toBeGreaterThan(4);
    for (const { name, protect, retainOnDelete } of data)
      expect([name, protect, retainOnDelete]).toEqual([name, true, true]);
  });
});

describe("options of the standby", () => {
  afterEach(() => vi.unstubAllEnvs());
  const base = fileOf("sandbox");
  const stack = "sandbox-standby";
  const container = JSON.stringify([{ name: "web", image: "docker.io/shop/web:1", port: 8080, role: "public" }]);
  const withOptions = (options: Record<string, string>) => deploy(stack, { ...base, ...options });

  it("privateEndpoints: a private address for database, objects and secrets", async () => {
    const found = await withOptions({ "pilotlight:privateEndpoints": "true" });
    expect(namesOf(found, "azure-native:network:PrivateEndpoint")).toEqual([
      "private-postgres-endpoint",
      "private-blob-endpoint",
      "private-vault-endpoint",
    ]);
  });

  it("compute: container-group runs by a script, and is told its secrets in files alone", async () => {
    const options = { "pilotlight:compute": "container-group", "pilotlight:services": container };
    const [dark, lit] = [await withOptions(options), await withOptions({ ...options, "pilotlight:drActive": "true" })];
    const desired = (deployment: Deployment) => {
      const { environmentVariables } = one(
        deployment,
        "azure-native:resources:AzureCliScript",
        "containers-state-script",
      ).inputs;
      return (environmentVariables as { name: string; value: string }[]).find(({ name }) => name === "DESIRED")?.value;
    };
    expect([desired(dark), desired(lit)]).toEqual(["stopped", "running"]);
    expect(typesOf(lit)).not.toContain("azure-native:containerservice:ManagedCluster");
    expect(typesOf(lit)).not.toContain("azure-native:network:PublicIPAddress");
    const { containers } = one(lit, "azure-native:containerinstance:ContainerGroup", "containers-group").inputs;
    expect(JSON.stringify(containers)).not.toMatch(/password-of|account-key/);
    const rules = lit.resources.filter(({ type }) => type === "azure-native:dbforpostgresql:FirewallRule");
    expect(rules.map(({ name }) => name)).toContain("database-azure-services");
    const { networkRuleSet } = one(lit, "azure-native:storage:StorageAccount", "objects-account").inputs;
    expect(networkRuleSet).toBeUndefined();
    expect(lit.outputs["endpoints"]).toEqual([
      {
        service: "web",
        role: "public",
        protocol: "http",
        host: expect.stringMatching(/\.westeurope\.azurecontainer\.io$/),
        port: 8080,
      },
    ]);
  });

  it("container groups share their size among the services, in tenths", async () => {
    const services = ["a", "b", "c"].map((name, at) => ({
      ...{ name, image: "i", port: 8080 + at },
      role: at === 0 ? "public" : "internal",
    }));
    const found = await withOptions({
      "pilotlight:compute": "container-group",
      "pilotlight:services": JSON.stringify(services),
      "pilotlight:containerGroup": '{"cpu":2,"memoryGib":4}',
    });
    const { containers } = one(found, "azure-native:containerinstance:ContainerGroup", "containers-group").inputs;
    expect((containers as { resources: unknown }[]).map(({ resources }) => resources)).toEqual(
      Array(3).fill({ requests: { cpu: 0.6, memoryInGB: 1.3 } }),
    );
  });

  it("database.engine: sqlserver makes Azure SQL, which the cluster reaches through its subnet", async () => {
    const found = await deploy("windows-standby", { ...base, "pilotlight:database": '{"engine":"sqlserver"}' });
    expect(namesOf(found, "azure-native:sql:Server")).toEqual(["database-server"]);
    expect(namesOf(found, "azure-native:sql:VirtualNetworkRule")).toEqual(["database-subnet"]);
    expect(typesOf(found)).not.toContain("azure-native:dbforpostgresql:Server");
    expect(found.outputs["database"]).toMatchObject({ engine: "sqlserver", port: 1433 });
    expect(holdersOf("password-of-database-admin", found)).toEqual({
      all: ["database-secret", "database-server"],
      open: [],
    });
  });

  it("database.highAvailability and backupDays reach the server", async () => {
    const database = '{"sku":"Standard_D2ds_v5","highAvailability":true,"backupDays":14,"sslMode":"disable"}';
    const found = await withOptions({ "pilotlight:database": database });
    expect(one(found, "azure-native:dbforpostgresql:Server", "database-server").inputs).toMatchObject({
      highAvailability: { mode: "ZoneRedundant" },
      backup: { backupRetentionDays: 14 },
    });
  });

  it("cluster.identity: system-assigned and maxNodes; its right to pull comes with the cluster", async () => {
    const found = await withOptions({
      "pilotlight:drActive": "true",
      "pilotlight:registry": '{"enabled":true}',
      "pilotlight:cluster": '{"identity":"system-assigned","nodeCount":2,"maxNodes":5}',
    });
    const cluster = one(found, "azure-native:containerservice:ManagedCluster", "cluster-cluster");
    expect(cluster.inputs).toMatchObject({
      identity: { type: "SystemAssigned" },
      agentPoolProfiles: [{ count: 2, enableAutoScaling: true, minCount: 2, maxCount: 5 }],
    });
    const grants = namesOf(found, "azure-native:authorization:RoleAssignment");
    expect(grants).toEqual(expect.arrayContaining(["cluster-network", "cluster-pull"]));
  });

  it("registry: the nodes pull what was imported", async () => {
    const found = await withOptions({ "pilotlight:drActive": "true", "pilotlight:registry": '{"enabled":true}' });
    const { spec } = one(found, "kubernetes:apps/v1:Deployment", "workload-service-a").inputs;
    expect(JSON.stringify(spec)).toMatch(/"image":"[a-z0-9]+\.azurecr\.io\/pilotlight\/service-a:1\.0\.0"/);
    expect(namesOf(found, "azure-native:authorization:RoleAssignment")).toContain("registry-puller-nodes");
    const bare = await withOptions({ "pilotlight:registry": '{"enabled":true,"importImages":false}' });
    expect(typesOf(bare)).not.toContain("azure-native:resources:AzureCliScript");
  });

  it("logs: everything sends to one workspace, the cluster while it is there", async () => {
    const options = { "pilotlight:logs": '{"enabled":true}' };
    const [dark, lit] = [await withOptions(options), await withOptions({ ...options, "pilotlight:drActive": "true" })];
    const always = ["diagnostics-postgres", "diagnostics-trafficManager", "diagnostics-vault"];
    expect(namesOf(dark, "azure-native:monitor:DiagnosticSetting").toSorted()).toEqual(always);
    expect(namesOf(lit, "azure-native:monitor:DiagnosticSetting").toSorted()).toEqual(
      [...always, "cluster-diagnostics-cluster"].toSorted(),
    );
  });

  it("alerts and the decision functions show the driver its token, and nobody else sees it", async () => {
    vi.stubEnv("PULUMI_CONFIG_SECRET_KEYS", '["pilotlight:alertToken"]');
    const found = await withOptions({
      "pilotlight:alerts": '{"receiver":"https://driver.shop.example/"}',
      "pilotlight:alertToken": "token-of-sixteen-or-more",
      "pilotlight:failoverFunctions": '{"enabled":true,"cooldownSeconds":120}',
    });
    const { webhookReceivers } = one(found, "azure-native:monitor:ActionGroup", "alerts-driver").inputs;
    expect(webhookReceivers).toMatchObject([
      { serviceUri: "https://driver.shop.example/v1/alerts/azure-monitor?token=token-of-sixteen-or-more" },
    ]);
    expect(holdersOf("token-of-sixteen", found)).toEqual({ all: ["alerts-driver", "vault-driver-token"], open: [] });
    const { siteConfig } = one(found, "azure-native:web:WebApp", "functions-app").inputs;
    const settings = Object(siteConfig).appSettings as { name: string; value: string }[];
    const told = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
    expect(told).toMatchObject({
      STATE_TABLE_NAME: "failoverstate",
      FAILOVER_PRIMARY_ENDPOINT: "http://a.elb.test:8080",
      FAILOVER_SECONDARY_ENDPOINT: expect.stringMatching(
        /^http:\/\/pilotlight-sandbox-[0-9a-f]{6}\.westeurope\..*:8080$/,
      ),
      FAILOVER_COOLDOWN_SECONDS: "120",
      FAILOVER_DRIVER_WEBHOOK_URL: "https://driver.shop.example/v1/alerts/alertmanager",
      FAILOVER_DRIVER_WEBHOOK_TOKEN: expect.stringMatching(/^@Microsoft\.KeyVault\(SecretUri=https:.*driver-token\)$/),
    });
  });

  it("observability: rules and dashboards go where the cluster goes", async () => {
    const options = { "pilotlight:observability": '{"rules":true}' };
    const [dark, lit] = [await withOptions(options), await withOptions({ ...options, "pilotlight:drActive": "true" })];
    expect(typesOf(dark)).not.toContain("pilotlight:kubernetes:Observability");
    const cluster = one(lit, "azure-native:containerservice:ManagedCluster", "cluster-cluster").urn;
    const maps = lit.resources.filter(({ type }) => type === "kubernetes:core/v1:ConfigMap");
    expect(maps.length).toBeGreaterThan(1);
    for (const { deletedWith } of maps) expect(deletedWith).toBe(cluster);
  });

  it("observability.charts: Prometheus reads the driver's metrics and tells it its alerts", async () => {
    vi.stubEnv("PULUMI_CONFIG_SECRET_KEYS", '["pilotlight:alertToken"]');
    const found = await withOptions({
      "pilotlight:drActive": "true",
      "pilotlight:observability": '{"charts":true}',
      "pilotlight:alerts": '{"receiver":"https://driver.shop.example"}',
      "pilotlight:alertToken": "token-of-sixteen-or-more",
    });
    const values = JSON.stringify(
      found.resources.find(({ type, name }) => type.includes("helm.sh") && name.endsWith("prometheus"))?.inputs,
    );
    expect(values).toContain("driver.shop.example:443");
    expect(values).toContain("https://driver.shop.example/v1/alerts/alertmanager");
    expect(holdersOf("token-of-sixteen", found).open).toEqual([]);
  });

  it("traffic.strategy: front-door proxies to both sites, and tells the proof of the name", async () => {
    const traffic = { "pilotlight:traffic": '{"strategy":"front-door","protocol":"HTTP","probeIntervalSeconds":30}' };
    const found = await withOptions(traffic);
    expect(found.outputs["traffic"]).toEqual({
      kind: "front-door",
      profile: "pilotlight-sandbox",
      fqdn: expect.stringMatching(/\.azurefd\.net$/),
      endpoints: { primary: expect.any(String), standby: expect.any(String) },
      originGroup: "sites",
      ttlSeconds: 0,
      domainProof: { name: "_dnsauth.app.pilotlight.example", value: "proof-1" },
    });
    expect(found.outputs["publicEndpoint"]).toEqual({ host: "app.pilotlight.example", port: 80, protocol: "http" });
  });

  it("traffic.strategy: route53-* leaves nothing to flip in Azure", async () => {
    const found = await withOptions({ "pilotlight:traffic": '{"strategy":"route53-failover","protocol":"HTTP"}' });
    expect([...typesOf(found)].filter((type) => /trafficmanager|cdn/.test(type))).toEqual([]);
    expect(found.outputs["traffic"]).toEqual({
      kind: "route53-failover",
      fqdn: expect.stringMatching(/\.westeurope\.cloudapp\.azure\.com$/),
      ttlSeconds: 30,
    });
  });
});
