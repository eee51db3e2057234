import { DriverError } from "../../automation/domain/errors.ts";
import { otherSite } from "../../automation/domain/protection.ts";
import type { Database } from "../../automation/ports/database.ts";
import type { ResourceChanges } from "../../automation/ports/infrastructure.ts";
import type { ProbeResult } from "../../automation/ports/probe.ts";
import type { Zones } from "../../automation/ports/zones.ts";
import type { Ports } from "../../automation/workflow/ports.ts";
import type { PrimaryOutputs, Site, StandbyOutputs } from "../../stacks/outputs.ts";
import { whyStale } from "../../stacks/switches.ts";
import { fakeSalvageFiles } from "../support/fake-salvage-files.ts";
import { judgeAuxiliary, judgeEffect, judgePromotion, judgeRoute, running } from "./judge.ts";
import { clockOf, type ModelProcess } from "./process.ts";
import { facts, journal, witness } from "./stores.ts";
import type { World } from "./world.ts";

const changes: ResourceChanges = { create: 0, update: 0, replace: 0, delete: 0, same: 9 };
/** Nothing ever comes back from a site that is gone: only a deadline ends a call. */
const foreverMs = 1e9;

type Call = <T>(name: string, sites: readonly Site[], signal: AbortSignal, effect: () => T, ms?: number) => Promise<T>;

/** The ports of one driver process, all acting on the same world. */
export function modelPorts(world: World, process: ModelProcess): Ports {
  const asking = caller(world, process, false);
  const doing = caller(world, process, true);
  const { state } = world;
  return {
    clock: clockOf(world.clock, process),
    journal: journal(world, process),
    witness: witness(world, process),
    facts: facts(world),
    infrastructure: {
      primary: async () => outputs("primary") as unknown as PrimaryOutputs,
      standby: async () => outputs("standby") as unknown as StandbyOutputs,
      switches: async (site) => ({ ...state.declared[site] }),
      preview: async () => changes,
      apply: (site, switches, { signal }) =>
        doing("infrastructure.apply", [site], signal, () => apply(world, site, switches), 60_000),
    },
    database: database(world, asking, doing),
    objects: {
      sync: (from, to, signal) =>
        doing("objects.sync", [from, to], signal, () => ({ examined: 0, copied: 0, bytes: 0, onlyAtDestination: 0 })),
    },
    workloads: {
      compute: async (site) => ({ kind: world.at(site).lit ? "cluster" : "dark", name: "c" }),
      start: (site, signal, only) =>
        doing("workloads.start", [site], signal, () => {
          if (site === "primary") Object.assign(state, { sick: false, halted: false });
          if (only !== undefined) return status(world, site);
          if (!world.at(site).lit) throw new DriverError("not-found", `${site} has no cluster`);
          world.at(site).workloads = true;
          return status(world, site);
        }),
      stop: (site, signal, only) =>
        doing("workloads.stop", [site], signal, () => {
          if (only !== undefined) {
            if (site === "primary") state.halted = true;
            return status(world, site);
          }
          world.at(site).workloads = false;
          return status(world, site);
        }),
      status: (site, signal) => asking("workloads.status", [site], signal, () => status(world, site)),
    },
    traffic: {
      state: (signal) => asking("traffic.state", [], signal, () => shown(world)),
      route: (site, signal) =>
        doing("traffic.route", [], signal, () => {
          judgeRoute(world, site, "route");
          Object.assign(state.traffic, { [site]: true, [otherSite(site)]: false });
          return shown(world);
        }),
      drain: (site, signal) =>
        doing("traffic.drain", [], signal, () => {
          state.traffic[site] = false;
          return shown(world);
        }),
    },
    probe: {
      services: (site, signal) =>
        asking("probe.services", [], signal, () => new Map<string, ProbeResult>([["a", health(world, site)]])),
      publicName: (signal) =>
        asking("probe.publicName", [], signal, () => {
          const routed = (["primary", "standby"] as const).find((site) => state.traffic[site]);
          return routed === undefined ? { kind: "failure", reason: "no endpoint" } : health(world, routed);
        }),
    },
    zones: zones(world, asking, doing),
    salvage: fakeSalvageFiles(),
    notifier: {
      notify: async (notice) => {
        world.said.push(JSON.stringify(notice));
      },
    },
  };
}

/** Two zones of one node each; the first may be broken. What is evicted from it is made anew in the other one. */
function zones({ state }: World, asking: Call, doing: Call): Zones {
  const node = (zone: string, down: boolean, held: boolean) => ({
    ...{ name: `node-${zone}`, zone, ready: !down, schedulable: !held },
    heldBy: held ? "zonal-recovery" : undefined,
  });
  const here = ["primary"] as const;
  const hold = (held: boolean): readonly string[] => {
    state.zone.held = held;
    return ["node-1"];
  };
  return {
    nodes: (signal) =>
      asking("zones.nodes", here, signal, () => [node("1", state.zone.down, state.zone.held), node("2", false, false)]),
    database: (signal) => asking("zones.database", [], signal, () => undefined),
    cordon: (_zone, _id, signal) => doing("zones.cordon", here, signal, () => hold(true)),
    uncordon: (_zone, except, signal) =>
      doing("zones.uncordon", here, signal, () => (except.length > 0 ? [] : hold(false))),
    evict: (_zone, signal) => doing("zones.evict", here, signal, () => []),
    failOverDatabase: (_instance, signal) => doing("zones.failOverDatabase", here, signal, () => {}),
  };
}

