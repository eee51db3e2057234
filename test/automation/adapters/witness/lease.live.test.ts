import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createConnection, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { toBase64 } from "../../../../automation/adapters/witness/etcd-client.ts";
import { EtcdLeases, type EtcdLeasesOptions } from "../../../../automation/adapters/witness/etcd-leases.ts";
import { EtcdWitness } from "../../../../automation/adapters/witness/etcd-witness.ts";
import type { Stopwatch } from "../../../../automation/lib/stopwatch.ts";
import type { Lease } from "../../../../automation/ports/lease.ts";
import { EtcdCluster, etcdBinary } from "../../../support/witness-etcd.ts";
import { record, soon } from "../../../support/witness-suite.ts";

describe.skipIf(etcdBinary === undefined)("leases in etcd", () => {
  let cluster: EtcdCluster;
  let directory: string;
  const children: ChildProcess[] = [];
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "pilotlight-lease-"));
    cluster = await EtcdCluster.create("127.45.1");
  });
  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await cluster?.close();
    await rm(directory, { recursive: true, force: true });
  });

  const open = (more: Partial<EtcdLeasesOptions> = {}): EtcdLeases =>
    new EtcdLeases({ client: cluster.client(), ...more });

  async function held(leases: EtcdLeases, application: string, ttl = 2, holder = "driver-1"): Promise<Lease> {
    const result = await leases.acquire(application, holder, ttl, soon());
    if (!result.ok) throw new Error(`${application} is held by ${result.owner.holder}`);
    return result.lease;
  }

  /** Until somebody else can have it; the milliseconds that it took. */
  async function wait(application: string, holder: string): Promise<{ readonly lease: Lease; readonly took: number }> {
    const begun = performance.now();
    for (;;) {
      const result = await open().acquire(application, holder, 2, soon());
      if (result.ok) return { lease: result.lease, took: performance.now() - begun };
      await sleep(20);
    }
  }

  async function driver(application: string, ttl: number) {
    const script = join(import.meta.dirname, "../../../support", "witness-lease-holder.ts");
    const file = join(directory, application);
    const args = [script, cluster.endpoints.join(","), application, String(ttl), file];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.push(child);
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const line = async (): Promise<string | undefined> => (await lines.next()).value;
    const fencing = Number(await line());
    // The file comes with the first act.
    const acts = async (): Promise<number> => (await readFile(file, "utf8").catch(() => "")).split("\n").length - 1;
    return { child, fencing, line, acts };
  }

  it.concurrent("gives one of ten the application, and the next a greater number at once when it is released", async () => {
    const results = await Promise.all(
      Array.from({ length: 10 }, (_, index) => open().acquire("shop", `driver-${index}`, 5, soon())),
    );
    const leases = results.flatMap((result) => (result.ok ? [result.lease] : []));
    expect(leases).toHaveLength(1);
    const [first] = leases;
    const owner = { holder: first?.holder, fencing: first?.fencing };
    for (const result of results) if (!result.ok) expect(result.owner).toEqual(owner);
    expect(await open().owner("shop", soon())).toEqual(owner);
    expect(first?.lost.aborted).toBe(false);
    await first?.release(soon());
    expect(first?.lost.reason).toMatchObject({ code: "interrupted" });
    expect(() => first?.assertHeld()).toThrow("was released");
    expect(await open().owner("shop", soon())).toBeUndefined();
    const second = await held(open(), "shop", 5, "driver-x");
    expect(second.fencing).toBeGreaterThan(first?.fencing ?? Number.POSITIVE_INFINITY);
    await second.release(soon());
  });

  it.concurrent("is kept past its time by a holder that lives, and ends with one that was killed", async () => {
    const { child, fencing } = await driver("kept", 2);
    await sleep(3500);
    expect(await open().owner("kept", soon())).toEqual({ holder: `pid ${child.pid}`, fencing });
    child.kill("SIGKILL");
    const { lease, took } = await wait("kept", "driver-2");
    expect(lease.fencing).toBeGreaterThan(fencing);
    // It ends by itself: nobody has to say that the holder is gone.
    expect(took).toBeLessThan(15_000);
    await lease.release(soon());
  });

  it.concurrent("is lost before the store ends it, when nothing arrives there any more", async () => {
    const sockets = new Set<Socket>();
    let cut = false;
    const proxy = createServer((socket) => {
      if (cut) return socket.destroy();
      const { hostname, port } = new URL(cluster.endpoints[0] ?? "");
      const upstream = createConnection({ host: hostname, port: Number(port) });
      for (const [from, to] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        sockets.add(from);
        from.pipe(to).on("error", () => {});
        from.on("error", () => {}).on("close", () => to.destroy());
      }
    });
    proxy.listen(0, "127.0.0.1");
    await once(proxy, "listening");
    const address = proxy.address();
    if (address === null || typeof address === "string") throw new Error("no port");
    const client = cluster.client({ endpoints: [`http://127.0.0.1:${address.port}`] });
    const lease = await held(open({ client }), "cut");
    await sleep(1500);
    const { lost } = lease;
    let lostAt = 0;
    lost.addEventListener("abort", () => {
      lostAt = performance.now();
    });
    expect(lost.aborted).toBe(false);
    cut = true;
    for (const socket of sockets) socket.destroy();
    const { lease: next } = await wait("cut", "driver-2");
    // Here it was over before there it was anybody else's.
    expect(lostAt).toBeGreaterThan(0);
    expect(lost.reason).toMatchObject({ code: "stale-epoch" });
    expect(next.fencing).toBeGreaterThan(lease.fencing);
    await next.release(soon());
    proxy.close();
  });

  it.concurrent("is lost by the clock alone, before any timer or answer says so", async () => {
    let time = 0;
    const stopwatch: Stopwatch = () => {
      const from = time;
      return () => time - from;
    };
    const lease = await held(open({ stopwatch }), "clock", 10);
    const { lost } = lease;
    lease.assertHeld();
    time = 7900;
    lease.assertHeld();
    time = 8100;
    expect(lost.aborted).toBe(false);
    expect(() => lease.assertHeld()).toThrow("another driver may have it");
    expect(lost.aborted).toBe(true);
    // Nothing brings it back, least of all a renewal that was on its way.
    time = 0;
    await sleep(50);
    expect(lease.lost.aborted).toBe(true);
    await lease.release(soon());
    expect(lease.lost.reason).toMatchObject({ code: "stale-epoch" });
  });

  it.concurrent("was lost when a driver wakes that was stopped for longer: it does nothing more", async () => {
    const { child, fencing, line, acts } = await driver("stopped", 2);
    while ((await acts()) < 5) await sleep(20);
    child.kill("SIGSTOP");
    const before = await acts();
    const { lease, took } = await wait("stopped", "driver-2");
    expect(took).toBeGreaterThan(1000);
    expect(lease.fencing).toBeGreaterThan(fencing);
    child.kill("SIGCONT");
    expect(await line()).toBe("stale-epoch");
    await once(child, "exit");
    expect(await acts()).toBe(before);
    expect(child.exitCode).toBe(0);
    lease.assertHeld();
    await lease.release(soon());
  });

  it.concurrent("renews nothing for whoever stopped waiting for it", async () => {
    for (let round = 0; round < 12; round++) {
      const cut = new AbortController();
      setTimeout(() => cut.abort(), round);
      const result = await open()
        .acquire("left", `driver-${round}`, 2, cut.signal)
        .catch(() => undefined);
      if (result?.ok) await result.lease.release(soon());
    }
    const { lease, took } = await wait("left", "driver-x");
    expect(took).toBeLessThan(15_000);
    await lease.release(soon());
  });

  it.concurrent("keeps a driver that lost it from writing to the witness, whatever that believes", async () => {
    const leases = open();
    const witness = new EtcdWitness({ client: cluster.client(), fence: (application) => leases.fence(application) });
    const lease = await held(leases, "fenced", 30);
    expect(await witness.compareAndSet("fenced", 0, record("fenced", 1), soon())).toMatchObject({ ok: true });
    expect((await open().owners(soon())).get("fenced")).toEqual({ holder: "driver-1", fencing: lease.fencing });
    // As after its time: the key is gone, and this process has not noticed.
    const key = toBase64("/pilotlight/lease/fenced");
    await cluster.client().call("/v3/kv/deleterange", { key }, z.object({ header: z.unknown() }), soon());
    lease.assertHeld();
    const late = witness.compareAndSet("fenced", 1, record("fenced", 2), soon());
    await expect(late).rejects.toMatchObject({ code: "stale-epoch", retryable: false });
    const next = await held(open(), "fenced", 30, "driver-2");
    await expect(witness.compareAndSet("fenced", 1, record("fenced", 2), soon())).rejects.toMatchObject({
      code: "stale-epoch",
    });
    // Who has lost against another's write is told that as before, and a person needs no lease.
    expect((await witness.read("fenced", soon()))?.epoch).toBe(1);
    const person = new EtcdWitness({ client: cluster.client() });
    expect(await person.compareAndSet("fenced", 1, record("fenced", 2), soon())).toMatchObject({ ok: true });
    await next.release(soon());
    await lease.release(soon());
    await held(leases, "fenced", 30);
    expect(await witness.compareAndSet("fenced", 2, record("fenced", 3), soon())).toMatchObject({ ok: true });
  });

  it.concurrent("takes no time that cannot work, and waits for nobody who is not there", async () => {
    for (const ttl of [1, 2.5]) {
      await expect(open().acquire("odd", "driver-1", ttl, soon())).rejects.toMatchObject({ code: "invalid-input" });
    }
    await expect(open({ marginSeconds: 5 }).acquire("odd", "driver-1", 10, soon())).rejects.toMatchObject({
      field: "lease.marginSeconds",
    });
    const gone = open({ client: cluster.client({ endpoints: ["http://127.0.0.1:1"] }), limitMs: 300 });
    await expect(gone.acquire("odd", "driver-1", 2, soon())).rejects.toMatchObject({ code: "unreachable" });
  });

  it("lives on when the member that leads freezes, and is lost in time when all do", async () => {
    const lease = await held(open(), "members", 4);
    const leader = await cluster.leader();
    cluster.members[leader]?.freeze();
    await sleep(5000);
    lease.assertHeld();
    expect(await open().owner("members", soon())).toMatchObject({ fencing: lease.fencing });
    cluster.freeze();
    // Nobody answers any more; the clock does.
    await once(lease.lost, "abort");
    expect(lease.lost.reason).toMatchObject({ code: "stale-epoch" });
    cluster.thaw();
  });
});
