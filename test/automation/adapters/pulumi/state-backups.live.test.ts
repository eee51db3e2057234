import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { syncObjects } from "../../../../automation/adapters/objects/sync.ts";
import { halfMadeClusters } from "../../../../automation/adapters/pulumi/state.ts";
import { backupKey, ObjectStateBackups } from "../../../../automation/adapters/pulumi/state-backups.ts";
import { DriverError } from "../../../../automation/domain/errors.ts";
import type { Notice } from "../../../../automation/ports/notifier.ts";
import type { Site } from "../../../../stacks/outputs.ts";
import { MemoryStore } from "../../../support/memory-store.ts";

const never = AbortSignal.timeout(60_000);
const deployment = (content: string, time: string) =>
  JSON.stringify({ version: 3, deployment: { manifest: { time }, resources: [{ urn: content, type: "t" }] } });

describe("copies of a stack's state", () => {
  let directory: string;
  let stores: Record<Site, MemoryStore>;
  let states: Record<Site, string>;
  let away: Partial<Record<Site, DriverError | "none">>;
  let notices: Notice[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "pilotlight-backups-"));
    stores = { primary: new MemoryStore("s3"), standby: new MemoryStore("blob") };
    states = { primary: deployment("p1", "1"), standby: deployment("s1", "1") };
    away = {};
    notices = [];
  });
  afterEach(() => rm(directory, { recursive: true }));

  const backups = (options: { keep?: number; answerMs?: number } = {}) =>
    new ObjectStateBackups({
      environment: "e",
      state: async (site) => states[site],
      store: async (site) => {
        const reason = away[site];
        if (reason instanceof DriverError) throw reason;
        return reason === "none" ? undefined : stores[site];
      },
      file: join(directory, "a", "state-backups.json"),
      notifier: { notify: async (notice) => void notices.push(notice) },
      ...options,
    });
  const keys = (site: Site) => [...stores[site].objects.keys()];

  it("go to the other site, are not repeated while nothing changes, and are current", async () => {
    const copies = backups();
    copies.changed("primary");
    copies.changed("standby");
    await copies.settled();
    expect([keys("primary"), keys("standby")]).toEqual([[backupKey("e-standby", 0)], [backupKey("e-primary", 0)]]);
    expect(stores.standby.text(backupKey("e-primary", 0))).toBe(states.primary);
    states.primary = deployment("p1", "later");
    copies.changed("primary");
    await copies.settled();
    expect(keys("standby")).toHaveLength(1);
    expect(await copies.look(never)).toMatchObject([
      { kind: "current", stack: "e-primary" },
      { kind: "current", stack: "e-standby" },
    ]);
    expect((await stat(join(directory, "a", "state-backups.json"))).mode & 0o777).toBe(0o600);
    states.primary = deployment("p2", "later");
    expect(await copies.look(never)).toMatchObject([{ kind: "stale" }, { kind: "current" }]);
  });

  it("are as many as are kept: the oldest gives way", async () => {
    const copies = backups({ keep: 3 });
    for (let version = 1; version <= 5; version++) {
      states.primary = deployment(`p${version}`, "1");
      copies.changed("primary");
      await copies.settled();
      // Another instant.
      await sleep(3);
    }
    expect(keys("standby")).toHaveLength(3);
    const kept = keys("standby").map((key) => JSON.parse(stores.standby.text(key) ?? "").deployment.resources[0].urn);
    expect(kept.toSorted()).toEqual(["p3", "p4", "p5"]);
  });

  it("that fail are told, end nothing, and are made by the next process's change of the other stack", async () => {
    away.primary = new DriverError("unreachable", "s3 does not answer");
    const copies = backups();
    copies.changed("standby");
    await copies.settled();
    expect(await copies.last()).toMatchObject({ standby: { kind: "failed", error: "s3 does not answer" } });
    expect(notices).toMatchObject([{ severity: "warning", title: expect.stringContaining("e-standby") }]);
    delete away.primary;
    const later = backups();
    later.changed("primary");
    await later.settled();
    expect(await later.last()).toMatchObject({ primary: { kind: "kept" }, standby: { kind: "kept" } });
    expect(keys("primary")).toEqual([backupKey("e-standby", 0)]);
  });

  it("know a site without a store or not deployed yet from one that fails", async () => {
    away = { primary: "none", standby: new DriverError("not-found", "the standby stack has never been deployed") };
    const copies = backups();
    copies.changed("standby");
    copies.changed("primary");
    await copies.settled();
    expect(await copies.last()).toMatchObject({ primary: { kind: "nowhere" }, standby: { kind: "nowhere" } });
    expect(notices).toEqual([]);
  });

  it("have a deadline, also where a store never answers", async () => {
    stores.primary.head = () => new Promise(() => {});
    const copies = backups({ answerMs: 50 });
    copies.changed("standby");
    await copies.settled();
    expect(await copies.last()).toMatchObject({
      standby: { kind: "failed", error: "the copies at s3 took longer than 0.05 s" },
    });
  });

  it("are not the application's: a sync leaves them where they are", async () => {
    const copies = backups();
    copies.changed("primary");
    await copies.settled();
    stores.standby.write("photo", "x");
    expect(await syncObjects(stores.standby, stores.primary, never)).toMatchObject({ examined: 1, copied: 1 });
    expect(keys("primary")).toEqual(["photo"]);
    expect(await syncObjects(stores.primary, stores.standby, never)).toMatchObject({ copied: 0, onlyAtDestination: 0 });
  });
});

describe("a cluster that was left half made", () => {
  const type = "azure-native:containerservice:ManagedCluster";
  const state = (...resources: object[]) => JSON.stringify({ version: 3, deployment: { resources } });

  it("is one whose creation ended with errors", () => {
    expect(
      halfMadeClusters(
        state(
          { urn: "a", type, initErrors: ["AllocationFailed: no room"] },
          { urn: "b", type },
          { urn: "c", type, initErrors: null },
          { urn: "d", type: "azure-native:network:VirtualNetwork", initErrors: ["no"] },
        ),
      ),
    ).toEqual(["a"]);
    expect(halfMadeClusters(JSON.stringify({ version: 3, deployment: {} }))).toEqual([]);
    expect(() => halfMadeClusters("{}")).toThrow("in a form that this driver does not know");
  });
});
