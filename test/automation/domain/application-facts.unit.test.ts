import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { FileFacts } from "../../../automation/adapters/journal/file-facts.ts";
import {
  type Advice,
  type ApplicationFact,
  adviceGuard,
  applicationFactSchema,
  approvalGuard,
  controlState,
  pauseGuard,
} from "../../../automation/domain/application-facts.ts";
import { DriverError } from "../../../automation/domain/errors.ts";
import { guardCatalogue, guardNameSchema, overridableGuards } from "../../../automation/domain/guards.ts";
import type { DriverWatchEvent } from "../../../automation/workflow/watch/watch-event.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import { FakeWorld } from "../../support/fake-world.ts";

const ann = { by: "ann", reason: "maintenance" };
const trigger = { kind: "auto" as const, by: "watch" };
const time = fc.integer({ min: 0, max: 100 }).map((hour) => new Date(Date.UTC(2026, 0, 1, hour)).toISOString());
const person = { by: fc.constant(ann.by), reason: fc.constant(ann.reason) };
const fact: fc.Arbitrary<ApplicationFact> = fc.oneof(
  fc.record({ type: fc.constant("paused" as const), at: time, ...person, until: time }),
  fc.record({ type: fc.constant("paused" as const), at: time, ...person }),
  fc.record({ type: fc.constant("unpaused" as const), at: time, ...person }),
  fc.record({ type: fc.constant("failover-proposed" as const), at: time, ...person, firstFailedAt: time }),
  fc.record({ type: fc.constant("failover-approved" as const), at: time, ...person, until: time }),
  fc.record({ type: fc.constant("approval-used" as const), at: time, operationId: fc.constant("failover-1") }),
);

describe("what the facts of an application add up to", () => {
  it("is paused only after a pause that nobody ended and that has not run out", () => {
    fc.assert(
      fc.property(fc.array(fact), time, (facts, now) => {
        const last = facts.findLast((each) => each.type === "paused" || each.type === "unpaused");
        const paused = last?.type === "paused" && (last.until === undefined || last.until > now);
        expect(pauseGuard(controlState(facts, new Date(now))) !== undefined).toBe(paused);
      }),
    );
  });

  it("approves only what was approved last, still holds, and was neither used nor paused since", () => {
    fc.assert(
      fc.property(fc.array(fact), time, (facts, now) => {
        const index = facts.findLastIndex((each) => each.type === "failover-approved");
        const later = facts.slice(index + 1);
        const approved = facts[index];
        const stands =
          approved?.type === "failover-approved" &&
          approved.until > now &&
          !later.some((each) => each.type === "approval-used" || each.type === "paused");
        const sum = controlState(facts, new Date(now));
        expect(approvalGuard(sum, "approve", trigger) === undefined).toBe(stands);
        expect(approvalGuard(sum, "observe", trigger)?.name).toBe("approval-missing");
        expect(approvalGuard(sum, "auto", trigger)).toBeUndefined();
        expect(approvalGuard(sum, "observe", { kind: "manual" })).toBeUndefined();
      }),
    );
  });

  it("is the same however often it is written and read", () => {
    fc.assert(
      fc.property(fact, (each) => {
        expect(applicationFactSchema.parse(JSON.parse(JSON.stringify(each)))).toEqual(each);
      }),
    );
  });
});

describe("advice", () => {
  it("holds back whatever is not a confident trigger_dr, and binds the watch alone", () => {
    for (const action of ["none", "self_heal", "zonal_recovery", "trigger_dr"] as const) {
      for (const confidence of ["low", "medium", "high"] as const) {
        const advice: Advice = { action, confidence, reasoning: "because" };
        const lets = action === "trigger_dr" && confidence === "high";
        expect(adviceGuard(advice, trigger)?.name).toBe(lets ? undefined : "advice-holds");
        expect(adviceGuard(advice, { kind: "manual" })).toBeUndefined();
      }
    }
    expect(adviceGuard(undefined, trigger)).toBeUndefined();
  });

  it("holds an automatic failover back", async () => {
    const { driver } = fakeDriver(await protectedWorld(), { settings: { mode: "auto" } });
    const advice: Advice = { action: "trigger_dr", confidence: "medium", reasoning: "may be the network" };
    await expect(driver.failover({ mode: "forced", trigger, advice })).rejects.toMatchObject({
      guard: { name: "advice-holds", reason: expect.stringContaining("may be the network") },
    });
    expect((await driver.failover({ mode: "forced", trigger, advice: { ...advice, confidence: "high" } })).state).toBe(
      "succeeded",
    );
  });
});

