import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { EtcdLeases } from "../../../../automation/adapters/witness/etcd-leases.ts";
import { EtcdCluster, etcdBinary } from "../../../support/witness-etcd.ts";
import { soon } from "../../../support/witness-suite.ts";

const applications = 200;
const leaseSeconds = 10;
const lineSchema = z.object({ what: z.enum(["begin", "end"]), application: z.string(), at: z.number() });

interface Span {
  readonly application: string;
  readonly from: number;
  readonly to: number;
}

describe.skipIf(etcdBinary === undefined)("three drivers over one etcd of three members", () => {
  let cluster: EtcdCluster;
  let directory: string;
  const drivers: { readonly child: ChildProcess; readonly file: string; goneAt: number | undefined }[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pilotlight-sharing-"));
    cluster = await EtcdCluster.create("127.45.2");
  });
  afterAll(async () => {
    for (const { child } of drivers) child.kill("SIGKILL");
    await cluster?.close();
    await rm(directory, { recursive: true, force: true });
  });

  function start(): void {
    const script = join(import.meta.dirname, "../../../support", "lease-sharing-driver.ts");
    const file = join(directory, `driver-${drivers.length}`);
    const args = [script, cluster.endpoints.join(","), String(applications), String(leaseSeconds), file];
    drivers.push({ child: spawn(process.execPath, args, { stdio: "inherit" }), file, goneAt: undefined });
  }

  /** Applications by who holds them; drivers' own leases left out. */
  async function counts(): Promise<Readonly<Record<string, number>>> {
    const owners = await new EtcdLeases({ client: cluster.client() }).owners(soon());
    const result: Record<string, number> = {};
    for (const [application, { holder }] of owners)
      if (application.startsWith("shop-")) result[holder] = (result[holder] ?? 0) + 1;
    return result;
  }

  async function shared(among: number): Promise<void> {
    const share = Math.ceil(applications / among);
    await expect
      .poll(counts, { timeout: 60_000, interval: 200 })
      .toSatisfy((found: Readonly<Record<string, number>>) => {
        const numbers = Object.values(found);
        const all = numbers.reduce((sum, each) => sum + each, 0) === applications;
        return all && numbers.length === among && numbers.every((each) => each <= share);
      });
  }

  /** When which driver worked for what; one that was killed stopped then. */
  function spans(now: number): readonly Span[] {
    return drivers.flatMap(({ file, goneAt = now }) => {
      const open = new Map<string, number>();
      const found: Span[] = [];
      const text = existsSync(file) ? readFileSync(file, "utf8") : "";
      for (const line of text.split("\n").filter((each) => each !== "")) {
        const { what, application, at } = lineSchema.parse(JSON.parse(line));
        if (what === "begin") open.set(application, at);
        else found.push({ application, from: open.get(application) ?? at, to: at });
        if (what === "end") open.delete(application);
      }
      return [...found, ...[...open].map(([application, from]) => ({ application, from, to: goneAt }))];
    });
  }

  it("leave no application unwatched for longer than its lease, and none watched twice, whoever dies", async () => {
    start();
    await shared(1);
    start();
    start();
    await shared(3);
    const leader = await cluster.leader();
    await cluster.members[leader]?.stop();
    await sleep(2 * leaseSeconds * 100);
    await shared(3);
    const [killed] = drivers;
    if (killed === undefined) throw new Error("no driver");
    killed.child.kill("SIGKILL");
    killed.goneAt = Date.now();
    await shared(2);
    await cluster.members[leader]?.start();
    const now = Date.now();
    const byApplication = Map.groupBy(spans(now), ({ application }) => application);
    expect(byApplication.size).toBe(applications);
    for (const [application, list] of byApplication) {
      const ordered = list.toSorted((a, b) => a.from - b.from);
      for (const [index, span] of ordered.entries()) {
        const next = ordered[index + 1];
        // Dates are whole milliseconds.
        const gap = (next?.from ?? now) - span.to;
        expect(gap, `${application} was watched twice`).toBeGreaterThanOrEqual(0);
        expect(gap, `${application} was not watched`).toBeLessThan(leaseSeconds * 1000);
      }
    }
    // Told to stop, a driver leaves nothing that another would have to wait for.
    for (const { child } of drivers.slice(1)) {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    expect(await new EtcdLeases({ client: cluster.client() }).owners(soon())).toEqual(new Map());
  });
});
