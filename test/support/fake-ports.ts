import { DriverError } from "../../automation/domain/errors.ts";
import { otherSite } from "../../automation/domain/protection.ts";
import type { ZoneNode } from "../../automation/domain/zone-health.ts";
import type { Database } from "../../automation/ports/database.ts";
import type { Infrastructure, ResourceChanges } from "../../automation/ports/infrastructure.ts";
import type { Notice } from "../../automation/ports/notifier.ts";
import type { ProbeResult } from "../../automation/ports/probe.ts";
import type { WorkloadStatus } from "../../automation/ports/workloads.ts";
import type { Zones } from "../../automation/ports/zones.ts";
import type { Ports } from "../../automation/workflow/ports.ts";
import type { PrimaryOutputs, Site, StandbyOutputs } from "../../stacks/outputs.ts";
import { FakeFacts } from "./fake-facts.ts";
import { FakeJournal } from "./fake-journal.ts";
import type { FakeProcess } from "./fake-process.ts";
import { fakeSalvageFiles } from "./fake-salvage-files.ts";
import { FakeWitness } from "./fake-witness.ts";
import type { FakeWorld } from "./fake-world.ts";

const noChange: ResourceChanges = { create: 0, update: 0, replace: 0, delete: 0, same: 9 };
/** How long a site that does not answer is waited for. */
const blackHoleMs = 15_000;

/** The ports of one driver process, all acting on the same world. */
export function fakePorts(world: FakeWorld, process: FakeProcess): Ports & { readonly notices: readonly Notice[] } {
  const notices: Notice[] = [];
  const call = caller(world, process);
  return {
    notices,
    clock: world.clock,
    journal: new FakeJournal(world.journal, process),
    facts: new FakeFacts(world.facts, process),
    witness: new FakeWitness(world.witness, process),
    infrastructure: infrastructure(world, call),
    database: database(world, call),
    objects: {
      sync: (from, to, signal) =>
        call("objects.sync", [from, to], signal, () => {
          const missing = [...world.sites[from].objects].filter((key) => !world.sites[to].objects.has(key));
          for (const key of missing) world.sites[to].objects.add(key);
          return { examined: missing.length, copied: missing.length, bytes: 0, onlyAtDestination: 0 };
        }),
    },
    workloads: {
      compute: async (site) => world.compute[site] ?? { kind: world.sites[site].lit ? "cluster" : "dark", name: "c" },
      start: (site, signal, only) =>
        call("workloads.start", [site], signal, () => {
          if (only !== undefined) {
            for (const name of only) world.sick.delete(name);
            return status(world, site);
          }
          if (world.compute[site]?.kind === "elsewhere") return [];
          if (!world.sites[site].lit) throw new DriverError("not-found", `${site} has no cluster`);
          world.sites[site].workloads = true;
          return status(world, site);
        }),
      stop: (site, signal, only) =>
        call("workloads.stop", [site], signal, () => {
          if (only !== undefined) return status(world, site);
          if (world.compute[site]?.kind === "elsewhere") return [];
          if (!world.sites[site].lit) throw new DriverError("not-found", `${site} has no cluster`);
          world.sites[site].workloads = false;
          return status(world, site);
        }),
      status: (site, signal) =>
        call("workloads.status", [site], signal, () => {
          if (!world.neverReady) return status(world, site);
          return [{ name: "a", desired: 2, ready: 0, running: 2 }];
        }),
    },
    traffic: {
      state: (signal) => call("traffic.state", [], signal, () => shown(world)),
      route: (site, signal) =>
        call("traffic.route", [], signal, () => {
          if (!world.writable(site) || !world.sites[site].workloads)
            world.violations.push(`users are sent to ${site}, which cannot serve`);
          world.traffic[site] = true;
          world.traffic[otherSite(site)] = false;
          return shown(world);
        }),
      drain: (site, signal) =>
        call("traffic.drain", [], signal, () => {
          if (world.keepsOneOrigin && !world.traffic[otherSite(site)]) return shown(world);
          world.traffic[site] = false;
          return shown(world);
        }),
    },
    probe: {
      services: (site, signal) =>
        call(
          "probe.services",
          [],
          signal,
          () =>
            new Map([
              ["a", isSick(world, site, "a") ? { kind: "failure", reason: "sick" } : health(world, site)],
              ["b", isSick(world, site, "b") ? { kind: "failure", reason: "sick" } : health(world, site)],
            ]),
        ),
      publicName: (signal) =>
        call("probe.publicName", [], signal, () => {
          const routed = (["primary", "standby"] as const).find((site) => world.traffic[site]);
          return routed === undefined ? { kind: "failure" as const, reason: "no endpoint" } : health(world, routed);
        }),
    },
    zones: zones(world, call),
    salvage: fakeSalvageFiles(),
    notifier: {
      notify: async (notice) => {
        notices.push(notice);
      },
    },
  };
}

