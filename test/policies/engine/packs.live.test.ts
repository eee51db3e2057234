import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { previewWithPacks, selectStack, writeDownPrimary } from "../../../scripts/policy/engine.ts";
import { inTurn } from "../../../scripts/policy/in-turn.ts";
import { PACK_NAMES, type PackName, RULES } from "../../../scripts/policy/packs.ts";
import { readStackFile } from "../../../scripts/policy/stack-config.ts";
import { scratchWorld, type World } from "../../../scripts/policy/world.ts";
import { bringStackFilesHome } from "../../support/stack-files-at-home.ts";
import { ALL_BROKEN, DRILLED } from "../support/all-broken.ts";
import { drConfigAtHome } from "../support/dr-config-at-home.ts";
import { ENVIRONMENTS, projectRoot } from "../support/environments.ts";
import { hostProviders, type ProviderHost } from "./support/host-providers.ts";
import { liveJudge } from "./support/live-judge.ts";

const instance = 4;
const [primary, standby] = ["sandbox-primary", "sandbox-standby"];
/** Each pack, and each way to break a stack. */
const sample = [
  "aws-database-not-public",
  "aws-database-kept",
  "aws-bucket-tls",
  "aws-namespace-restricted",
  "aws-pod-probes",
  "azure-database-tls",
  "azure-private-endpoints",
  "azure-vault-purge-protected",
  "azure-container-secrets",
  "dr-data-protected",
  "dr-standby-independent",
  "dr-workloads",
  "dr-control-elsewhere",
];
/** These in every run, all rules where they are asked for: PILOTLIGHT_TEST_POLICIES=all, or names with commas. */
const asked = process.env["PILOTLIGHT_TEST_POLICIES"] ?? sample.join(",");
const broken = ALL_BROKEN.filter(({ withoutEngine }) => !withoutEngine).filter(
  ({ rule }) => asked === "all" || asked.split(",").includes(rule),
);
const packs = Object.fromEntries(PACK_NAMES.map((pack) => [pack, join(projectRoot, "policies", pack)]));

/** A component with a line of it changed, as somebody might who does not know better. */
interface Break {
  readonly file: string;
  readonly line: RegExp;
  readonly by: string;
}

let world: World;
beforeAll(async () => {
  world = await scratchWorld(projectRoot, instance);
  bringStackFilesHome(world.root);
});
afterAll(() => world?.close());

describe("the packs on the real engine", () => {
  const unbroken = new Map<string, readonly string[]>();

  const found = async (stack: string, pack?: PackName, more = {}): Promise<readonly string[]> => {
    const wanted = pack === undefined ? packs : { [pack]: join(projectRoot, "policies", pack) };
    const config = { ...drConfigAtHome(stack), ...more };
    const { violations } = await previewWithPacks(world, stack, wanted, config);
    return violations.map(({ rule, urn, message }) => `${rule} ${urn.split("::").at(-1)}: ${message}`).toSorted();
  };

  /** What a pack says of a stack once something is broken, and did not say before. */
  const foundAfter = async (stack: string, { file, line, by }: Break): Promise<readonly string[]> => {
    const path = join(world.root, file);
    const text = readFileSync(path, "utf8");
    expect(text, "the line that is to be broken").toMatch(line);
    writeFileSync(path, text.replace(line, by));
    try {
      const before = unbroken.get(stack) ?? [];
      return (await found(stack)).filter((finding) => !before.includes(finding));
    } finally {
      writeFileSync(path, text);
    }
  };

  beforeAll(async () => {
    await selectStack(world, primary);
    await selectStack(world, standby);
    await writeDownPrimary(world, primary, readStackFile(world.root, primary));
    for (const stack of [primary, standby]) unbroken.set(stack, await found(stack));
  });

  it("find in our own stacks what the rules find without the engine", () => {
    expect(unbroken.get(primary)).toEqual([
      "aws-bucket-kept objects-bucket: forceDestroy: true; right would be: false",
      "aws-database-kept database-instance: deletionProtection: false; right would be: true",
      "aws-database-kept database-instance: skipFinalSnapshot: true; right would be: false",
      "aws-database-not-public database-instance: publiclyAccessible: true; right would be: false",
      "aws-database-tls database-parameters-18: parameters.rds.force_ssl is not set; right would be: 1",
      "aws-secret-recoverable login-secret: recoveryWindowInDays: 0; right would be: 7 or more",
      "dr-data-protected database-instance: protect: false; right would be: true",
      "dr-data-protected dns-zone: protect: false; right would be: true",
      "dr-data-protected key-key: protect: false; right would be: true",
      "dr-data-protected objects-bucket: protect: false; right would be: true",
    ]);
    expect(unbroken.get(standby)?.filter((finding) => finding.startsWith("dr-"))).toEqual([
      "dr-data-protected database-database: protect: false; right would be: true",
      "dr-data-protected database-server: protect: false; right would be: true",
      "dr-data-protected objects-account: protect: false; right would be: true",
      "dr-data-protected vault-vault: protect: false; right would be: true",
      "dr-drill-recent pilotlight-sandbox-standby: never drilled; right would be: within 90 days",
    ]);
  });

  it("aws: finds a database that is not encrypted, and nothing else", async () => {
    const broken = {
      file: "components/aws/postgres.ts",
      line: /storageEncrypted: true/,
      by: "storageEncrypted: false",
    };
    expect(await foundAfter(primary, broken)).toEqual([
      "aws-database-encrypted database-instance: storageEncrypted: false; right would be: true",
    ]);
  });

  it("azure: finds a vault without roles, and nothing else", async () => {
    const broken = {
      file: "components/azure/vault.ts",
      line: /enableRbacAuthorization: true/,
      by: "enableRbacAuthorization: false",
    };
    expect(await foundAfter(standby, broken)).toEqual([
      "azure-vault-rbac vault-vault: properties.enableRbacAuthorization: false; right would be: true",
    ]);
  });

  it("dr: finds a server that cannot replicate, and nothing else", async () => {
    const broken = { file: "components/azure/postgres.ts", line: /"logical"/, by: '"replica"' };
    expect(await foundAfter(standby, broken)).toEqual([
      "dr-replication-ready database-server: wal_level: replica; right would be: logical",
    ]);
  });

  it("tell what is accepted, and stop nobody for it", async () => {
    const accepted = [
      { resource: "*", reason: "the sandbox holds nobody's data", owner: "platform", expires: "2999-01-01" },
    ];
    const told = await found(primary, "dr", { "dr-data-protected": { accepted } });
    expect(told).toEqual(
      ["database-instance", "dns-zone", "key-key", "objects-bucket"].map(
        (name) =>
          `dr-data-protected ${name}: protect: false; right would be: true\naccepted until 2999-01-01 by platform: the sandbox holds nobody's data`,
      ),
    );
  });

  it("set right what they may, where they are told to, and then find nothing", async () => {
    const path = join(world.root, "components/aws/encryption-key.ts");
    const text = readFileSync(path, "utf8");
    expect(text).toMatch(/enableKeyRotation: true/);
    writeFileSync(path, text.replace(/enableKeyRotation: true/, "enableKeyRotation: false"));
    try {
      const told = await found(primary, "aws");
      expect(told).toContain("aws-key-rotated key-key: enableKeyRotation: false; right would be: true");
      const after = await found(primary, "aws", { "aws-key-rotated": { enforcementLevel: "remediate" } });
      expect(after.filter((finding) => finding.startsWith("aws-key-rotated"))).toEqual([]);
    } finally {
      writeFileSync(path, text);
    }
  });

  it("are refused by the engine with options of another form", async () => {
    await expect(found(primary, "dr", { "dr-detection-within-rto": { rtoSeconds: "soon" } })).rejects.toThrow(
      /rtoSeconds/,
    );
  });
});