describe("guards", () => {
  it("all have words, and those of the catalogue that can be broken are the overridable ones", () => {
    for (const name of guardNameSchema.options) expect(guardCatalogue[name].stands.length).toBeGreaterThan(20);
    expect(overridableGuards).toEqual([
      "fence-unconfirmed",
      "proof-missing",
      "rpo-exceeded",
      "paused",
      "capacity-refused",
      "loss-unknown",
    ]);
  });

  it("paused: nothing begins, unless a person breaks it; it ends by itself or by a person", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { settings: { mode: "auto" } });
    await driver.controls.pause(ann, "2026-01-02T00:00:00Z");
    expect((await driver.status()).controls.pause).toMatchObject(ann);
    const steps = world.journal.all().length;
    const stands = { code: "guard", guard: { name: "paused", override: "paused" } };
    await expect(driver.failover({ mode: "planned" })).rejects.toMatchObject(stands);
    await expect(driver.reprotect()).rejects.toMatchObject(stands);
    const override = { guard: "paused" as const, reason: "it burns", by: "bob" };
    // Nobody is there to break it for the watch.
    await expect(driver.failover({ mode: "forced", trigger, overrides: [override] })).rejects.toMatchObject(stands);
    expect(world.journal.all()).toHaveLength(steps);
    expect((await driver.dryRun("failover", "planned")).guards.map((each) => each.name)).toEqual(["paused"]);

    const moved = await driver.failover({ mode: "planned", overrides: [override] });
    expect(moved).toMatchObject({ state: "succeeded", overrides: [{ ...override, usedBy: "admission" }] });
    await expect(driver.reprotect()).rejects.toMatchObject(stands);
    await driver.controls.unpause(ann);
    expect((await driver.reprotect()).state).toBe("succeeded");
    await driver.controls.pause(ann, new Date(world.clock.now().getTime() + 1000).toISOString());
    await expect(driver.failback()).rejects.toMatchObject(stands);
    await world.clock.sleep(1000);
    expect((await driver.failback()).state).toBe("succeeded");
  });

  it("a pause does not hold up what is under way", async () => {
    const world = await protectedWorld();
    await expect(fakeDriver(world, { dieAt: 40 }).driver.failover({ mode: "planned" })).rejects.toThrow();
    await world.clock.sleep(60_000);
    const { driver } = fakeDriver(world);
    await driver.controls.pause(ann);
    expect((await driver.resume()).state).toBe("succeeded");
  });

  it("takes no time that is past or no time at all", async () => {
    const { driver } = fakeDriver(await protectedWorld());
    for (const until of ["2025-01-01T00:00:00Z", "tomorrow"])
      await expect(driver.controls.pause(ann, until)).rejects.toMatchObject({
        code: "invalid-input",
        field: "--until",
      });
  });

  it("witness-lost: nothing begins, and a dry run says so", async () => {
    const world = await protectedWorld();
    world.witness.up = false;
    const { driver } = fakeDriver(world);
    const before = world.calls.length;
    const stands = { code: "guard", guard: { name: "witness-lost", override: undefined } };
    await expect(driver.failover({ mode: "forced" })).rejects.toMatchObject(stands);
    await expect(driver.dryRun("failover", "forced")).rejects.toMatchObject(stands);
    expect(world.calls).toHaveLength(before);
    world.witness.up = true;
    expect((await driver.failover({ mode: "forced" })).state).toBe("succeeded");
  });

  it("capacity-refused waits with the fence done, tries again by itself, and needs compute that is there", async () => {
    const world = await protectedWorld();
    const refused = (): DriverError => new DriverError("capacity", "SkuNotAvailable in westeurope");
    world.faults.set("infrastructure.apply", Array.from({ length: 3 }, refused));
    const { driver } = fakeDriver(world);
    const record = await driver.failover({ mode: "forced" });
    expect(record.state).toBe("succeeded");
    expect(record.questions).toMatchObject([{ guard: "capacity-refused", stage: "provision-standby", closed: true }]);
    expect(record.questions[0]?.reason).toContain("SkuNotAvailable");

    const dark = await protectedWorld();
    dark.faults.set("infrastructure.apply", Array.from({ length: 4 }, refused));
    const override = { guard: "capacity-refused" as const, reason: "lit by hand", by: "ann" };
    const stuck = await fakeDriver(dark).driver.failover({ mode: "planned", overrides: [override] });
    expect(stuck.cause?.message).toContain("neither a cluster nor a container group");
    expect(dark.violations).toEqual([]);
  });

  it("an operation that needs an operator is left by a person, never by the watch", async () => {
    const world = await protectedWorld();
    const away = () => new DriverError("unreachable", "no answer");
    world.faults.set("database.awaitToken", Array.from({ length: 4 }, away));
    world.faults.set("database.openWrites", Array.from({ length: 4 }, away));
    const { driver } = fakeDriver(world, { settings: { mode: "auto" } });
    expect((await driver.failover({ mode: "planned" })).state).toBe("needs-operator");
    await expect(driver.failover({ mode: "forced", trigger })).rejects.toMatchObject({
      guard: { name: "operation-running", reason: expect.stringContaining("needs an operator") },
    });
    expect((await driver.failover({ mode: "forced" })).state).toBe("succeeded");
  });
});