type Call = <T>(name: string, sites: readonly Site[], signal: AbortSignal, effect: () => T) => Promise<T>;

function caller(world: FakeWorld, process: FakeProcess): Call {
  return async (name, sites, signal, effect) => {
    signal.throwIfAborted();
    process.step();
    world.calls.push([name, ...sites].join(" "));
    if (sites.some((site) => !world.sites[site].up || !world.sites[site].reachable)) {
      await world.clock.sleep(blackHoleMs, signal);
      throw new DriverError("unreachable", `${sites.join(", ")} does not answer`);
    }
    await world.clock.sleep(world.latency.get(name) ?? 10, signal);
    const fault = world.faults.get(name)?.shift();
    if (fault !== undefined) throw fault;
    if (process.dead) process.step();
    world.write();
    const result = effect();
    world.stream();
    world.check(name);
    process.step();
    return result;
  };
}

function database(world: FakeWorld, call: Call): Database {
  const beat = (site: Site): { readonly lsn: number; readonly at: number } => {
    world.lsn += 1;
    const made = { lsn: world.lsn, at: world.serverTime() };
    world.sites[site].heartbeat = made;
    return made;
  };
  return {
    prepare: (site, writable, signal) =>
      call("database.prepare", [site], signal, () => {
        world.sites[site].open = writable;
        return { restartedFor: [] };
      }),
    isWritable: (site, signal) => call("database.isWritable", [site], signal, () => world.lets(site)),
    writeLease: async (site, signal) => {
      const lease = world.leases[site];
      if (lease === undefined) return undefined;
      return call("database.writeLease", [site], signal, () => ({ seconds: lease.seconds, inForce: lease.agent }));
    },
    ...(Object.values(world.prepared).flat().length === 0
      ? {}
      : {
          requireFenceable: (site: Site, signal: AbortSignal) =>
            call("database.requireFenceable", [site], signal, () => refusePrepared(world, site)),
        }),
    fence: (site, signal, options) =>
      call("database.fence", [site], signal, () => {
        if (!options?.endPrepared) refusePrepared(world, site);
        const notes = world.prepared[site]
          .splice(0)
          .map((name) => `the prepared transaction "${name}" was rolled back`);
        world.sites[site].open = false;
        const { lsn, at } = beat(site);
        const token = { site, lsn: `0/${lsn}`, at: new Date(at).toISOString() };
        return notes.length === 0 ? token : { ...token, notes };
      }),
    openWrites: (site, signal) =>
      call("database.openWrites", [site], signal, () => {
        if (world.sites[site].following) world.violations.push(`${site} was opened while it follows`);
        const active = [...world.witness.records.values()][0]?.activeSite;
        if (active !== undefined && active !== site)
          world.violations.push(`${site} was opened and the witness says ${active}`);
        world.sites[site].open = true;
        const lease = world.leases[site];
        if (lease !== undefined) lease.endsAt = world.serverTime() + lease.seconds * 1000;
        world.renew();
      }),
    heartbeat: (site, signal) =>
      call("database.heartbeat", [site], signal, () => {
        beat(site);
      }),
    lag: (receiver, signal) =>
      call("database.lag", [receiver], signal, () => {
        const known = world.sites[receiver].heartbeat;
        return {
          seconds: known === undefined ? undefined : (world.serverTime() - known.at) / 1000,
          lastHeartbeatAt: known === undefined ? undefined : new Date(known.at).toISOString(),
          lastHeartbeatLsn: known === undefined ? undefined : `0/${known.lsn}`,
          streaming:
            world.sites[receiver].following && (world.link || world.silentLink) && world.sites[otherSite(receiver)].up,
          copying: [...world.sites[receiver].copying],
          atRisk: blocking(world),
          losing: blocking(world),
        };
      }),
    async awaitToken(receiver, token, signal) {
      const arrived = (): boolean =>
        `0/${world.sites[receiver].heartbeat?.lsn ?? 0}` === token.lsn || !world.sites[receiver].following;
      while (!(await call("database.awaitToken", [receiver], signal, arrived))) await world.clock.sleep(500, signal);
    },
    promote: (receiver, signal) =>
      call("database.promote", [receiver], signal, () => {
        const [target, source] = [world.sites[receiver], world.sites[otherSite(receiver)]];
        const overridden = world.journal
          .all()
          .some(({ body }) => body.type === "override-used" && body.guard === "fence-unconfirmed");
        if (world.lets(otherSite(receiver)) && !overridden)
          world.violations.push(`${receiver} was promoted and ${otherSite(receiver)} is not fenced`);
        if (target.following) source.stranded = strandedRows(world, receiver);
        target.following = false;
        return {
          lastAppliedLsn: target.heartbeat === undefined ? undefined : `0/${target.heartbeat.lsn}`,
          lastAppliedAt: undefined,
          sequences: [],
        };
      }),
    replicate: (from, to, { copy }, signal) =>
      call("database.replicate", [from, to], signal, () => {
        if (world.lets(to)) throw new DriverError("refused", `${to} is writable`);
        world.sites[to].tables = new Set(world.sites[from].tables);
        if (world.sites[to].following) return;
        if (copy) {
          world.sites[to].rows = [...world.sites[from].rows];
          world.sites[to].stranded = [];
        }
        world.sites[to].following = true;
      }),
    makeDrillCopies: (site, signal) =>
      call("database.makeDrillCopies", [site], signal, () => {
        world.drillCopies.add("app_drill");
        const { rows } = world.sites[site];
        return [{ database: "app", copy: "app_drill", tables: 1, rows: rows.length, bytes: 1, sequences: [] }];
      }),
    dropDrillCopies: (site, signal) =>
      call("database.dropDrillCopies", [site], signal, () => {
        const dropped = [...world.drillCopies];
        world.drillCopies.clear();
        return dropped;
      }),
    compareSchemas: (from, to, signal) =>
      call("database.compareSchemas", [from, to], signal, () => world.schemaDifferences),
    syncSchema: (from, to, signal) =>
      call("database.syncSchema", [from, to], signal, () => {
        world.schemaDifferences = world.schemaDifferences.filter((each) => each.class === "harmless");
        return world.schemaDifferences;
      }),
    adoptTables: (from, to, signal) =>
      call("database.adoptTables", [from, to], signal, () => {
        const [first] = blocking(world);
        if (first !== undefined)
          throw new DriverError("refused", `changes of the schema do not get to ${to}: ${first}`);
        const { following, tables } = world.sites[to];
        const fresh = following ? [...world.sites[from].tables].filter((table) => !tables.has(table)) : [];
        for (const table of fresh) tables.add(table);
        return fresh;
      }),
    inSync: (to, signal) =>
      call("database.inSync", [to], signal, () => world.sites[to].following && world.sites[to].copying.size === 0),
    whyNotInSync: (to, signal) =>
      call("database.whyNotInSync", [to], signal, () =>
        world.sites[to].following && world.sites[to].copying.size === 0 ? undefined : "tables are still being copied",
      ),
    stranded: async (oldSource, take, signal) => {
      for (const write of await call("database.stranded", [oldSource], signal, () => world.sites[oldSource].stranded))
        await take(write);
      return { compared: [], unaccounted: [...world.unaccounted] };
    },
  };
}

