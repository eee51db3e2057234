import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ControlClient } from "../../sandbox/contracts/control-client.ts";
import { openWorld } from "../../sandbox/contracts/world.ts";
import { Pilotlight } from "../../sandbox/demo/pilotlight.ts";
import { armGet } from "./support/arm-get.ts";
import { seenByBoto3 } from "./support/boto3.ts";
import { isData } from "./support/data-types.ts";
import { Engine } from "./support/engine.ts";
import { leftovers } from "./support/leftovers.ts";
import { copyProject } from "./support/project-copy.ts";
import { workerInstance } from "./support/worker-instance.ts";

const instance = workerInstance();
const every = ["cloudphoenix", "myca", "devoteam", "sandbox"];
/** Two in every run, the rest where they are asked for: PILOTLIGHT_TEST_ENVIRONMENTS=all, or names with commas. */
const asked = process.env["PILOTLIGHT_TEST_ENVIRONMENTS"] ?? "cloudphoenix,myca";
const environments = asked === "all" ? every : asked.split(",");
/** Of the primaries in AWS. */
const regions: Readonly<Record<string, string>> = {
  cloudphoenix: "us-east-1",
  devoteam: "eu-west-3",
  sandbox: "us-east-1",
};
const tiers = ["cold", "pilot-light", "warm"];

/** One sandbox for the whole file; the environments stand in it side by side. */
describe("the example environments", () => {
  let project: Awaited<ReturnType<typeof copyProject>>;
  let engine: Engine;
  let pilotlight: Pilotlight;
  let control: ControlClient;

  beforeAll(async () => {
    project = await copyProject();
    process.env["PILOTLIGHT_PROJECT_ROOT"] = project.root;
    process.env["PILOTLIGHT_SANDBOX_INSTANCE"] = String(instance);
    pilotlight = new Pilotlight(project.root);
    await pilotlight.must(["sandbox", "up"], { show: false });
    Object.assign(process.env, parseEnv(readFileSync(join(project.root, ".env.sandbox"), "utf8")));
    engine = new Engine(project.root);
    control = new ControlClient(openWorld(project.root, instance));
  });

  afterAll(async () => {
    await pilotlight.run(["sandbox", "down", "--wipe"], { show: false });
    await project.remove();
  });

  describe.each(environments)("%s", (environment) => {
    const [primary, standby] = [`${environment}-primary`, `${environment}-standby`];
    const both = (work: (stack: string) => Promise<void>) => Promise.all([primary, standby].map(work));

    /** Every step of every flip, in every tier, seen from the state that there is now. */
    const planFlips = async (lit: boolean) => {
      for (const tier of tiers) {
        const steps = await engine.plan(standby, { tier, drActive: String(lit) });
        const harm = steps.filter(
          (step) => isData(step.type) && !["same", "update", "create", "read"].includes(step.op),
        );
        expect(harm, `${tier}, drActive ${lit}`).toEqual([]);
        expect(steps.filter(({ type }) => isData(type)).length, "data resources in the plan").toBeGreaterThan(2);
      }
    };

    it("comes up from nothing, and a preview shows no change", async () => {
      await engine.init(primary);
      await engine.init(standby);
      await engine.up(primary);
      await engine.up(standby);
      await both((stack) => engine.expectNoChanges(stack));
    });

    it("is what third parties see: boto3, and plain GETs in ARM form", async () => {
      const declared = [...(await engine.resources(primary)), ...(await engine.resources(standby))];
      const ids = (type: string) => declared.filter((each) => each.type === type).map(({ id }) => id ?? "");
      const region = regions[environment];
      if (region !== undefined) {
        const seen = await seenByBoto3(region);
        const same = (found: object, type: string) =>
          expect(Object.keys(found).toSorted()).toEqual(ids(type).toSorted());
        same(seen.network.vpcs, "aws:ec2/vpc:Vpc");
        same(seen.network.subnets, "aws:ec2/subnet:Subnet");
        same(seen.clusters, "aws:eks/cluster:Cluster");
        // The provider's id of a database is one that AWS keeps through renames.
        const servers = declared.filter(({ type }) => type === "aws:rds/instance:Instance");
        expect(Object.keys(seen.databases)).toEqual(servers.map(({ outputs }) => outputs["identifier"]));
        same(seen.buckets, "aws:s3/bucket:Bucket");
        const groups = Object.entries(seen.clusters).flatMap(([cluster, { nodeGroups }]) =>
          Object.keys(nodeGroups).map((name) => `${cluster}:${name}`),
        );
        expect(groups.toSorted()).toEqual(ids("aws:eks/nodeGroup:NodeGroup").toSorted());
        expect(Object.keys(seen.secrets)).toHaveLength(ids("aws:secretsmanager/secret:Secret").length);
        expect(Object.keys(seen.zones)).toHaveLength(ids("aws:route53/zone:Zone").length);
        expect(Object.values(seen.zones).flat()).toHaveLength(ids("aws:route53/record:Record").length);
        for (const { versioning, encryption, lifecycle, blocked } of Object.values(seen.buckets)) {
          expect({ versioning, encryption }).toEqual({ versioning: "Enabled", encryption: ["aws:kms"] });
          expect(lifecycle.map(([, storageClass]) => storageClass)).toEqual(["STANDARD_IA", "GLACIER_IR"]);
          expect(Object.values(blocked)).toEqual([true, true, true, true]);
        }
      }
      // A blob's id is the provider's own; ARM knows the container and nothing of what is in it.
      const inArm = declared.filter(({ type, custom }) => custom && /^azure-native:(?!storage:Blob$)/.test(type));
      expect(inArm.length).toBeGreaterThan(20);
      const answers = await Promise.all(
        inArm.map(async ({ id, type }) => [type, (await armGet(id ?? "", "2024-05-01")).status]),
      );
      expect(answers.filter(([, status]) => status !== 200)).toEqual([]);
    });

    it("is lit and scaled down, and no data resource is replaced or deleted, in any tier", async () => {
      await planFlips(true);
      await engine.up(standby, { drActive: "true" });
      await both((stack) => engine.expectNoChanges(stack));
      await planFlips(false);
      await engine.up(standby, { drActive: "false" });
      await both((stack) => engine.expectNoChanges(stack));
    });

    it("updates each site while the other cloud is down", async () => {
      await control.fault({ kind: "region", cloud: "aws", state: "down" });
      await engine.up(standby, { tags: '{"changed":"while AWS was down"}' });
      await control.fault({ kind: "region", cloud: "aws", state: "up" });
      await control.fault({ kind: "region", cloud: "azure", state: "down" });
      await engine.up(primary, { tags: '{"changed":"while Azure was down"}' });
      await control.fault({ kind: "region", cloud: "azure", state: "up" });
      await both((stack) => engine.expectNoChanges(stack));
    });

    it("is as declared: a refresh finds nothing", async () => {
      await both((stack) => engine.refreshExpectingNothing(stack));
    });

    it("goes to nothing", async () => {
      await engine.up(primary, { protectData: "false", protectActive: "false" });
      await engine.up(standby, { protectData: "false", protectActive: "false" });
      await engine.destroy(standby);
      await engine.destroy(primary);
      expect(await engine.resources(primary)).toEqual([]);
      expect(await engine.resources(standby)).toEqual([]);
      expect(await leftovers([...new Set(Object.values(regions))])).toEqual([]);
    });
  });
});
