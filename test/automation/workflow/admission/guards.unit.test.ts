import { describe, expect, it } from "vitest";
import { OperationLog } from "../../../../automation/workflow/execution/operation-log.ts";
import { OperatorAnswers } from "../../../../automation/workflow/execution/operator-answers.ts";
import { fakeDriver, protectedWorld } from "../../../support/fake-driver.ts";
import type { FakeWorld } from "../../../support/fake-world.ts";

async function lostPrimary(): Promise<FakeWorld> {
  const world = await protectedWorld();
  world.sites.primary.up = false;
  return world;
}

const answer = { guard: "fence-unconfirmed" as const, reason: "the region is dark", by: "ann" };

describe("guard fence-unconfirmed", () => {
  it("holds promotion until a person answers, while provisioning goes on", async () => {
    const world = await lostPrimary();
    const { driver, events, ports } = fakeDriver(world);
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(200_000);

    const { operation } = await driver.status();
    expect(operation?.state).toBe("waiting");
    expect(operation?.questions).toMatchObject([{ stage: "fence-primary", guard: "fence-unconfirmed", closed: false }]);
    expect(operation?.stages.find((stage) => stage.name === "provision-standby")?.state).toBe("done");
    expect(world.calls).not.toContain("database.promote standby");
    expect(events).toContainEqual(expect.objectContaining({ type: "stage-waiting", stage: "fence-primary" }));
    expect(ports.notices.map((notice) => notice.severity)).toContain("critical");

    const asked = world.clock.now().getTime();
    await fakeDriver(world).driver.answer(answer);
    const record = await running;
    expect(record.state).toBe("succeeded");
    expect(record.overrides).toMatchObject([{ ...answer, usedBy: "fence-primary" }]);
    const promoted = record.stages.find((stage) => stage.name === "promote-database")?.startedAt ?? "";
    expect(Date.parse(promoted) - asked).toBeLessThan(3_000);
    expect(world.journal.all().filter(({ body }) => body.type === "override-used")).toHaveLength(1);
    expect(world.violations).toEqual([]);
  });

  it("goes by itself when the primary answers again", async () => {
    const world = await lostPrimary();
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(100_000);
    world.sites.primary.up = true;
    const record = await running;
    expect(record.state).toBe("succeeded");
    expect(record.overrides).toEqual([]);
    expect(record.evidence["fence-primary"]).toMatchObject({ confirmed: true });
    const active = new Set(world.sites.standby.rows.map((row) => row.key));
    expect(world.acknowledged.filter((key) => !active.has(key))).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  it("is asked again after a crash, and an answer given meanwhile counts", async () => {
    const world = await lostPrimary();
    const { driver, process } = fakeDriver(world);
    const running = driver.failover({ mode: "forced" }).catch(() => undefined);
    await world.clock.sleep(100_000);
    process.dead = true;
    await running;
    const second = fakeDriver(world);
    await second.driver.answer(answer);
    expect((await second.driver.resume()).state).toBe("succeeded");
  });

  it("is broken once: the next operation asks anew", async () => {
    const world = await lostPrimary();
    const { driver } = fakeDriver(world);
    await driver.failover({ mode: "forced", overrides: [answer] });
    world.sites.primary.up = true;
    world.sites.primary.open = false;
    await driver.reprotect();
    await driver.failback();
    world.sites.primary.up = false;
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(100_000);
    expect((await driver.status()).operation?.state).toBe("waiting");
    await driver.answer(answer);
    expect((await running).state).toBe("succeeded");
  });

  it("can be declined: the operation is undone", async () => {
    const world = await lostPrimary();
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(100_000);
    world.sites.primary.reachable = false;
    world.sites.primary.up = true;
    await driver.abort({ reason: "it is only the link", by: "ann" });
    const stuck = await running;
    // Whether the primary was fenced is unknown while nobody can ask it: not hidden, and not the end.
    expect(stuck.state).toBe("needs-operator");
    world.sites.primary.reachable = true;
    const record = await driver.resume();
    expect(record.state).toBe("aborted");
    expect(world.writable("primary")).toBe(true);
    expect(world.sites.standby.lit).toBe(false);
    expect((await driver.status()).protection).toBe("protected");
  });

  it("does not keep a second failover away when the first was given up undone", async () => {
    const world = await lostPrimary();
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(100_000);
    await driver.abort({ reason: "wait and see", by: "ann" });
    expect((await running).state).toBe("needs-operator");
    const record = await driver.failover({ mode: "forced", overrides: [answer] });
    expect(record.state).toBe("succeeded");
    expect(world.violations).toEqual([]);
  });

  it("leaves users where they are until it is answered: the site may be well, and cut off from the driver alone", async () => {
    const world = await protectedWorld();
    world.sites.primary.reachable = false;
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(200_000);
    expect((await driver.status()).operation?.state).toBe("waiting");
    expect(world.traffic).toEqual({ primary: true, standby: false });
    expect(world.calls).not.toContain("traffic.drain primary");
    await driver.answer(answer);
    const record = await running;
    expect(record.evidence["fence-primary"]).toMatchObject({ confirmed: false, drained: "done", overriddenBy: "ann" });
    expect(world.calls.indexOf("traffic.drain primary")).toBeLessThan(world.calls.indexOf("database.promote standby"));
    expect(world.traffic).toEqual({ primary: false, standby: true });
  });
});

describe("an override", () => {
  it("that one stage has used up is none for another, but stays the first one's when that runs again", async () => {
    const world = await lostPrimary();
    const { driver, ports } = fakeDriver(world);
    const record = await driver.failover({ mode: "forced", overrides: [answer] });
    const log = new OperationLog(ports.journal, record, () => world.clock.now());
    const ignore = (): undefined => undefined;
    const answers = new OperatorAnswers({ ...ports, log, onAbort: ignore, onTrouble: ignore });
    expect(answers.usable("fence-unconfirmed", "fence-primary")).toMatchObject(answer);
    expect(answers.usable("fence-unconfirmed", "promote-database")).toBeUndefined();
    expect(answers.usable("rpo-exceeded", "fence-primary")).toBeUndefined();
  });
});

describe("other guards", () => {
  it("rpo-exceeded waits before anything is done", async () => {
    const world = await lostPrimary();
    await world.clock.sleep(400_000);
    const { driver } = fakeDriver(world);
    const running = driver.failover({ mode: "forced", overrides: [answer] });
    await world.clock.sleep(100_000);
    expect((await driver.status()).operation?.questions).toMatchObject([{ stage: "confirm", guard: "rpo-exceeded" }]);
    expect(world.calls.filter((call) => call.startsWith("infrastructure.apply"))).toEqual([]);
    await driver.answer({ guard: "rpo-exceeded", reason: "the data is small", by: "ann" });
    expect((await running).state).toBe("succeeded");
  });

  it("standby-unready ends it: a planned move needs replication", async () => {
    const world = await protectedWorld();
    world.link = false;
    const record = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(record).toMatchObject({ state: "failed", cause: { code: "guard", guard: "standby-unready" } });
    expect(world.writable("primary")).toBe(true);
  });

  it("cooldown holds back automatic failovers only", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world, { settings: { mode: "auto" } });
    await driver.failover({ mode: "planned" });
    await driver.reprotect();
    await driver.failback();
    const trigger = { kind: "auto" as const, by: "watch" };
    await expect(driver.failover({ mode: "forced", trigger })).rejects.toMatchObject({ guard: { name: "cooldown" } });
    await world.clock.sleep(1_800_000);
    expect((await driver.failover({ mode: "forced", trigger })).state).toBe("succeeded");
  });

  it("takes no override that breaks nothing", async () => {
    const { driver } = fakeDriver(await protectedWorld());
    const override = { guard: "cooldown" as const, reason: "x", by: "ann" };
    await expect(driver.failover({ mode: "forced", overrides: [override] })).rejects.toMatchObject({
      code: "invalid-input",
      field: "override.guard",
      value: "cooldown",
    });
  });

  it("proof-missing: fenced, and the proof never comes", async () => {
    const world = await protectedWorld();
    const { driver } = fakeDriver(world);
    world.link = false;
    const running = driver.failover({ mode: "forced" });
    await world.clock.sleep(300_000);
    expect((await driver.status()).operation?.questions).toMatchObject([
      { stage: "promote-database", guard: "proof-missing" },
    ]);
    world.link = true;
    world.stream();
    const record = await running;
    expect(record.state).toBe("succeeded");
    expect(record.evidence["promote-database"]).toMatchObject({ proven: true });
  });
});