function blocking(world: FakeWorld): readonly string[] {
  return world.schemaDifferences.filter((each) => each.class === "blocks").map(({ object }) => object);
}

function zones(world: FakeWorld, call: Call): Zones {
  const here = ["primary"] as const;
  const change = (name: string, to: Partial<ZoneNode>): void => {
    world.nodes = world.nodes.map((node) => (node.name === name ? { ...node, ...to } : node));
  };
  const held = (zone: string) => world.nodes.filter((node) => node.zone === zone && node.heldBy !== undefined);
  return {
    nodes: (signal) => call("zones.nodes", here, signal, () => world.nodes),
    database: (signal) => call("zones.database", [], signal, () => world.zonedDatabase),
    cordon: (zone, operationId, signal) =>
      call("zones.cordon", here, signal, () => {
        const open = world.nodes.filter((node) => node.zone === zone && node.schedulable);
        for (const { name } of open) change(name, { schedulable: false, heldBy: operationId });
        return held(zone).map(({ name }) => name);
      }),
    uncordon: (zone, except, signal) =>
      call("zones.uncordon", here, signal, () => {
        const mine = held(zone).filter(({ name }) => !except.includes(name));
        for (const { name } of mine) change(name, { schedulable: true, heldBy: undefined });
        return mine.map(({ name }) => name);
      }),
    evict: (zone, signal) =>
      call("zones.evict", here, signal, () => {
        const there = [...world.pods].filter(([, pod]) =>
          world.nodes.some(({ name, zone: of }) => of === zone && name === pod.node),
        );
        const goal = world.nodes.find(({ zone: of, ready, schedulable }) => of !== zone && ready && schedulable);
        return there.map(([pod, { node, kept }]) => {
          // Made anew where it can serve.
          if (!kept) world.sick.delete(pod.split("-")[0] ?? "");
          if (!kept) world.pods.set(pod, { node: goal?.name ?? "", kept });
          return { pod, node, kept: kept ? "its disruption budget" : undefined };
        });
      }),
    failOverDatabase: (_instance, signal) =>
      call("zones.failOverDatabase", [], signal, () => {
        if (world.zonedDatabase !== undefined) world.zonedDatabase = { ...world.zonedDatabase, zone: "eu-west-1b" };
      }),
  };
}

