import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { previewWithPacks, selectStack, writeDownPrimary } from "../../scripts/policy/engine.ts";
import { drConfig } from "../../scripts/policy/environment-facts.ts";
import { PACK_NAMES, type PackName } from "../../scripts/policy/packs.ts";
import { readStackFile } from "../../scripts/policy/stack-config.ts";
import { scratchWorld, type World } from "../../scripts/policy/world.ts";
import { projectRoot } from "../policies/support/environments.ts";

const instance = 4;
const [primary, standby] = ["sandbox-primary", "sandbox-standby"];
const packs = Object.fromEntries(PACK_NAMES.map((pack) => [pack, join(projectRoot, "policies", pack)]));

/** A component with a line of it changed, as somebody might who does not know better. */
interface Break {
  readonly file: string;
  readonly line: RegExp;
  readonly by: string;
}

describe("the packs on the real engine", () => {
  let world: World;
  const unbroken = new Map<string, readonly string[]>();

  const found = async (stack: string, pack?: PackName, more = {}): Promise<readonly string[]> => {
    const wanted = pack === undefined ? packs : { [pack]: join(projectRoot, "policies", pack) };
    const config = { ...drConfig(projectRoot, stack, "azblob://state"), ...more };
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
    world = await scratchWorld(projectRoot, instance);
    await selectStack(world, primary);
    await selectStack(world, standby);
    await writeDownPrimary(world, primary, readStackFile(projectRoot, primary));
    for (const stack of [primary, standby]) unbroken.set(stack, await found(stack));
  });

  afterAll(() => world?.close());

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
