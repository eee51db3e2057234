import { readFileSync } from "node:fs";
import { runtime } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ConfigError, parseConfig, parseStackName } from "../../stacks/config.ts";
import program from "../../stacks/index.ts";
import { configOf } from "./support/deploy.ts";

const fileOf = (stack: string) => readFileSync(new URL(`../../stacks/Pulumi.${stack}.yaml`, import.meta.url), "utf8");
const file = (role: string) => fileOf(`sandbox-${role}`);
const standby = configOf(file("standby"));
const primary = configOf(file("primary"));

function problems(run: () => unknown): readonly string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ key, value, right }) => `${key} | ${value} | ${right}`);
    throw error;
  }
  return [];
}
const standbyProblems = (extra: Record<string, string>) =>
  problems(() => parseConfig({ ...standby, ...extra }, { environment: "sandbox", role: "standby" }));
const primaryProblems = (extra: Record<string, string>) =>
  problems(() => parseConfig({ ...primary, ...extra }, { environment: "sandbox", role: "primary" }));

const external = { ...configOf(fileOf("myca-primary")), "pilotlight:externalAdminPassword": "s3cret-admin" };
const myca = { ...external, "pilotlight:externalAppPassword": "s3cret-app" };
const encryptedKeys = new Set(["pilotlight:externalAdminPassword", "pilotlight:externalAppPassword"]);
const externalProblems = (extra: Record<string, string>, encrypted: ReadonlySet<string> = encryptedKeys) =>
  problems(() => parseConfig({ ...myca, ...extra }, { environment: "myca", role: "primary" }, encrypted));

describe("stack names", () => {
  it("say environment and role", () => {
    expect(parseStackName("sandbox-primary")).toEqual({ environment: "sandbox", role: "primary" });
    expect(parseStackName("eu-1-standby")).toEqual({ environment: "eu-1", role: "standby" });
  });

  it("are refused otherwise", () => {
    for (const name of [
      "sandbox",
      "primary",
      "-primary",
      "Sandbox-primary",
      "sandbox-secondary",
      "a--b-primary",
      "a-primary",
    ]) {
      expect(
        problems(() => parseStackName(name)),
        name,
      ).toEqual([
        `stack name | ${name} | <environment>-primary or <environment>-standby, environment of 2-24 characters, e.g. production-primary`,
      ]);
    }
  });
});

