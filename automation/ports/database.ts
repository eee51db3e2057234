import type { Site } from "../../stacks/outputs.ts";

/** WAL position (LSN, `X/Y`) at which a site stopped writing, carried by the final heartbeat row. */
export interface ProofToken {
  readonly site: Site;
  readonly lsn: string;
  readonly at: string;
  /** What the fence ended, and whom it does not stop; in words. Absent: neither. */
  readonly notes?: readonly string[];
}

export interface FenceOptions {
  /** Roll back transactions that are prepared and pending, and say so in the token's notes. Default false: refuse while there are any. */
  readonly endPrepared?: boolean;
}

export interface Lag {
  /** Age in seconds of the newest heartbeat that the receiver has applied. Undefined: it never received one. */
  readonly seconds: number | undefined;
  readonly lastHeartbeatAt: string | undefined;
  readonly lastHeartbeatLsn: string | undefined;
  /** The receiver's subscription exists and its worker runs. */
  readonly streaming: boolean;
  /** Tables (qualified) whose first copy has not arrived: a promotion now would lose all their rows. */
  readonly copying: readonly string[];
  /** Why the receiver could not take over as it should, by the last look at both schemas: what differs and is not carried. Absent: nothing. */
  readonly atRisk?: readonly string[];
  /** Of those, by what a promotion now would lose rows. */
  readonly losing?: readonly string[];
}

export interface PromotionEvidence {
  /** LSN of the last heartbeat applied before promotion: everything after it at the source is lost. */
  readonly lastAppliedLsn: string | undefined;
  readonly lastAppliedAt: string | undefined;
  /** End of the source's last transaction applied before promotion, where the receiver may tell: finer than the heartbeat. */
  readonly originLsn?: string;
  /** `caution`: why a position could not be proven, or has less room after it than it should. */
  readonly sequences: readonly { readonly name: string; readonly value: string; readonly caution?: string }[];
  /** How many tables followed, and which of them (qualified, with their state) had not received their first copy in full. */
  readonly followed?: number;
  readonly unready?: readonly { readonly table: string; readonly state: string }[];
}

/** A lease under which a site's database lets the application in. */
export interface WriteLease {
  /** How long it lasts, in seconds. */
  readonly seconds: number;
  /** The database would end it by itself now. False: nobody renewed it yet, and the application may log in for good. */
  readonly inForce: boolean;
}

/** Column values as PostgreSQL writes them, by column name. */
export type RowText = Readonly<Record<string, string | null>>;

/** One change, or one row, that the old source has and the other site does not. */
export interface StrandedWrite {
  /** Name of a further database; undefined: the application's own. */
  readonly database?: string | undefined;
  readonly schema: string;
  readonly table: string;
  /** The primary key, or what else identifies the row; empty for a truncate. */
  readonly key: RowText;
  readonly kind: "insert" | "update" | "delete" | "truncate";
  /** The row as the other site has it. Undefined: it has none, or it is not known. */
  readonly before?: RowText | undefined;
  /** The row as the old source has it. A column that is absent was not changed: never the same as null. */
  readonly after?: RowText | undefined;
  /** `stream`: read from the replication slot, certain. `comparison`: the rows differ, and which is newer is not known. */
  readonly basis: "stream" | "comparison";
  /** Of its transaction; known for `stream` only. */
  readonly committedAt?: string | undefined;
  readonly lsn?: string | undefined;
}

/** How what is stranded was found. */
export interface StrandedAccount {
  /** Why the whole database had to be compared; undefined: the slot told what each relation that followed lacks. */
  readonly slotProblem?: string | undefined;
  /** Tables that were compared row by row. `rowsElsewhere`: rows that only the other site has (newer ones, or deleted here). */
  readonly compared: readonly { readonly table: string; readonly reason: string; readonly rowsElsewhere: number }[];
  /** Tables of which the stranded rows are unknown. */
  readonly unaccounted: readonly { readonly table: string; readonly reason: string }[];
}

/** A table that the receiver followed when it was promoted, with the state of its first copy. */
export interface FollowedRelation {
  readonly schema: string;
  readonly table: string;
  /** `i` to start, `d` copying, `f` copied, `s` caught up, `r` ready (as `pg_subscription_rel.srsubstate`). */
  readonly state: string;
  /** LSN up to which the copy itself brought the table; null before `s`. */
  readonly lsn: string | null;
}

/** A drill's copy of one database, on the same server. */
export interface DrillCopy {
  readonly database: string;
  readonly copy: string;
  readonly tables: number;
  readonly rows: number;
  readonly bytes: number;
  /** Where its sequences stand since its promotion. */
  readonly sequences: PromotionEvidence["sequences"];
}

/** One difference between the schemas of the site that is followed and of its follower. */
export interface SchemaDifference {
  /** e.g. `index`, `column type`, `grant` */
  readonly kind: string;
  /** Its qualified name, or what the kind is of. */
  readonly object: string;
  /** Its form at the site that is followed. Undefined: not there. */
  readonly source: string | undefined;
  /** Its form at the follower. Undefined: not there. */
  readonly follower: string | undefined;
  /** `carried`: goes by itself. `harmless`: by the rule in `remedy`. `blocks`: the follower cannot take over as it should until it is gone. */
  readonly class: "carried" | "harmless" | "blocks";
  /** What removes it, or why it does no harm. */
  readonly remedy: string;
}

