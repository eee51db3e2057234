import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { patienceSignal } from "../support/patience.ts";
import { FaultBench } from "./support/fault-bench.ts";
import { outsideView } from "./support/outside-view.ts";
import { workerInstance } from "./support/worker-instance.ts";

/** The shortest that may be declared. */
const seconds = 10;

/** The whole estate under a write lease: agents in both clusters, a witness at a third site, and clients that know nothing of it. */
describe("a write lease that the database enforces", () => {
  let bench: FaultBench;
  let from: Date;

  beforeAll(async () => {
    bench = await FaultBench.open(workerInstance(), async ({ root, witness }) => {
      for (const role of ["primary", "standby"]) {
        const file = join(root, "stacks", `Pulumi.sandbox-${role}.yaml`);
        const document = parseDocument(await readFile(file, "utf8"));
        const endpoints = [...witness.cluster.endpoints];
        const lease = {
          enabled: true,
          seconds,
          image: "pilotlight/lease-agent:1.0.0",
          witness: { store: "etcd", endpoints },
        };
        document.setIn(["config", "pilotlight:writeLease"], lease);
        await writeFile(file, document.toString());
      }
    });
    bench.client.start();
    bench.stale.start();
    await bench.client.waitForSite("primary", patienceSignal(60_000));
  });

  afterAll(() => bench?.close());

  it("is renewed by the site's own agents while no driver runs at all", async () => {
    const before = await outsideView.validUntil(bench.primary.database);
    const written = bench.client.acknowledged.length;
    await sleep((seconds + 2) * 1000);
    const after = await outsideView.validUntil(bench.primary.database);
    expect(after.getTime() - before.getTime()).toBeGreaterThan(seconds * 500);
    expect(after.getTime() - Date.now()).toBeLessThanOrEqual(seconds * 1000);
    expect(bench.client.acknowledged.length - written).toBeGreaterThan(seconds * 5);
  });

  it("ends at a site that only the driver cannot reach, and the move asks nobody, under a clock that is set at random", async () => {
    from = new Date();
    await bench.fault({ kind: "link", from: "driver", to: "aws", fault: "cut" });
    const { code, output } = await bench.run(["failover", "--forced", "--yes"], {
      NODE_OPTIONS: `--import=${new URL("./support/stepped-clock.ts", import.meta.url).href}`,
    });
    expect({ code, output }).toMatchObject({ code: 0 });
    const first = await bench.client.waitForSite("standby", patienceSignal(60_000), from);
    const last = lastAcknowledged("primary");
    expect(Date.parse(last)).toBeLessThan(Date.parse(first.ackAt));
    expect(await bench.mayWrite("primary")).toBe(false);
    expect(await bench.mayWrite("standby")).toBe(true);
    expect(await bench.answers()).toBe("standby");
  });

  it("stays ended: a client with the old address gets nothing, before and after the driver sees the site again", async () => {
    const since = new Date();
    await sleep(3000);
    await bench.fault({ kind: "link", from: "driver", to: "aws", fault: "heal" });
    await sleep(3000);
    expect(Date.parse(lastAcknowledged("primary"))).toBeLessThan(since.getTime());
    expect(
      bench.stale.unacknowledged.filter(({ failedAt }) => Date.parse(failedAt) > since.getTime()).length,
    ).toBeGreaterThan(5);
    await bench.json(["reprotect", "--yes"]);
    const [operation = ""] = (await bench.journal.ids()).filter((id) => id.startsWith("failover"));
    const { measured, staleClient, claimed } = await bench.measure(operation, from);
    expect({ measured, staleClient, claimed }).toMatchObject({
      measured: { lostWrites: [], splitBrainWrites: [] },
      staleClient: { splitBrainWrites: [] },
      claimed: { lostWrites: [], splitBrainWrites: [] },
    });
    await bench.previews("primary", "standby");
  });

  function lastAcknowledged(site: string): string {
    const all = [...bench.client.acknowledged, ...bench.stale.acknowledged].filter((write) => write.site === site);
    const newest = all
      .map(({ ackAt }) => ackAt)
      .toSorted()
      .at(-1);
    if (newest === undefined) throw new Error(`${site} acknowledged nothing`);
    return newest;
  }
});