describe("approval", () => {
  it("is asked for once, and lets the watch start one failover", async () => {
    const world = await protectedWorld();
    world.sites.primary.workloads = false;
    const { driver } = fakeDriver(world);
    await expect(driver.failover({ mode: "forced", trigger })).rejects.toMatchObject({
      guard: { name: "approval-missing" },
    });
    const stop = new AbortController();
    const events: DriverWatchEvent[] = [];
    const watching = (async () => {
      for await (const event of driver.watch(stop.signal)) events.push(event);
    })();
    await world.clock.sleep(300_000);
    expect(world.facts.facts.map((each) => each.type)).toEqual(["failover-proposed"]);
    expect((await driver.status()).controls.proposal?.reason).toContain("a failure");
    await fakeDriver(world).driver.controls.approve(ann);
    await world.clock.sleep(300_000);
    stop.abort();
    await watching;
    const ended = events.flatMap((event) => (event.type === "operation" ? [event.record] : []));
    expect(ended).toMatchObject([{ state: "succeeded", trigger: { kind: "auto" } }]);
    expect(world.facts.facts.map((each) => each.type)).toEqual([
      "failover-proposed",
      "failover-approved",
      "approval-used",
    ]);
    expect((await driver.status()).controls).toEqual({ pause: undefined, approval: undefined, proposal: undefined });
  });

  it("cannot be given where nothing is kept", async () => {
    const { ports } = fakeDriver(new FakeWorld());
    const { facts: _, ...without } = ports;
    const { OperatorControls } = await import("../../../automation/workflow/admission/operator-controls.ts");
    await expect(new OperatorControls("app", without).approve(ann)).rejects.toMatchObject({ code: "refused" });
  });
});

describe("facts in a file", () => {
  const made: string[] = [];
  afterEach(async () => {
    for (const each of made.splice(0)) await rm(each, { recursive: true });
  });

  it("outlive their process, and a line that a crash tore was never said", async () => {
    const directory = await mkdtemp(join(tmpdir(), "pilotlight-facts-"));
    made.push(directory);
    const at = "2026-01-01T00:00:00.000Z";
    const facts = new FileFacts(directory);
    expect(await facts.read("a/b")).toEqual([]);
    await facts.add("a/b", { type: "paused", at, ...ann });
    const path = join(directory, "a%2Fb.facts.jsonl");
    await writeFile(path, `${await readFile(path, "utf8")}{"type":"unpau`);
    expect(await new FileFacts(directory).read("a/b")).toEqual([{ type: "paused", at, ...ann }]);
    await facts.add("a/b", { type: "unpaused", at, ...ann });
    expect((await facts.read("a/b")).map((each) => each.type)).toEqual(["paused", "unpaused"]);
  });
});
