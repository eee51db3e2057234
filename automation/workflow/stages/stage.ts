import type { Site } from "../../../stacks/outputs.ts";
import type { Guard, GuardName } from "../../domain/guards.ts";
import type { Instant } from "../../domain/instant.ts";
import type { Evidence, GrantedOverride, OperationRecord } from "../../domain/operation.ts";
import type { Clock } from "../../ports/clock.ts";
import type { StagePorts } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";

/** A lease that nobody may renew any more. */
export interface WithheldLease {
  /** No renewal lasts longer. */
  readonly seconds: number;
  /** When this process first knew for certain that it is withheld: its end is counted from here. */
  readonly since: Instant;
}

/** The lease under which a site writes, as the witness knows it. Every call writes the witness only where something changes. */
export interface StageLease {
  /**
   * From here on nobody may renew the lease of `from`. Undefined: `from` is under no lease that would end by itself, or the witness is none
   * that an agent could ask.
   */
  withhold(): Promise<WithheldLease | undefined>;
  /** What `withhold` did is undone. */
  restore(): Promise<void>;
  /** The site's database was seen to enforce a lease; undefined: nothing is known of one. */
  note(lease: { readonly site: Site; readonly seconds: number } | undefined): Promise<void>;
}

/** What a stage is given. Made anew for every attempt. */
export interface StageContext {
  readonly operation: OperationRecord;
  readonly from: Site;
  readonly to: Site;
  readonly ports: StagePorts;
  readonly settings: DriverSettings;
  readonly clock: Clock;
  /** Aborts at the stage's deadline and when the operation stops. */
  readonly signal: AbortSignal;
  /** A retryable error of this attempt will not be tried again. */
  readonly lastAttempt: boolean;
  /** What `before` read, ahead of the very first attempt. */
  readonly before: Evidence;
  /** What this stage had found when it came to a guard earlier (`GuardError.found`); empty otherwise. */
  readonly found: Evidence;
  readonly pastPointOfNoReturn: boolean;
  /** Of an earlier stage; `fatal` where that has none yet (a mistake in the plan). */
  evidence(stage: string): Evidence;
  /** Someone broke this guard for this operation. Uses nothing up. */
  isOverridden(guard: GuardName): boolean;
  /** Uses the override of this guard (journaled), or throws `GuardError`: the operation waits for a person. */
  passGuard(guard: Guard, found?: Evidence): Promise<GrantedOverride>;
  /** Makes `to` the active site in the witness; when that was (the first time, if repeated). `stale-epoch` where another driver took over. */
  activate(): Promise<{ readonly at: string }>;
  readonly lease: StageLease;
  /** A shorter deadline inside the stage's. */
  within<T>(seconds: number, what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Asks every `everyMs` (default 1000) until `check` says `done`; at the deadline the last `not` becomes the error. */
  until<T>(
    what: string,
    check: () => Promise<{ readonly done: T } | { readonly not: string }>,
    everyMs?: number,
  ): Promise<T>;
  log(text: string): void;
}

/**
 * One node of a plan's graph. `run` may be called again at any time, also after it succeeded, and must come to the same end.
 * Order of an attempt: precheck, verify (already there? then done), before (first time only), the intent is journaled, run, verify.
 */
export interface Stage {
  readonly name: string;
  readonly needs: readonly string[];
  /** One line for people: what it does. */
  readonly summary: string;
  /** For one attempt. */
  readonly deadlineMs: number;
  /** Once its intent is journaled, the operation goes forward only. */
  readonly pointOfNoReturn?: boolean;
  /** How many more attempts a retryable error is worth, at most. Default: all that the settings have. */
  readonly retries?: number;
  /** Looks and waits, changes nothing. Guards belong here, or in `run` before its first effect. */
  precheck?(context: StageContext): Promise<void>;
  /**
   * The effect stands: its evidence. Undefined: it does not. Left out where only `run` can tell
   * (it is repeatable and checks itself).
   */
  verify?(context: StageContext): Promise<Evidence | undefined>;
  /** What there is before the effect, for `compensate`. */
  before?(context: StageContext): Promise<Evidence>;
  run(context: StageContext): Promise<Evidence>;
  /** Undoes what `run` did, or may have done. Repeatable. Only ever called before the point of no return. */
  compensate?(context: StageContext): Promise<Evidence>;
}
