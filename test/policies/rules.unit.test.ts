import { describe, expect, it } from "vitest";
import { allowsAll, documentStatements, isPublic, requiresTls } from "../../policies/aws/policy-document.ts";
import { awsRules } from "../../policies/aws/rules.ts";
import { azureRules } from "../../policies/azure/rules.ts";
import { drRules } from "../../policies/dr/rules.ts";
import { awsSize, azureSize } from "../../policies/dr/size-of.ts";
import { acceptanceOf, matches, readAccepted } from "../../policies/shared/accepted.ts";
import { judge } from "../../policies/shared/judge.ts";
import { isSecretName } from "../../policies/shared/pods.ts";
import { allows, isWorld, portRange } from "../../policies/shared/ports.ts";
import { at, isBelow, isKnown } from "../../policies/shared/read.ts";
import { type DeclaredResource, type Props, UNKNOWN } from "../../policies/shared/resource.ts";
import type { ResourceRule, Rule } from "../../policies/shared/rule.ts";

const RULES: readonly Rule[] = [...awsRules, ...azureRules, ...drRules];

function ruleNamed(name: string): ResourceRule {
  const rule = RULES.find((each) => each.name === name);
  if (rule?.kind !== "resource") throw new Error(`no resource rule ${name}`);
  return rule;
}

function resource(type: string, props: Props, stack = "test-primary"): DeclaredResource {
  const urn = `urn:pulumi:${stack}::pilotlight::${type}::it`;
  return { urn, type, name: "it", props, protect: true, parent: "", dependencies: [] };
}

function check(
  name: string,
  props: Props,
  config: Props = {},
  type = ruleNamed(name).types[0] ?? "",
): readonly string[] {
  return ruleNamed(name).check(resource(type, props), config);
}

