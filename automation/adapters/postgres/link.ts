import type { DatabaseEndpoint, Site } from "../../../stacks/outputs.ts";
import type { Session } from "./session.ts";

/** A replication's two ends, both open. */
export interface Link {
  readonly from: Site;
  readonly to: Site;
  /** Admin sessions. */
  readonly source: Session;
  readonly receiver: Session;
  /** The replicator's session at each: slots are its business. */
  readonly sourceSlots: Session;
  readonly receiverSlots: Session;
  readonly sourceEndpoint: DatabaseEndpoint;
  readonly receiverEndpoint: DatabaseEndpoint;
  /** Name of the slot that feeds a receiver of this database. */
  readonly slotOf: (receiver: Site) => string;
  readonly signal: AbortSignal;
}