/** What a site needed before it could be prepared. */
export interface Preparation {
  /** Server parameters that were set and pending, for which the site's server was restarted. */
  readonly restartedFor: readonly string[];
}

/** The application's database set at both sites. Every call has a deadline of its own; all are safe to repeat. */
export interface Database {
  /**
   * Roles, heartbeat table and publication; the application role may log in only if `writable`. A server whose parameters wait for a restart
   * is restarted first, where its cloud lets the driver do so, `writable` is false and the application may not log in there: never one that
   * serves. Errors: `refused` where logical replication needs a restart that only a person may order.
   */
  prepare(site: Site, writable: boolean, signal: AbortSignal): Promise<Preparation>;
  /** The application role may log in here. */
  isWritable(site: Site, signal: AbortSignal): Promise<boolean>;
  /** Looks only. Errors: `refused`, as `fence` would, while a prepared transaction is pending. */
  requireFenceable?(site: Site, signal: AbortSignal): Promise<void>;
  /**
   * NOLOGIN and read-only for the application role, its clients cut, the final heartbeat, and nobody there after it. Errors: `refused` while
   * a prepared transaction is pending that may not be ended: it could be committed later, in no stream.
   */
  fence(site: Site, signal: AbortSignal, options?: FenceOptions): Promise<ProofToken>;
  /** For good; at a site whose agent has renewed a write lease before, for one lease, which the agent then renews. */
  openWrites(site: Site, signal: AbortSignal): Promise<void>;
  /** The write lease that the site is declared with; undefined: none, and so where this is left out. */
  writeLease?(site: Site, signal: AbortSignal): Promise<WriteLease | undefined>;
  /** One heartbeat (time, LSN, sequence positions) at the active site. */
  heartbeat(site: Site, signal: AbortSignal): Promise<void>;
  /** Asks the receiver only, never the source. */
  lag(receiver: Site, signal: AbortSignal): Promise<Lag>;
  /** Waits until `receiver` has applied the token's heartbeat row. */
  awaitToken(receiver: Site, token: ProofToken, signal: AbortSignal): Promise<void>;
  /** Stops receiving (works without the source: disable, detach the slot, drop), moves sequences past everything known. Stays fenced. */
  promote(receiver: Site, signal: AbortSignal): Promise<PromotionEvidence>;
  /**
   * Makes `to` follow `from`. `copy`: true empties `to`'s tables and copies everything (diverged or new site: call
   * `stranded` first); false streams from here on (both sides known equal, both fenced). A replication that already
   * runs in this direction is left alone. Refuses when `to` is writable.
   */
  replicate(from: Site, to: Site, options: { readonly copy: boolean }, signal: AbortSignal): Promise<void>;
  /**
   * Tables (qualified) made at `from` since replication began are made at `to` and taken into the replication, with a copy of their rows;
   * new columns of tables that follow are added, so that the stream goes on. Nothing, and `[]`, where replication does not run in this
   * direction or nothing is new. Quick when nothing is new. Errors: `refused`, naming what cannot be carried; the rest is.
   */
  adoptTables(from: Site, to: Site, signal: AbortSignal): Promise<readonly string[]>;
  /** Every difference between the schemas, without changing anything; also where nothing is replicated yet. */
  compareSchemas(from: Site, to: Site, signal: AbortSignal): Promise<readonly SchemaDifference[]>;
  /**
   * As `adoptTables`, with the patience that large tables need: gives `to` whatever of `from`'s schema can be carried, and drops there what can
   * refuse rows of `from`. What is left is returned. Errors: `refused` where `to` is writable, or where nothing is replicated.
   */
  syncSchema(from: Site, to: Site, signal: AbortSignal): Promise<readonly SchemaDifference[]>;
  /**
   * Replication runs to `to`, every table's first copy is done, and where the source answers, no table with rows is left out and as many
   * rows are there as the source has.
   */
  inSync(to: Site, signal: AbortSignal): Promise<boolean>;
  /** Why `inSync` says no, in words that name the tables; undefined where it says yes. */
  whyNotInSync(to: Site, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Copies every database of `site` on its own server, in one snapshot each; promotes the copies as a failover would, and writes and reads there
   * as a role that may write nowhere else. The replica is only read, and goes on receiving. Begins anew each time. Errors: `refused` for what
   * cannot be copied, or where a copy's name is taken.
   */
  makeDrillCopies(site: Site, signal: AbortSignal): Promise<readonly DrillCopy[]>;
  /** Drops the copies, with whoever is connected to them, and their role. Names of what was dropped. */
  dropDrillCopies(site: Site, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Gives `take` everything that the old source has and the other site never received, table by table: read from the slot for relations
   * that followed, found by comparing rows for all others, and for every relation where the slot is gone. Waits for `take`, so that memory
   * stays bounded. Nothing where the old source follows already. Heartbeats are left out.
   */
  stranded(
    oldSource: Site,
    take: (write: StrandedWrite) => Promise<void>,
    signal: AbortSignal,
  ): Promise<StrandedAccount>;
}