describe("a link that is cut and still looks like one that runs", () => {
  it("holds a planned move back before anything is done", async () => {
    const world = await protectedWorld();
    world.link = false;
    world.silentLink = true;
    await world.clock.sleep(10_000);
    const record = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(record.state).toBe("failed");
    expect(record.cause).toMatchObject({
      guard: "standby-unready",
      message: expect.stringContaining("replication has stopped"),
    });
    expect(world.calls).not.toContain("database.fence primary");
    expect([world.writable("primary"), world.traffic.primary]).toEqual([true, true]);
  });

  it("is told from one that is slow: what arrives late still arrives", async () => {
    const world = await protectedWorld();
    world.link = false;
    world.silentLink = true;
    await world.clock.sleep(10_000);
    const running = fakeDriver(world).driver.failover({ mode: "planned" });
    await world.clock.sleep(3_000);
    world.link = true;
    world.stream();
    expect((await running).state).toBe("succeeded");
  });
});

describe("a follower whose schema differs", () => {
  const differs = (world: FakeWorld): void => {
    world.schemaDifferences = [
      ...(["harmless", "blocks"] as const).map((verdict) => ({
        ...{ kind: "column type", object: `public.${verdict}`, source: "a", follower: "b" },
        ...{ class: verdict, remedy: "run reprotect" },
      })),
    ];
  };

  it("is no standby for a planned move, which names the difference before it fences anybody", async () => {
    const world = await protectedWorld();
    differs(world);
    const record = await fakeDriver(world).driver.failover({ mode: "planned" });
    expect(record.state).toBe("failed");
    expect(record.stages.find((stage) => stage.name === "confirm")?.error).toMatchObject({
      guard: "standby-unready",
      message: expect.stringContaining("public.blocks"),
    });
    expect(world.calls).not.toContain("database.fence primary");
  });

  it("stands before both moves while nothing is under way", async () => {
    const world = await protectedWorld();
    differs(world);
    const { driver } = fakeDriver(world);
    expect((await driver.dryRun("failover", "planned")).guards).toMatchObject([
      { name: "standby-unready", reason: expect.stringContaining("public.blocks") },
    ]);
    expect((await driver.dryRun("failover", "forced")).guards).toMatchObject([
      { name: "rpo-exceeded", reason: expect.stringMatching(/public\.blocks.*promotion loses that/) },
    ]);
    world.schemaDifferences = world.schemaDifferences.slice(0, 1);
    expect((await driver.dryRun("failover", "forced")).guards).toEqual([]);
  });

  it("is a loss that a person may accept when the primary is gone", async () => {
    const world = await lostPrimary();
    differs(world);
    const { driver } = fakeDriver(world);
    const record = await driver.failover({
      mode: "forced",
      overrides: [{ ...answer }, { guard: "rpo-exceeded", reason: "better than nothing", by: "ann" }],
    });
    expect(record.state).toBe("succeeded");
    expect(record.overrides).toContainEqual(expect.objectContaining({ guard: "rpo-exceeded", usedBy: "confirm" }));
  });
});