describe("every rule", () => {
  it("has a name of its own, beginning with its pack's", () => {
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    expect(awsRules.filter(({ name }) => !name.startsWith("aws-"))).toEqual([]);
    expect(azureRules.filter(({ name }) => !name.startsWith("azure-"))).toEqual([]);
    expect(drRules.filter(({ name }) => !name.startsWith("dr-"))).toEqual([]);
  });

  it("says in a sentence what must be so, where it comes from, and what to do", () => {
    for (const { name, title, remedy, controls } of RULES) {
      expect(title, name).toMatch(/^[A-Z].+\.$/);
      expect(remedy, name).toMatch(/^[A-Z].+\.$/);
      expect(controls.length, name).toBeGreaterThan(0);
      for (const { url } of controls) expect(url, name).toMatch(/^https:\/\//);
    }
  });

  it("names controls in their source's form, each once, and rests on no CIS number alone", () => {
    const forms: Readonly<Record<string, RegExp>> = {
      "AWS Security Hub": /^[A-Z][A-Za-z0-9]*\.\d+$/,
      "AWS Well-Architected": /^(SEC|REL|COST)\d{2}-BP\d{2}$/,
      "Azure Policy": /^[A-Z].+$/,
      "Azure Well-Architected": /^(RE|SE|CO):\d{2}$/,
      "CIS AWS Foundations 3.0.0": /^\d+(\.\d+)+$/,
      "CIS Azure Foundations 2.0.0": /^\d+(\.\d+)+$/,
      "Kubernetes documentation": /^[A-Z].+$/,
      "Microsoft cloud security benchmark v1": /^(AM|BR|DP|IM|LT|NS|PA|PV)-\d+$/,
      "NIST SP 800-53r5": /^[A-Z]{2}-\d+$/,
      "Pod Security Standards": /^(Baseline|Restricted)(: .+)?$/,
    };
    for (const { name, controls } of RULES) {
      for (const { source, id } of controls) expect(id, `${name}: ${source}`).toMatch(forms[source] ?? /^$/);
      expect(new Set(controls.map(({ source, id }) => `${source} ${id}`)).size, name).toBe(controls.length);
      expect(controls[0].source, name).not.toMatch(/^CIS /);
    }
  });

  it("describes each of its options", () => {
    for (const { name, configSchema } of RULES) {
      for (const [option, schema] of Object.entries(configSchema.properties ?? {})) {
        expect(Reflect.get(Object(schema), "description"), `${name}.${option}`).toMatch(/^\S.+\.$/);
      }
    }
  });

  it("takes options: a stricter one finds more, and one of another form is refused", () => {
    const props = { backupRetentionPeriod: 7 };
    expect(check("aws-database-backups", props)).toEqual([]);
    expect(check("aws-database-backups", props, { days: 14 })).toEqual([
      "backupRetentionPeriod: 7; right would be: 14 days or more",
    ]);
    expect(() => check("aws-database-backups", props, { days: "many" })).toThrow(/expected number/);
  });
});

describe("what a preview does not know", () => {
  it("is not held against anybody", () => {
    const unknown = new Proxy<Props>({}, { get: () => UNKNOWN, ownKeys: () => [], has: () => true });
    for (const rule of RULES) {
      if (rule.kind !== "resource") continue;
      for (const type of rule.types) {
        expect(rule.check(resource(type, unknown), {}), `${rule.name} ${type}`).toEqual([]);
      }
    }
  });

  it("is told from what is not set", () => {
    expect(at({ a: UNKNOWN }, "a.b")).toBe(UNKNOWN);
    expect(at({ a: {} }, "a.b.c")).toBeUndefined();
    expect(isBelow(UNKNOWN, 7)).toBe(false);
    expect(isBelow(undefined, 7)).toBe(true);
    expect(isKnown([{ a: UNKNOWN }])).toBe(false);
    expect(isKnown(undefined)).toBe(true);
  });
});

describe("ingress", () => {
  it("may be HTTPS for everybody, and nothing else", () => {
    const rule = (from: number, to: number, cidr: string) => ({
      ingress: [{ protocol: "tcp", fromPort: from, toPort: to, cidrBlocks: [cidr] }],
    });
    expect(check("aws-ingress-narrow", rule(443, 443, "0.0.0.0/0"))).toEqual([]);
    expect(check("aws-ingress-narrow", rule(22, 22, "10.0.0.0/8"))).toEqual([]);
    expect(check("aws-ingress-narrow", rule(440, 450, "0.0.0.0/0"))).toEqual([
      "ports 440-450 open to 0.0.0.0/0; right would be: only 443 for everybody",
    ]);
    expect(
      check("aws-ingress-narrow", { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, ipv6CidrBlocks: ["::/0"] }] }),
    ).toEqual(["ports 0-65535 open to ::/0; right would be: only 443 for everybody"]);
    expect(check("aws-ingress-narrow", rule(80, 80, "0.0.0.0/0"), { openPorts: [80, 443] })).toEqual([]);
  });

  it("reads AWS's other two forms of a rule", () => {
    const single = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    expect(
      check("aws-ingress-narrow", { ipProtocol: "tcp", fromPort: 22, toPort: 22, cidrIpv4: "0.0.0.0/0" }, {}, single),
    ).toEqual(["port 22 open to 0.0.0.0/0; right would be: only 443 for everybody"]);
    const older = "aws:ec2/securityGroupRule:SecurityGroupRule";
    const props = { protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] };
    expect(check("aws-ingress-narrow", { ...props, type: "egress" }, {}, older)).toEqual([]);
    expect(check("aws-ingress-narrow", { ...props, type: "ingress" }, {}, older)).toHaveLength(1);
  });

  it("reads Azure's, with lists, ranges and names for everybody", () => {
    const rule = (source: string, port: string, access = "Allow") => ({
      securityRules: [
        { name: "r", access, direction: "Inbound", sourceAddressPrefix: source, destinationPortRanges: [port] },
      ],
    });
    expect(check("azure-ingress-narrow", rule("Internet", "443"))).toEqual([]);
    expect(check("azure-ingress-narrow", rule("VirtualNetwork", "*"))).toEqual([]);
    expect(check("azure-ingress-narrow", rule("*", "*", "Deny"))).toEqual([]);
    expect(check("azure-ingress-narrow", rule("Internet", "8000-8010"))).toEqual([
      "r: port 8000-8010 open to everybody; right would be: only 443 for everybody",
    ]);
  });

  it("knows ranges and the world", () => {
    expect(portRange("80-90")).toEqual([80, 90]);
    expect(portRange("http")).toBeUndefined();
    expect(allows([80, 81], 80, 81)).toBe(true);
    expect(isWorld("ANY")).toBe(true);
    expect(isWorld("10.0.0.0/8")).toBe(false);
  });
});

