import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Facts } from "../ports/facts.ts";
import type { Infrastructure } from "../ports/infrastructure.ts";
import type { Journal } from "../ports/journal.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { Objects } from "../ports/objects.ts";
import type { Probe } from "../ports/probe.ts";
import type { SalvageFiles } from "../ports/salvage-files.ts";
import type { Traffic } from "../ports/traffic.ts";
import type { Witness } from "../ports/witness.ts";
import type { Workloads } from "../ports/workloads.ts";
import type { Zones } from "../ports/zones.ts";

/** What a stage may act on. The journal and the witness are the runner's: stages reach them through their context. */
export interface StagePorts {
  readonly infrastructure: Infrastructure;
  readonly database: Database;
  readonly objects: Objects;
  readonly workloads: Workloads;
  readonly traffic: Traffic;
  readonly probe: Probe;
  readonly zones: Zones;
  readonly notifier: Notifier;
  readonly salvage: SalvageFiles;
}

/** Everything that a driver is made of. */
export interface Ports extends StagePorts {
  readonly journal: Journal;
  /** Undefined: nothing can be paused or approved, and nothing is. */
  readonly facts?: Facts;
  readonly witness: Witness;
  readonly clock: Clock;
}