describe("our own stacks on the real engine, each broken in one way", () => {
  let providers: ProviderHost;
  const results = new Map<unknown, PromiseSettledResult<readonly string[]>>();

  beforeAll(async () => {
    providers = await hostProviders();
    Object.assign(process.env, world.variables);
    const here = { ...world, variables: { ...world.variables, ...providers.variables } };
    for (const environment of ENVIRONMENTS) {
      if (!broken.some(({ stack }) => stack.startsWith(`${environment}-`))) continue;
      await selectStack(here, `${environment}-primary`);
      await selectStack(here, `${environment}-standby`);
      await writeDownPrimary(here, `${environment}-primary`, readStackFile(world.root, `${environment}-primary`));
    }
    const unbroken = new Map<string, ReturnType<typeof liveJudge>>();
    await inTurn(broken, async (each) => {
      const { stack, first = [], mutation, config } = each;
      const start = `${stack} ${JSON.stringify(first)}`;
      const before = unbroken.get(start) ?? liveJudge(here, stack, first, DRILLED);
      unbroken.set(start, before);
      const shown = async (): Promise<readonly string[]> => {
        const known = new Set((await before).map(({ rule, urn, message }) => `${rule} ${urn} ${message}`));
        const after = await liveJudge(here, stack, [...first, ...mutation], { ...DRILLED, ...config });
        return after
          .filter(({ rule, urn, message }) => !known.has(`${rule} ${urn} ${message}`))
          .map(({ rule, urn, message }) => `${rule} ${urn.split("::").at(-1)}: ${message}`);
      };
      const [result] = await Promise.allSettled([shown()]);
      results.set(each, result);
    });
  }, 1_800_000);

  afterAll(() => providers?.close());

  it.each(broken)("$rule finds it in $stack, and no other rule does", (each) => {
    const result = results.get(each);
    if (result?.status === "rejected") throw result.reason;
    const { rule, resource, messages, onEngineToo = [] } = each;
    const wanted = [...messages.map((message) => `${resource}: ${message}`), ...onEngineToo];
    expect(result?.value.toSorted()).toEqual(wanted.map((finding) => `${rule} ${finding}`).toSorted());
  });

  it("are broken for rules that there are", () => {
    const wanted = asked === "all" ? [...RULES.keys()] : asked.split(",");
    expect([...new Set(broken.map(({ rule }) => rule))].toSorted()).toEqual(wanted.toSorted());
  });
});