function strandedRows(world: FakeWorld, receiver: Site) {
  const known = new Set(world.sites[receiver].rows.map((row) => row.key));
  return world.sites[otherSite(receiver)].rows
    .filter((row) => !known.has(row.key))
    .map((row) => ({
      schema: "public",
      table: "t",
      key: { id: row.key },
      kind: "insert" as const,
      basis: "stream" as const,
      committedAt: new Date(row.at).toISOString(),
      lsn: `0/${row.lsn}`,
      after: { id: row.key },
    }));
}

function infrastructure(world: FakeWorld, call: Call): Infrastructure {
  const shared = { contract: 1 as const, application: "app", environment: "test", region: "r" };
  return {
    // The driver looks only at whether outputs are there and whether it can move what they declare.
    primary: async () => ({ ...shared, site: "primary", database: world.database }) as unknown as PrimaryOutputs,
    standby: async () =>
      ({
        ...shared,
        site: "standby",
        database: world.database,
        traffic: { kind: world.trafficKind },
        nodeTypes: world.nodeTypes,
        cluster: world.nodeTypes.length > 0 && world.sites.standby.lit ? { name: "c" } : undefined,
      }) as unknown as StandbyOutputs,
    switches: async (site) => {
      const [nodeType] = world.nodeTypes;
      return { ...world.declared[site], ...(nodeType === undefined ? {} : { nodeType }) };
    },
    apply: (site, switches, { signal, nodeTypes }) => {
      // Declared whether or not the cloud then has room.
      if (nodeTypes !== undefined) world.nodeTypes = [...nodeTypes];
      world.sizes.push(world.nodeTypes[0]);
      return call("infrastructure.apply", site === "primary" ? ["primary"] : [], signal, () => {
        Object.assign(world.declared[site], switches);
        if (site === "standby") {
          const { drActive, activeSite } = world.declared.standby;
          world.sites.standby.lit = drActive;
          world.sites.standby.workloads = drActive && activeSite === "standby";
          world.traffic.standby = activeSite === "standby";
          world.traffic.primary = activeSite === "primary" && world.traffic.primary;
        } else if (world.compute.primary?.kind !== "elsewhere") {
          world.sites.primary.workloads = world.declared.primary.activeSite === "primary";
        }
        return noChange;
      });
    },
    preview: async () => noChange,
  };
}

function isSick({ sick }: FakeWorld, site: Site, name: string): boolean {
  return site === "primary" && sick.has(name);
}

function status(world: FakeWorld, site: Site): readonly WorkloadStatus[] {
  const count = world.sites[site].workloads ? 2 : 0;
  return ["a", "b"].map((name) => ({
    name,
    desired: count,
    ready: isSick(world, site, name) ? 0 : count,
    running: count,
  }));
}

function shown({ traffic }: FakeWorld) {
  const word = (on: boolean) => (on ? ("enabled" as const) : ("disabled" as const));
  return { primary: word(traffic.primary), standby: word(traffic.standby) };
}

function health(world: FakeWorld, site: Site): ProbeResult {
  const { up, workloads } = world.sites[site];
  if (!up || !workloads) return { kind: "failure", reason: "refused" };
  return { kind: "answer", status: world.writable(site) ? "healthy" : "unhealthy", site, latencyMs: 3 };
}

function refusePrepared(world: FakeWorld, site: Site): void {
  if (world.prepared[site].length === 0) return;
  throw new DriverError("refused", `a prepared transaction is pending: ${world.prepared[site].join(", ")}`);
}