function outputs(site: Site) {
  const database = { engine: "postgres", additional: [] };
  const traffic = { kind: "traffic-manager" };
  return { contract: 1, application: "app", environment: "test", site, database, traffic, nodeTypes: [] };
}

function caller(world: World, process: ModelProcess, effects: boolean): Call {
  return async (name, sites, signal, effect, ms = 10) => {
    signal.throwIfAborted();
    process.requireAlive();
    // Handed over: a driver that freezes now takes nothing back.
    const held = world.holds(process);
    const asked = world.clock.now().getTime();
    await world.clock.sleep(ms, signal);
    if (sites.some((site) => !world.at(site).up || !world.at(site).reachable)) {
      await world.clock.sleep(foreverMs, signal);
      throw new DriverError("unreachable", `${sites.join(", ")} does not answer`);
    }
    process.requireAlive();
    const fault = world.faults.get(name)?.shift();
    if (fault !== undefined && !fault.late) throw fault.error;
    world.write();
    const result = effect();
    world.stream();
    if (effects) judgeEffect(world, held, name);
    if (effects && world.auxiliary?.process === process) judgeAuxiliary(world, name, asked);
    await (effects ? process.step() : process.awake());
    if (fault !== undefined) throw fault.error;
    return result;
  };
}

function database(world: World, asking: Call, doing: Call): Database {
  const beat = (site: Site) => {
    const made = { lsn: world.nextPosition(), at: world.now() };
    world.at(site).heartbeat = made;
    return made;
  };
  return {
    prepare: (site, writable, signal) =>
      doing("database.prepare", [site], signal, () => {
        world.at(site).open = writable;
        return { restartedFor: [] };
      }),
    isWritable: (site, signal) => asking("database.isWritable", [site], signal, () => world.at(site).open),
    fence: (site, signal) =>
      doing("database.fence", [site], signal, () => {
        world.at(site).open = false;
        world.state.truth.excused = false;
        return { site, ...beat(site) };
      }),
    openWrites: (site, signal) =>
      doing("database.openWrites", [site], signal, () => {
        if (world.at(site).following) world.blame(1, `${site} is opened while it follows`);
        const active = world.state.record?.activeSite ?? "primary";
        if (active !== site) world.blame(1, `${site} is opened and the witness says ${active}`);
        world.at(site).open = true;
      }),
    heartbeat: (site, signal) =>
      doing("database.heartbeat", [site], signal, () => {
        beat(site);
      }),
    lag: (receiver, signal) =>
      asking("database.lag", [receiver], signal, () => {
        const { heartbeat, following, copying } = world.at(receiver);
        return {
          seconds: heartbeat && (world.clock.now().getTime() - Date.parse(heartbeat.at)) / 1000,
          lastHeartbeatAt: heartbeat?.at,
          lastHeartbeatLsn: heartbeat?.lsn,
          streaming: following && world.flows(receiver),
          copying: copying ? ["public.new"] : [],
        };
      }),
    async awaitToken(receiver, token, signal) {
      const arrived = (): boolean => number(world.at(receiver).heartbeat?.lsn) >= number(token.lsn);
      while (!(await asking("database.awaitToken", [receiver], signal, arrived))) await world.clock.sleep(5000, signal);
    },
    promote: (receiver, signal) =>
      doing("database.promote", [receiver], signal, () => {
        judgePromotion(world, receiver);
        if (world.at(otherSite(receiver)).open) world.state.truth.excused = isExcused(world);
        const { heartbeat } = world.at(receiver);
        Object.assign(world.at(receiver), { following: false, copying: false });
        return { lastAppliedLsn: heartbeat?.lsn, lastAppliedAt: heartbeat?.at, sequences: [] };
      }),
    replicate: (from, to, { copy }, signal) =>
      doing("database.replicate", [from, to], signal, () => {
        if (!world.state.link) throw new DriverError("unreachable", "the sites do not reach each other");
        if (world.at(to).open) throw new DriverError("refused", `${to} is writable`);
        if (world.at(to).following) return;
        const operationId = world.state.record?.promotion?.operationId ?? "none";
        if (!copy && (world.at(from).rows.length > 0 || world.at(to).rows.length > 0))
          world.blame(4, `${to} follows ${from} without a copy, and they are not equal`);
        if (copy) for (const { key } of world.at(to).rows) world.state.truth.wiped.push({ operationId, key });
        Object.assign(world.at(to), { following: true, copying: false, rows: copy ? [] : world.at(to).rows });
      }),
    makeDrillCopies: (site, signal) =>
      doing("database.makeDrillCopies", [site], signal, () => {
        if (!world.at(site).following) world.blame(8, `a drill copies ${site}, which does not follow`);
        world.state.drillCopy = true;
        return [{ database: "app", copy: "app_drill", tables: 1, rows: 0, bytes: 1, sequences: [] }];
      }),
    dropDrillCopies: (site, signal) =>
      doing("database.dropDrillCopies", [site], signal, () => {
        const dropped = world.state.drillCopy ? ["app_drill"] : [];
        world.state.drillCopy = false;
        return dropped;
      }),
    compareSchemas: (from, to, signal) => asking("database.compareSchemas", [from, to], signal, () => []),
    syncSchema: (from, to, signal) => doing("database.syncSchema", [from, to], signal, () => []),
    adoptTables: (from, to, signal) => doing("database.adoptTables", [from, to], signal, () => []),
    inSync: (to, signal) =>
      asking("database.inSync", [to], signal, () => world.at(to).following && !world.at(to).copying),
    whyNotInSync: (to, signal) =>
      asking("database.whyNotInSync", [to], signal, () =>
        world.at(to).following && !world.at(to).copying ? undefined : "tables are still being copied",
      ),
    stranded: async (oldSource, take, signal) => {
      const rows = await asking("database.stranded", [oldSource], signal, () => [...world.at(oldSource).rows]);
      for (const { key, at } of rows) {
        await take({
          ...{ schema: "public", table: "t", key: { id: key }, kind: "insert", basis: "stream" },
          ...{ committedAt: at, lsn: "0/1", after: { id: key } },
        });
      }
      return { compared: [], unaccounted: [] };
    },
  };
}