describe("policy documents", () => {
  it("are read in both forms, and what is none says nothing", () => {
    const one = { Effect: "Allow", Action: "*", Resource: "*" };
    expect(documentStatements({ Statement: one })).toHaveLength(1);
    expect(documentStatements(JSON.stringify({ Statement: [one, one] }))).toHaveLength(2);
    expect(documentStatements("no policy")).toEqual([]);
    expect(documentStatements(UNKNOWN)).toEqual([]);
  });

  it("allow all, or everybody, only where nothing binds them", () => {
    const [all, some, everybody, bound, tls] = documentStatements({
      Statement: [
        { Effect: "Allow", NotAction: "iam:*", Resource: "*" },
        { Effect: "Allow", Action: ["kms:*"], Resource: "*" },
        { Effect: "Allow", Principal: { AWS: ["*"] }, Action: "s3:GetObject" },
        {
          Effect: "Allow",
          Principal: "*",
          Action: "s3:GetObject",
          Condition: { StringEquals: { "aws:PrincipalOrgID": "o-1" } },
        },
        { Effect: "Deny", Principal: "*", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": false } } },
      ],
    });
    expect([all, some].map((each) => each && allowsAll(each))).toEqual([true, false]);
    expect([everybody, bound].map((each) => each && isPublic(each))).toEqual([true, false]);
    expect(tls && requiresTls(tls)).toBe(true);
  });
});

describe("remediation", () => {
  const remedied: readonly (readonly [rule: string, broken: Props, right: Props])[] = [
    [
      "aws-bucket-block-complete",
      { bucket: "b" },
      {
        bucket: "b",
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
    ],
    [
      "aws-node-imdsv2",
      { metadataOptions: { httpEndpoint: "enabled" } },
      { metadataOptions: { httpEndpoint: "enabled", httpTokens: "required" } },
    ],
    [
      "aws-node-encrypted",
      { blockDeviceMappings: [{ ebs: { volumeSize: 50 } }] },
      { blockDeviceMappings: [{ ebs: { volumeSize: 50, encrypted: "true" } }] },
    ],
    ["aws-key-rotated", {}, { enableKeyRotation: true }],
    [
      "aws-entrance-strict",
      { loadBalancerType: "application" },
      { loadBalancerType: "application", dropInvalidHeaderFields: true },
    ],
    ["aws-images-scanned", {}, { imageScanningConfiguration: { scanOnPush: true } }],
    ["azure-storage-https", {}, { enableHttpsTrafficOnly: true }],
    ["azure-storage-tls", { minimumTlsVersion: "TLS1_0" }, { minimumTlsVersion: "TLS1_2" }],
    ["azure-storage-not-public", { allowBlobPublicAccess: true }, { allowBlobPublicAccess: false }],
    ["azure-registry-closed", { adminUserEnabled: true }, { adminUserEnabled: false, anonymousPullEnabled: false }],
    ["azure-functions-https", { httpsOnly: false }, { httpsOnly: true }],
  ];

  it.each(remedied)("%s sets it right, and then finds nothing and changes nothing", (name, broken, right) => {
    const rule = ruleNamed(name);
    expect(check(name, broken)).not.toEqual([]);
    expect(rule.remediate?.(broken)).toEqual(right);
    expect(check(name, right)).toEqual([]);
    expect(rule.remediate?.(right)).toBeUndefined();
  });

  it("is tested for every rule that has one", () => {
    const having = RULES.filter((rule) => rule.kind === "resource" && rule.remediate !== undefined);
    expect(having.map(({ name }) => name).toSorted()).toEqual(remedied.map(([name]) => name).toSorted());
  });
});

describe("acceptance", () => {
  const entry = {
    resource: "objects-*",
    reason: "a reason that is long enough",
    owner: "platform",
    expires: "2027-01-01",
  };
  const urn = "urn:pulumi:test-primary::pilotlight::aws:s3/bucket:Bucket::objects-bucket";

  it("covers what its pattern names, until its day", () => {
    expect(acceptanceOf([entry], urn, "2026-12-31")).toEqual(entry);
    expect(acceptanceOf([entry], urn, "2027-01-01")).toBeUndefined();
    expect(acceptanceOf([{ ...entry, resource: "objects" }], urn, "2026-12-31")).toBeUndefined();
    expect(matches("a.*", "a-b")).toBe(false);
  });

  it("needs a reason, an owner and a day", () => {
    expect(() => readAccepted({ accepted: [{ ...entry, reason: "because" }] })).toThrow(/a reason is a sentence/);
    expect(() => readAccepted({ accepted: [{ ...entry, expires: "some day" }] })).toThrow();
    expect(() => readAccepted({ accepted: [{ resource: "*" }] })).toThrow();
    expect(readAccepted({})).toEqual([]);
  });
});

describe("sizes", () => {
  it("are told by their names", () => {
    expect(awsSize("t3.medium")).toEqual({ vcpus: 2, memoryGib: 4 });
    expect(awsSize("m7g.4xlarge")).toEqual({ vcpus: 16, memoryGib: 64 });
    expect(awsSize("db.r6g.large")).toEqual({ vcpus: 2, memoryGib: 16 });
    expect(azureSize("Standard_D2s_v3")).toEqual({ vcpus: 2, memoryGib: 8 });
    expect(azureSize("Standard_E4ds_v5")).toEqual({ vcpus: 4, memoryGib: 32 });
    expect(azureSize("Standard_B1ms")).toEqual({ vcpus: 1, memoryGib: 2 });
  });

  it("are unknown where their names do not tell", () => {
    expect(awsSize("mac1.metal")).toBeUndefined();
    expect(azureSize("Basic")).toBeUndefined();
  });
});

describe("the whole stack", () => {
  it("is not judged by what nobody said", () => {
    const stack = {
      name: "shop-standby",
      resources: [
        resource(
          "azure-native:network:VirtualNetwork",
          { addressSpace: { addressPrefixes: ["10.1.0.0/16"] } },
          "shop-standby",
        ),
      ],
    };
    expect(judge(drRules, stack).map(({ rule }) => rule)).toEqual(["dr-drill-recent"]);
  });

  it("is judged by what the primary's last update left, where nobody said more", () => {
    const reference = {
      ...resource(
        "pulumi:pulumi:StackReference",
        {
          outputs: {
            database: { name: "shop", additional: ["stock"] },
            workloads: {
              deployments: [
                { name: "web", replicas: 2 },
                { name: "worker", replicas: 1 },
              ],
            },
          },
        },
        "shop-standby",
      ),
      name: "primary",
    };
    const database = resource("azure-native:dbforpostgresql:Database", { databaseName: "shop" }, "shop-standby");
    const pods = resource("kubernetes:apps/v1:Deployment", { metadata: { name: "web" } }, "shop-standby");
    const found = judge(drRules, { name: "shop-standby", resources: [reference, database, pods] });
    expect(found.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      "dr-database-counterpart: the primary's database stock has no counterpart",
      "dr-workloads: the primary's service worker is not in the standby",
      "dr-drill-recent: never drilled; right would be: within 90 days",
    ]);
  });

  it("may not have both endpoints enabled, whoever is active", () => {
    const endpoint = (site: string, status: string) =>
      resource("azure-native:trafficmanager:Endpoint", { endpointName: site, endpointStatus: status }, "shop-standby");
    const both = { name: "shop-standby", resources: [endpoint("primary", "Enabled"), endpoint("standby", "Enabled")] };
    expect(
      judge(drRules, both)
        .filter(({ rule }) => rule === "dr-standby-endpoint-dark")
        .map(({ message }) => message),
    ).toEqual(["the standby's endpoint is enabled; right would be: disabled while the primary is active"]);
    const away = { "dr-standby-endpoint-dark": { activeSite: "standby" } };
    expect(
      judge(drRules, both, away)
        .filter(({ rule }) => rule === "dr-standby-endpoint-dark")
        .map(({ message }) => message),
    ).toEqual(["the primary's endpoint is enabled; right would be: disabled while the standby is active"]);
  });
});

describe("names of secrets", () => {
  it("are told from names that only sound like one", () => {
    for (const name of ["DATABASE_PASSWORD", "API_TOKEN", "accountKey", "ACCESS_KEY", "clientSecret"]) {
      expect(isSecretName(name), name).toBe(true);
    }
    for (const name of ["KEY_VAULT_URI", "TOKEN_FILE", "AZURE_CLIENT_ID", "OBJECTS_KEY_PREFIX", "MONKEY"]) {
      expect(isSecretName(name), name).toBe(false);
    }
  });
});