describe("stack config", () => {
  it("needs little: the rest has defaults", () => {
    const config = parseConfig(standby, { environment: "sandbox", role: "standby" });
    expect(config).toMatchObject({
      region: "westeurope",
      activeSite: "primary",
      tier: "pilot-light",
      drActive: false,
      primaryCidr: "10.0.0.0/16",
      standbyCidr: "10.1.0.0/16",
      database: { engine: "postgres", version: "18", storageGib: 64, name: "app", additional: [], appUser: "app" },
      cluster: { version: "1.35", nodeType: "Standard_D2s_v3", nodeCount: 3, identity: "user-assigned" },
      traffic: {
        protocol: "HTTP",
        ttlSeconds: 5,
        probeIntervalSeconds: 10,
        probeTimeoutSeconds: 5,
        toleratedFailures: 3,
      },
    });
    expect(parseConfig(primary, { environment: "sandbox", role: "primary" })).toMatchObject({
      region: "us-east-1",
      nat: "single",
      database: { instanceClass: "db.t4g.medium", multiAz: true },
    });
  });

  it("takes versions that pulumi config set has made numbers", () => {
    const values = { "pilotlight:database": '{"version":17}', "pilotlight:cluster": '{"version":1.33}' };
    expect(parseConfig({ ...standby, ...values }, { environment: "sandbox", role: "standby" })).toMatchObject({
      database: { version: "17" },
      cluster: { version: "1.33" },
    });
  });

  it("leaves other namespaces alone", () => {
    expect(standbyProblems({ "azure-native:tenantId": "t", "policy:x": "1" })).toEqual([]);
  });

  it("names an unknown key, also inside an object", () => {
    expect(standbyProblems({ "pilotlight:drActiv": "true" })).toEqual([
      expect.stringMatching(/^pilotlight:drActiv \| true \| no such key; there are application, /),
    ]);
    expect(standbyProblems({ "pilotlight:database": '{"storage":64}' })).toEqual([
      expect.stringMatching(/^pilotlight:database\.storage \| 64 \| no such key; an object: engine, version, /),
    ]);
  });

  it("says which stack a misplaced key belongs to", () => {
    expect(primaryProblems({ "pilotlight:tier": "warm" })).toEqual([
      "pilotlight:tier | warm | to leave it out: tier belongs to the standby stack",
    ]);
    expect(primaryProblems({ "pilotlight:drActive": "true" })).toHaveLength(1);
    expect(primaryProblems({ "pilotlight:drActive": "false" })).toEqual([]);
  });

  it.each([
    ["drActive", "yes", "true or false"],
    ["drActive", "1", "true or false"],
    ["activeSite", "azure", "primary or standby"],
    ["tier", "hot", "cold, pilot-light or warm"],
    ["servicePort", "80a", "1 to 65535"],
    ["servicePort", "70000", "1 to 65535"],
    ["application", "Shop", "lower-case"],
    ["allowedCidrs", "[]", "IPv4 blocks"],
    ["standbyCidr", "10.1.0.0/24", "/16 to /20"],
    ["standbyCidr", "10.1.0.1/16", "/16 to /20"],
    ["publicName", "app.other.example", "below zoneName pilotlight.example"],
    ["services", "[]", "exactly one of them public"],
    ["services", "service-a", "exactly one of them public"],
    ["protectData", "1", "true or false"],
  ])("refuses %s: %s", (key, value, right) => {
    const [problem, ...more] = standbyProblems({ [`pilotlight:${key}`]: value });
    expect(problem).toMatch(new RegExp(`^pilotlight:${key} \\| ${value.replace(/[[\]().]/g, "\\$&")} \\| .*${right}`));
    expect(more).toEqual([]);
  });

  it.each([
    ["database", '{"storageGib":33}', "database.storageGib | 33 |"],
    ["database", '{"version":"14"}', "database.version | 14 |"],
    ["database", '{"appUser":"pg_app"}', "database.appUser | pg_app |"],
    [
      "database",
      '{"sslRootCert":"roots.pem"}',
      "database.sslRootCert | roots.pem | system (default), unverified, or the path",
    ],
    ["database", '{"instanceClass":"db.t4g.medium"}', "database.instanceClass | db.t4g.medium |"],
    ["cluster", '{"nodeCount":0}', "cluster.nodeCount | 0 |"],
    ["traffic", '{"probeIntervalSeconds":20}', "traffic.probeIntervalSeconds | 20 |"],
    ["traffic", '{"probeTimeoutSeconds":10}', "traffic.probeTimeoutSeconds | 10 |"],
    ["traffic", '{"toleratedFailures":10}', "traffic.toleratedFailures | 10 |"],
    ["services", '[{"name":"a","image":"i","role":"public","port":80}]', "services.0.port | 80 |"],
    ["services", '[{"name":"a","role":"public"}]', "services.0.image | undefined |"],
  ])("refuses %s: %s", (key, value, start) => {
    const found = standbyProblems({ [`pilotlight:${key}`]: value });
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(`pilotlight:${start}`), found[0]).toBe(true);
  });

  it.each(["sandbox", "cloudphoenix", "devoteam"])("accepts the example environment %s", (environment) => {
    for (const role of ["primary", "standby"] as const) {
      const raw = configOf(fileOf(`${environment}-${role}`));
      expect(
        problems(() => parseConfig(raw, { environment, role })),
        role,
      ).toEqual([]);
    }
  });

  it("accepts a primary that is only declared", () => {
    expect(externalProblems({})).toEqual([]);
    expect(
      problems(() => parseConfig(configOf(fileOf("myca-standby")), { environment: "myca", role: "standby" })),
    ).toEqual([]);
  });

  it("refuses a password that anybody can read, without repeating it", () => {
    const found = externalProblems({}, new Set(["pilotlight:externalAppPassword"]));
    expect(found).toEqual([
      "pilotlight:externalAdminPassword | [hidden] | the database administrator's password, encrypted: pulumi config set --secret pilotlight:externalAdminPassword",
    ]);
    for (const extra of [
      { "pilotlight:database": '{"adminPassword":"hunter22"}' },
      { "pilotlight:dbPassword": "hunter22" },
    ]) {
      const [problem, ...more] = standbyProblems(extra);
      expect(problem).toMatch(/assword \| \[hidden\] \| to leave it out: the stacks make passwords themselves/);
      expect(more).toEqual([]);
    }
    expect(JSON.stringify(externalProblems({ "pilotlight:externalAppPassword": "" }))).not.toContain("s3cret");
  });

  it.each([
    [
      "primary",
      "database",
      '{"instanceClass":"db.t9.medium"}',
      "database.instanceClass | db.t9.medium | an RDS instance class that AWS offers",
    ],
    [
      "primary",
      "database",
      '{"engine":"sqlserver"}',
      "database.engine | sqlserver | postgres, or sqlserver (with an external primary only)",
    ],
    [
      "primary",
      "cluster",
      '{"nodeType":"t3.tiny"}',
      "cluster.nodeType | t3.tiny | a size that the site's cloud offers",
    ],
    ["primary", "cluster", '{"version":"1.27"}', "cluster.version | 1.27 | a Kubernetes version from"],
    ["primary", "cluster", '{"nodeCount":3,"maxNodes":2}', "cluster.maxNodes | 2 | nodeCount to 100"],
    [
      "primary",
      "zones",
      '["us-east-1a","us-west-2a"]',
      'zones | ["us-east-1a","us-west-2a"] | zones of region us-east-1',
    ],
    ["primary", "certificate", "true", "certificate | true | false, or loadBalancer: application"],
    [
      "primary",
      "traffic",
      '{"strategy":"route53-failover"}',
      "traffic.standbyHost | undefined | the standby's public DNS name",
    ],
    [
      "primary",
      "alerts",
      '{"receiver":"http://x.example"}',
      "alerts.receiver | http://x.example | an object: receiver",
    ],
    ["standby", "database", '{"sku":"Standard_D3ds_v5"}', "database.sku | Standard_D3ds_v5 | a size that Azure offers"],
    ["standby", "database", '{"sku":"Basic"}', "database.sku | Basic | a flexible server size"],
    [
      "standby",
      "database",
      '{"engine":"sqlserver","sku":"Standard_B1ms"}',
      "database.sku | Standard_B1ms | an Azure SQL size",
    ],
    [
      "standby",
      "database",
      '{"highAvailability":true}',
      "database.highAvailability | true | false, or database.sku of a size that is not burstable",
    ],
    [
      "standby",
      "cluster",
      '{"nodeType":"Standard_D2s_v99"}',
      "cluster.nodeType | Standard_D2s_v99 | a size that the site's cloud offers",
    ],
    [
      "standby",
      "cluster",
      '{"fallbackNodeTypes":["huge"]}',
      "cluster.fallbackNodeTypes.0 | huge | a list of Azure VM sizes",
    ],
    ["standby", "compute", "vm", "compute | vm | aks or container-group"],
    [
      "standby",
      "services",
      '[{"name":"a","image":"i","role":"public","replicas":3,"maxReplicas":2}]',
      "services.0.maxReplicas | 2 | replicas to 100",
    ],
    [
      "primary",
      "objects",
      '{"infrequentAccessDays":61}',
      "objects.archiveDays | undefined | days: AWS at least 30 more",
    ],
    ["standby", "objects", '{"coolDays":90,"archiveDays":30}', "objects.archiveDays | 30 | days: AWS at least 30 more"],
  ])("refuses on the %s stack %s: %s", (role, key, value, start) => {
    const found = (role === "primary" ? primaryProblems : standbyProblems)({ [`pilotlight:${key}`]: value });
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(`pilotlight:${start}`), found[0]).toBe(true);
  });

  const group = { "pilotlight:compute": "container-group", "pilotlight:servicePort": "8001" };
  const service = (name: string, port: number, role = "internal") => ({ name, image: "i", port, role });
  const one = JSON.stringify([service("web", 8001, "public")]);
  it.each([
    ["privateEndpoints", "true", "privateEndpoints | true | false with compute: container-group"],
    [
      "services",
      JSON.stringify([service("web", 8001, "public"), service("jobs", 8001)]),
      "services.1.port | 8001 | a port that no other container of the group has",
    ],
    ["services", JSON.stringify([service("web", 8002, "public")]), "services.0.port | 8002 | servicePort 8001 (a"],
    [
      "observability",
      '{"rules":true}',
      'observability | {"rules":true} | to leave it out with compute: container-group',
    ],
  ])("refuses with a container group %s: %s", (key, value, start) => {
    const found = standbyProblems({ ...group, "pilotlight:services": one, [`pilotlight:${key}`]: value });
    expect(found).toHaveLength(1);
    expect(found[0]?.startsWith(`pilotlight:${start}`), found[0]).toBe(true);
  });

  it("lets a container group behind Front Door listen where it likes", () => {
    const traffic = '{"strategy":"front-door","protocol":"HTTP"}';
    const services = JSON.stringify([service("web", 8002, "public")]);
    expect(standbyProblems({ ...group, "pilotlight:services": services, "pilotlight:traffic": traffic })).toEqual([]);
  });

  it("wants the token of the receiver that alerts are to go to", () => {
    const alerts = { "pilotlight:alerts": '{"receiver":"https://driver.shop.example"}' };
    const missing = "pilotlight:alertToken | undefined | the bearer token of the driver's receiver, encrypted:";
    const [first, ...more] = standbyProblems(alerts);
    expect(first?.startsWith(missing), first).toBe(true);
    expect(more).toEqual([]);
    expect(primaryProblems(alerts)).toEqual([]);
    const charts = { "pilotlight:observability": '{"charts":true}' };
    expect(primaryProblems({ ...alerts, ...charts })[0]?.startsWith(missing)).toBe(true);
  });

  it("refuses alarms that may not publish, and records that need what needs them", () => {
    const alerts = { "pilotlight:alerts": '{"receiver":"https://driver.shop.example"}' };
    expect(primaryProblems({ ...alerts, "pilotlight:encryptionKey": "false" })).toEqual([
      "pilotlight:alerts.receiver | https://driver.shop.example | to leave it out, or encryptionKey: true, by which alarms may publish to an encrypted topic",
    ]);
    const balanced = { "pilotlight:loadBalancer": "application", "pilotlight:certificate": "true" };
    const route53 = { "pilotlight:traffic": '{"strategy":"route53-update","standbyHost":"b.example.org"}' };
    expect(primaryProblems({ ...balanced, ...route53 })).toEqual([
      "pilotlight:certificate | true | false with route53-update: the record needs the load balancer, and the load balancer the certificate",
    ]);
    expect(primaryProblems({ "pilotlight:traffic": '{"strategy":"front-door"}' })).toEqual([
      "pilotlight:traffic.standbyHost | undefined | Front Door's own name, which the public name points to: traffic.fqdn among the standby stack's outputs",
    ]);
  });

  it("allows Azure's longer timeout with the longer interval", () => {
    expect(standbyProblems({ "pilotlight:traffic": '{"probeIntervalSeconds":30,"probeTimeoutSeconds":10}' })).toEqual(
      [],
    );
  });

  it("refuses networks that overlap each other or the cluster's own", () => {
    expect(standbyProblems({ "pilotlight:standbyCidr": "10.0.0.0/18" })).toEqual([
      "pilotlight:standbyCidr | 10.0.0.0/18 | a block that does not overlap primaryCidr (10.0.0.0/16)",
    ]);
    expect(primaryProblems({ "pilotlight:primaryCidr": "172.16.0.0/16" })).toEqual([
      "pilotlight:primaryCidr | 172.16.0.0/16 | a block that does not overlap AKS services (172.16.0.0/16)",
    ]);
  });

  it("refuses a region that contradicts the provider's", () => {
    expect(standbyProblems({ "pilotlight:region": "northeurope" })).toEqual([
      "pilotlight:region | northeurope | westeurope, which azure-native:location says",
    ]);
  });

  it("shows everything that is wrong at once, before any resource is planned", async () => {
    const types: string[] = [];
    await runtime.setMocks(
      {
        newResource: ({ type, name }) => {
          types.push(type);
          return { id: name, state: {} };
        },
        call: () => ({}),
      },
      "pilotlight",
      "sandbox-standby",
      false,
      "organization",
    );
    runtime.setAllConfig({ ...standby, "pilotlight:drActive": "yes", "pilotlight:tire": "warm" });
    expect(() => program()).toThrow(
      /pilotlight:tire: warm; right would be: no such key[\s\S]*pilotlight:drActive: yes; right would be: true or false/,
    );
    await runtime.disconnect();
    expect(types).toEqual([]);
  });
});
