import type { Compute } from "../../automation/domain/compute.ts";
import { whyNotRenew } from "../../automation/domain/write-lease.ts";
import type { ZoneNode } from "../../automation/domain/zone-health.ts";
import type { SchemaDifference, StrandedWrite } from "../../automation/ports/database.ts";
import type { ZonedDatabase } from "../../automation/ports/zones.ts";
import type { Site } from "../../stacks/outputs.ts";
import { FakeClock } from "./fake-clock.ts";
import { FakeFactStore } from "./fake-facts.ts";
import { FakeJournalStore } from "./fake-journal.ts";
import { FakeWitnessStore } from "./fake-witness.ts";

export interface FakeRow {
  readonly key: string;
  readonly lsn: number;
  readonly at: number;
}

export interface FakeSite {
  /** Processes run; a region that is down neither answers nor writes. */
  up: boolean;
  /** The driver can reach it. */
  reachable: boolean;
  /** The application's role may log in. */
  open: boolean;
  /** Receives from the other site. */
  following: boolean;
  /** Newest heartbeat that it has, own or received. */
  heartbeat: { readonly lsn: number; readonly at: number } | undefined;
  rows: FakeRow[];
  /** The application's tables that exist here; at a follower, those that follow. */
  tables: Set<string>;
  /** Of those, whose first copy has not arrived. */
  copying: Set<string>;
  stranded: StrandedWrite[];
  workloads: boolean;
  lit: boolean;
  objects: Set<string>;
}

function site(active: boolean): FakeSite {
  return {
    up: true,
    reachable: true,
    open: active,
    following: !active,
    heartbeat: undefined,
    rows: [],
    tables: new Set(active ? ["public.t"] : []),
    copying: new Set(),
    stranded: [],
    workloads: active,
    lit: active,
    objects: new Set(),
  };
}

/** The lease under which a site writes, and the agent that renews it for as long as the witness lets it. */
export interface FakeLease {
  readonly seconds: number;
  /** The agent works and reaches the witness. */
  agent: boolean;
  /** When the last renewal that it may have made ends, in milliseconds; undefined: it may go on. */
  endsAt: number | undefined;
}

/** Two clouds and what joins them; checks the design's invariants after every effect. */
export class FakeWorld {
  readonly clock = new FakeClock();
  readonly #began = { wall: this.clock.now().getTime(), at: this.clock.monotonic() };
  readonly journal = new FakeJournalStore();
  readonly facts = new FakeFactStore();
  readonly witness = new FakeWitnessStore();
  readonly sites: Record<Site, FakeSite> = { primary: site(true), standby: site(false) };
  readonly traffic: Record<Site, boolean> = { primary: true, standby: false };
  readonly declared: Record<Site, { drActive: boolean; activeSite: Site }> = {
    primary: { drActive: false, activeSite: "primary" },
    standby: { drActive: false, activeSite: "primary" },
  };
  /** Other than a cluster that is there while the site is lit. */
  readonly compute: Partial<Record<Site, Compute>> = {};
  /** As the stacks declare it. */
  database: { engine: "postgres" | "sqlserver"; additional: string[] } = { engine: "postgres", additional: [] };
  trafficKind = "traffic-manager";
  /** Sizes of the standby's nodes as declared now, and the first of them at every update. */
  nodeTypes: string[] = [];
  readonly sizes: (string | undefined)[] = [];
  /** Front Door's rule. */
  keepsOneOrigin = false;
  /** The stream between the databases works. */
  link = true;
  /** The receiver has not noticed yet that the link is cut: it looks like one that runs. */
  silentLink = false;
  /** Services of the primary whose pods serve nobody until they are restarted. */
  readonly sick = new Set<string>();
  /** Pods are made and do not become ready at a site whose database takes no log-in. */
  neverReady = false;
  /** What the databases' schemas differ in. */
  schemaDifferences: SchemaDifference[] = [];
  /** Databases beside the standby's replica. */
  readonly drillCopies = new Set<string>();
  /** Nodes of the primary. */
  nodes: ZoneNode[] = ["a", "b", "c"].map((letter) => ({
    name: `node-${letter}`,
    zone: `eu-west-1${letter}`,
    ready: true,
    schedulable: true,
    heldBy: undefined,
  }));
  /** Pods of the primary by name: where they are, and whether a budget holds them there. */
  readonly pods = new Map<string, { node: string; kept: boolean }>();
  /** The primary's database; its cloud moves it in the time of `zones.failOverDatabase`. */
  zonedDatabase: ZonedDatabase | undefined = {
    ...{ instance: "shop-db", zone: "eu-west-1a", multiAz: true, available: true },
  };
  lsn = 100;
  readonly acknowledged: string[] = [];
  readonly violations: string[] = [];
  readonly calls: string[] = [];
  /** A site that is not here is under no lease. */
  /** Transactions prepared and pending at each site, by name. */
  readonly prepared: Record<Site, string[]> = { primary: [], standby: [] };
  /** Tables of which a salvage cannot tell what is stranded. */
  unaccounted: { readonly table: string; readonly reason: string }[] = [];
  readonly leases: Partial<Record<Site, FakeLease>> = {};
  /** By name of the call: errors to throw, first one first. */
  readonly faults = new Map<string, Error[]>();
  /** By name of the call: how long it takes, in milliseconds. Default 10. */
  readonly latency = new Map<string, number>();

