import type { Site } from "../../stacks/outputs.ts";
import type { RowText, StrandedWrite } from "./database.ts";

export interface VerifyOptions {
  /** The site that is followed, and its follower. */
  readonly from: Site;
  readonly to: Site;
  /** At most so many rows are read in a second, at each site. Undefined: as fast as they come. */
  readonly rowsPerSecond?: number;
  /** `schema.table` or `table`; undefined: all. */
  readonly only?: string;
  /** Of every difference that lasted. */
  readonly take: (difference: VerifyDifference) => void;
}

/** `left`: at the site that is followed. Undefined: not there. */
export interface VerifyDifference {
  readonly table: string;
  readonly key: RowText;
  readonly left?: RowText | undefined;
  readonly right?: RowText | undefined;
}

export interface VerifyResult {
  readonly tables: number;
  readonly rows: number;
  readonly differences: number;
  /** Tables that only one site has. */
  readonly absent: readonly { readonly table: string; readonly at: Site }[];
  /** Rows that changed whenever they were looked at: not seen to be equal, nor to differ. */
  readonly unsettled: number;
}

export interface RestoreOptions {
  /** False: everything is tried and rolled back. */
  readonly apply: boolean;
  /** `schema.table` or `table`; undefined: all. */
  readonly only?: string;
}

/** A lost change that was left alone, because the site has something else by now. */
export interface RestoreConflict {
  readonly table: string;
  readonly kind: StrandedWrite["kind"];
  readonly key: RowText;
  readonly reason: string;
  /** The row as the site has it. */
  readonly there?: RowText | undefined;
  /** The row as it was lost. */
  readonly lost?: RowText | undefined;
}

export interface RestoreResult {
  readonly tables: readonly {
    readonly table: string;
    readonly restored: number;
    /** The site has it already. */
    readonly present: number;
    readonly conflicts: number;
  }[];
  /** The first ones. */
  readonly conflicts: readonly RestoreConflict[];
}

/** What a person may ask of the databases between operations. */
export interface DatabaseAudit {
  /** Compares both sites while replication runs, without locking; what differs is looked at again once the lag has passed. */
  verify(options: VerifyOptions, signal: AbortSignal): Promise<VerifyResult>;
  /**
   * Puts lost changes back at the active site, in the order of `writes`, and never over something else: that is a conflict. Repeatable.
   * `writes` may be asked for several times: a row can wait for another that it refers to.
   */
  restoreLost(
    site: Site,
    writes: () => AsyncIterable<StrandedWrite>,
    options: RestoreOptions,
    signal: AbortSignal,
  ): Promise<RestoreResult>;
}
