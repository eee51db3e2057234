import type { ZoneNode } from "../domain/zone-health.ts";

/** A managed database that stands in one zone at a time. */
export interface ZonedDatabase {
  /** As its cloud names it. */
  readonly instance: string;
  /** Where it serves from now. Undefined: its cloud does not say. */
  readonly zone: string | undefined;
  /** A second one stands ready in another zone. */
  readonly multiAz: boolean;
  /** It serves; false while it is changed, restarted or moved. */
  readonly available: boolean;
}

/** A pod that was asked to go. */
export interface Eviction {
  readonly pod: string;
  readonly node: string;
  /** Undefined: it goes, and its controller makes another one. Else why it stays for now: a disruption budget, mostly. */
  readonly kept: string | undefined;
}

/** The availability zones of the primary, as its cluster and its database show them. Every call has a deadline of its own. */
export interface Zones {
  /** Every node that says in which zone it is; empty where the primary has no cluster of ours. */
  nodes(signal: AbortSignal): Promise<readonly ZoneNode[]>;
  /** Undefined: no cloud that can move it has it. */
  database(signal: AbortSignal): Promise<ZonedDatabase | undefined>;
  /** No new pod goes to the zone's nodes. Those that a person closed stay theirs. Names of what is held now; the same again changes nothing. */
  cordon(zone: string, operationId: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Opens what `cordon` closed, but for the nodes in `except`. Names of what was opened. */
  uncordon(zone: string, except: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /** Asks every pod of the application on the zone's nodes to go, once, as its disruption budgets allow. Empty: none is left there. */
  evict(zone: string, signal: AbortSignal): Promise<readonly Eviction[]>;
  /** Orders the change to the other zone and does not wait for it. `refused` where there is no other. */
  failOverDatabase(instance: string, signal: AbortSignal): Promise<void>;
}