function isExcused(world: World): boolean {
  return running(world)?.overrides.some((each) => each.guard === "fence-unconfirmed") === true;
}

function number(lsn: string | undefined): number {
  return Number(lsn?.split("/")[1] ?? 0);
}

/** What `pulumi up` of a stack brings about. */
function apply(world: World, site: Site, switches: Partial<{ drActive: boolean; activeSite: Site }>): ResourceChanges {
  const { state } = world;
  const here = world.at(site);
  const wanted = { ...state.declared[site], ...switches };
  if (site === "standby" && wanted.drActive && !here.lit && state.refusals > 0) {
    state.refusals -= 1;
    throw new DriverError("capacity", "SkuNotAvailable");
  }
  const before = state.declared[site];
  if (site === "standby" && (before.drActive !== wanted.drActive || before.activeSite !== wanted.activeSite))
    state.moved = true;
  state.declared[site] = wanted;
  if (site === "primary") {
    here.workloads = wanted.activeSite === "primary";
    // As declared, and made anew by it.
    if (here.workloads) state.halted = false;
    return changes;
  }
  here.lit = wanted.drActive;
  here.workloads = wanted.drActive && wanted.activeSite === "standby";
  if (wanted.activeSite === "standby" && !state.traffic.standby) judgeRoute(world, "standby", "an update");
  state.traffic.standby = wanted.activeSite === "standby";
  state.traffic.primary = wanted.activeSite === "primary" && state.traffic.primary;
  return changes;
}

/** A person runs `up` of the standby in a checkout from before the first move. The rule is the program's own. */
export function applyOldFile(world: World): void {
  const { moved, declared } = world.state;
  const old = { activeSite: "primary", drActive: false } as const;
  if (whyStale("test-standby", { epoch: 0, ...old }, { epoch: moved ? 1 : 0, ...declared.standby }) !== undefined)
    return;
  const seen = () => {
    const { lit, workloads } = world.at("standby");
    return JSON.stringify({ lit, workloads, traffic: world.state.traffic });
  };
  const before = seen();
  apply(world, "standby", old);
  if (moved && before !== seen()) world.blame(12, `an update with an old file makes ${seen()} of ${before}`);
}

function shown({ state: { traffic } }: World) {
  const word = (on: boolean) => (on ? ("enabled" as const) : ("disabled" as const));
  return { primary: word(traffic.primary), standby: word(traffic.standby) };
}

function status(world: World, site: Site) {
  const running = world.at(site).workloads ? 1 : 0;
  const ill = site === "primary" && (world.state.sick || world.state.halted);
  return [{ name: "a", desired: running, ready: ill ? 0 : running, running }];
}

function health(world: World, site: Site): ProbeResult {
  const { up, workloads } = world.at(site);
  const ill = site === "primary" && (world.state.sick || world.state.halted);
  if (!up || !workloads || ill) return { kind: "failure", reason: "refused" };
  return { kind: "answer", status: world.writable(site) ? "healthy" : "unhealthy", site, latencyMs: 3 };
}