  constructor() {
    this.witness.onWrite = () => this.renew();
  }

  /** What the databases' clocks show, in milliseconds: nobody sets those. */
  serverTime(): number {
    return this.#began.wall + this.clock.monotonic().since(this.#began.at);
  }

  writable(name: Site): boolean {
    return this.lets(name) && this.sites[name].up;
  }

  /** The application's role may log in. */
  lets(name: Site): boolean {
    const endsAt = this.leases[name]?.endsAt;
    return this.sites[name].open && (endsAt === undefined || this.serverTime() < endsAt);
  }

  /** Renews up to the last moment at which the witness allowed it: the longest that a lease may last. */
  renew(): void {
    const record = [...this.witness.records.values()][0];
    for (const name of ["primary", "standby"] as const) {
      const lease = this.leases[name];
      if (lease === undefined) continue;
      const renewed = lease.agent && this.sites[name].up && whyNotRenew(record, name, 0) === undefined;
      if (renewed) lease.endsAt = undefined;
      else lease.endsAt ??= this.serverTime() + lease.seconds * 1000;
    }
  }

  /** A user writes wherever traffic goes, if somebody serves there. */
  write(): void {
    for (const name of ["primary", "standby"] as const) {
      if (!this.traffic[name] || !this.sites[name].workloads || !this.writable(name)) continue;
      this.lsn += 1;
      const key = `w${this.lsn}`;
      this.sites[name].rows.push({ key, lsn: this.lsn, at: this.serverTime() });
      this.sites[name].objects.add(key);
      this.acknowledged.push(key);
    }
    this.stream();
  }

  /** What the active site has, its follower gets. */
  stream(): void {
    for (const [to, from] of [["primary", "standby"] as const, ["standby", "primary"] as const]) {
      const [target, source] = [this.sites[to], this.sites[from]];
      if (!target.following || !this.link || !target.up || !source.up) continue;
      const known = new Set(target.rows.map((row) => row.key));
      target.rows.push(...source.rows.filter((row) => !known.has(row.key)));
      target.heartbeat = source.heartbeat ?? target.heartbeat;
    }
  }

  check(after: string): void {
    const blame = (text: string): number => this.violations.push(`${text} (after ${after})`);
    if (this.writable("primary") && this.writable("standby")) blame("both sites are writable");
    for (const name of ["primary", "standby"] as const) {
      if (this.traffic[name] && this.sites[name].following) blame(`traffic goes to ${name}, which is not promoted`);
    }
  }
}