describe("a follower whose first copy is not complete", () => {
  it("is no standby for a planned move", async () => {
    const world = await protectedWorld();
    world.sites.standby.copying.add("public.t");
    const { driver } = fakeDriver(world);
    const record = await driver.failover({ mode: "planned" });
    expect(record.state).toBe("failed");
    expect(record.stages.find((stage) => stage.name === "confirm")?.error).toMatchObject({
      guard: "standby-unready",
      message: expect.stringContaining("public.t"),
    });
    expect(world.calls).not.toContain("database.fence primary");
  });

  it("is waited for where a planned move brings a new table along", async () => {
    const world = await protectedWorld();
    world.sites.primary.tables.add("public.new");
    world.sites.standby.copying.add("public.new");
    const running = fakeDriver(world).driver.failover({ mode: "planned" });
    await world.clock.sleep(10_000);
    world.sites.standby.copying.clear();
    expect((await running).state).toBe("succeeded");
    expect(world.sites.standby.tables).toContain("public.new");
  });

  it("is a loss that a person may accept when the primary is gone, named by table", async () => {
    const world = await lostPrimary();
    world.sites.standby.copying.add("public.new");
    const { driver } = fakeDriver(world);
    const running = driver.failover({
      mode: "forced",
      overrides: [{ ...answer }, { guard: "rpo-exceeded", reason: "the table is new", by: "ann" }],
    });
    const record = await running;
    expect(record.state).toBe("succeeded");
    expect(record.overrides).toContainEqual(expect.objectContaining({ guard: "rpo-exceeded", usedBy: "confirm" }));
  });

  it("is no standby at all when nothing ever arrived", async () => {
    const world = await lostPrimary();
    world.sites.standby.heartbeat = undefined;
    world.sites.standby.copying.add("public.t");
    const record = await fakeDriver(world).driver.failover({ mode: "forced" });
    expect(record.state).toBe("failed");
    expect(record.stages.find((stage) => stage.name === "confirm")?.error).toMatchObject({ guard: "standby-unready" });
  });

  it("costs a forced move 2 s of waiting for a dead source", async () => {
    const world = await lostPrimary();
    const start = world.clock.now().getTime();
    const record = await fakeDriver(world).driver.failover({ mode: "forced", overrides: [answer] });
    const done = record.stages.find((stage) => stage.name === "confirm")?.endedAt ?? "";
    expect(Date.parse(done) - start).toBeLessThan(3_000);
  });
});
