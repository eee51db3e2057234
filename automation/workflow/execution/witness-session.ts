import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import type { Instant } from "../../domain/instant.ts";
import type { OperationRecord, OperationState } from "../../domain/operation.ts";
import { isAuxiliary, type ProtectionEvent, requireTransition, type Transition } from "../../domain/protection.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import type { WitnessLease } from "../../domain/write-lease.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { listedRests, retry } from "../../lib/retry.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Witness } from "../../ports/witness.ts";
import type { WithheldLease } from "../stages/stage.ts";

/** Deadline of one call to the witness, in milliseconds. */
const callMs = 10_000;
/** How long an answer of the witness is reused, in milliseconds. */
const freshMs = 5_000;

export interface Advance {
  readonly event: ProtectionEvent | undefined;
  readonly state: OperationState;
  readonly changes?: Partial<WitnessRecord>;
}

/** An operation's hold on the witness: knows the epoch it may write with, and notices when another driver took over. */
export class WitnessSession {
  readonly #witness: Witness;
  readonly #clock: Clock;
  readonly #operation: () => OperationRecord;
  #held: WitnessRecord | undefined;
  /** When the hold was last known for certain (as it was asked for). */
  #heldAt: Instant | undefined;
  /** A write of ours that is under way: what is read meanwhile proves nothing. */
  #writing: Promise<unknown> | undefined;
  /** When this process first knew for certain that the lease is withheld. */
  #withheldSince: Instant | undefined;

  constructor(witness: Witness, clock: Clock, operation: () => OperationRecord) {
    this.#witness = witness;
    this.#clock = clock;
    this.#operation = operation;
  }

  /**
   * Moves the application into the plan, or, where this operation had done so before, takes it over from the process that
   * ran it. Throws `refused` where the table has no such move. `confirm` writes the epoch down that is about to be replaced, which only the
   * holder of the application can: whoever takes over later has taken a later epoch, so one of the two writes fails.
   */
  async begin(
    signal: AbortSignal,
    confirm: (epoch: number) => Promise<void> = async () => undefined,
  ): Promise<Transition | undefined> {
    const isRetryable = (error: DriverError): Promise<boolean> => this.#metAuxiliary(error, signal);
    return await retry(
      { what: "the witness", signal, rests: listedRests([0, 0]), clock: this.#clock, isRetryable },
      async () => {
        const current = await this.#read(signal);
        await confirm(current?.epoch ?? 0);
        return await this.#beginFrom(current, signal);
      },
    );
  }

  /** A warm-up or a drill took a step at the same instant: no reason for a move not to begin. */
  async #metAuxiliary(error: DriverError, signal: AbortSignal): Promise<boolean> {
    if (error.code !== "stale-epoch" || isAuxiliary(this.#operation().plan)) return false;
    const last = (await this.#read(signal))?.lastOperation;
    return last !== undefined && isAuxiliary(last.plan);
  }

  async #beginFrom(current: WitnessRecord | undefined, signal: AbortSignal): Promise<Transition | undefined> {
    const { id, plan, direction, application } = this.#operation();
    if (current?.lastOperation?.id === id) {
      this.#held = current;
      await this.#write({ ...current, epoch: current.epoch + 1, updatedAt: this.#now() }, signal);
      return undefined;
    }
    const move = requireTransition(current?.protection ?? "unprotected", plan, "begin");
    const activeSite = current?.activeSite ?? "primary";
    if (activeSite !== direction.from) {
      throw new DriverError("refused", `${plan} is to move away from ${direction.from}, but ${activeSite} is active`);
    }
    this.#held = current;
    await this.#write(
      {
        application,
        activeSite,
        ...(current?.promotion === undefined ? {} : { promotion: current.promotion }),
        // A protection looks anew what the database enforces.
        ...(current?.writeLease === undefined || plan === "reprotect" ? {} : { writeLease: current.writeLease }),
        ...(current?.cooldownUntil === undefined ? {} : { cooldownUntil: current.cooldownUntil }),
        epoch: (current?.epoch ?? 0) + 1,
        protection: move.to,
        lastOperation: this.#summary("running"),
        updatedAt: this.#now(),
      },
      signal,
    );
    return move;
  }

  /** `stale-epoch` where somebody else wrote since: then this operation may touch nothing any more. */
  async requireHeld(signal: AbortSignal): Promise<void> {
    for (;;) {
      await this.#writing?.catch(() => undefined);
      const [asked, held] = [this.#clock.monotonic(), this.#held];
      const current = await this.#read(signal);
      // Another stage of ours wrote while this was asked.
      if (this.#writing !== undefined || this.#held !== held) continue;
      if (current?.epoch !== this.#held?.epoch) throw this.#stale(current);
      this.#heldAt = asked;
      return;
    }
  }

  /** As `requireHeld`, but asks only where the last answer is some seconds old: cheap enough ahead of every effect. */
  async requireFresh(signal: AbortSignal): Promise<void> {
    const isFresh = (): boolean => this.#heldAt !== undefined && this.#clock.monotonic().since(this.#heldAt) <= freshMs;
    // Once more after a late answer: the process may have been frozen while it waited for it.
    for (let tries = 0; tries < 3 && !isFresh(); tries += 1) await this.requireHeld(signal);
    if (!isFresh()) throw new DriverError("timeout", "the witness answered too late to act on its answer");
  }

  /** Makes the operation's `to` the active site, past the point of no return; the same again changes nothing. */
  async activate(signal: AbortSignal): Promise<{ readonly at: string }> {
    const { id, direction } = this.#operation();
    await this.requireHeld(signal);
    const promotion = this.#held?.promotion;
    if (this.#held?.activeSite === direction.to && promotion?.operationId === id) return { at: promotion.at };
    const at = this.#now();
    await this.advance(
      {
        event: "promote",
        state: "running",
        changes: { activeSite: direction.to, promotion: { operationId: id, at } },
      },
      signal,
    );
    return { at };
  }

  /** `StageLease.withhold`. */
  async withholdLease(signal: AbortSignal): Promise<WithheldLease | undefined> {
    await this.requireHeld(signal);
    const lease = this.#held?.writeLease;
    if (this.#witness.placement !== "third-site" || lease?.site !== this.#operation().direction.from) return undefined;
    if (!lease.withheld) await this.#setLease({ ...lease, withheld: true }, signal);
    // After the answer: whoever asked the witness before that may have renewed. A process that takes over knows it from its own question on.
    this.#withheldSince ??= this.#clock.monotonic();
    return { seconds: lease.seconds, since: this.#withheldSince };
  }

  /** `StageLease.restore`. */
  async restoreLease(signal: AbortSignal): Promise<void> {
    await this.requireHeld(signal);
    this.#withheldSince = undefined;
    const lease = this.#held?.writeLease;
    if (lease?.withheld) await this.#setLease({ ...lease, withheld: false }, signal);
  }

  /** `StageLease.note`. */
  async noteLease(
    lease: { readonly site: Site; readonly seconds: number } | undefined,
    signal: AbortSignal,
  ): Promise<void> {
    await this.requireHeld(signal);
    const known = this.#held?.writeLease;
    if (known?.site === lease?.site && known?.seconds === lease?.seconds && !known?.withheld) return;
    await this.#setLease(lease === undefined ? undefined : { ...lease, withheld: false }, signal);
  }

  async #setLease(lease: WitnessLease | undefined, signal: AbortSignal): Promise<void> {
    const held = this.#held;
    if (held === undefined) throw new DriverError("fatal", "the witness was not begun with");
    const { writeLease: _, ...rest } = held;
    await this.#write(
      {
        ...rest,
        ...(lease === undefined ? {} : { writeLease: lease }),
        epoch: held.epoch + 1,
        updatedAt: this.#now(),
      },
      signal,
    );
  }

  /** One step in the table (`event` undefined: only the operation's state changes). */
  async advance({ event, state, changes }: Advance, signal: AbortSignal): Promise<void> {
    await this.requireHeld(signal);
    const held = this.#held;
    if (held === undefined) throw new DriverError("fatal", "the witness was not begun with");
    const { plan } = this.#operation();
    const done = held.lastOperation?.state === state && state !== "running";
    if (done) return;
    const protection = event === undefined ? held.protection : requireTransition(held.protection, plan, event).to;
    const { writeLease, ...rest } = held;
    const moved = changes?.activeSite !== undefined && changes.activeSite !== held.activeSite;
    await this.#write(
      {
        ...rest,
        // The new site's database was not seen to enforce one yet.
        ...(writeLease === undefined || moved ? {} : { writeLease }),
        ...changes,
        epoch: held.epoch + 1,
        protection,
        lastOperation: this.#summary(state),
        updatedAt: this.#now(),
      },
      signal,
    );
  }

  async #write(next: WitnessRecord, signal: AbortSignal): Promise<void> {
    const writing = this.#writeOnce(next, signal);
    this.#writing = writing;
    try {
      await writing;
    } finally {
      if (this.#writing === writing) this.#writing = undefined;
    }
  }

  async #writeOnce(next: WitnessRecord, signal: AbortSignal): Promise<void> {
    const expected = next.epoch - 1;
    const result = await this.#call(signal, (inner) =>
      this.#witness.compareAndSet(next.application, expected, next, inner),
    ).catch(async (error: unknown) => {
      // Unknown whether it was written: look.
      const current = await this.#read(signal).catch(() => undefined);
      if (current !== undefined && sameWrite(current, next)) return { ok: true as const, record: current };
      throw error;
    });
    if (!result.ok) throw this.#stale(result.current);
    this.#held = result.record;
  }

  async #read(signal: AbortSignal): Promise<WitnessRecord | undefined> {
    return await this.#call(signal, (inner) => this.#witness.read(this.#operation().application, inner));
  }

  #call<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withDeadline(
      { clock: this.#clock, milliseconds: callMs, signal, what: "the witness", retryable: false },
      work,
    );
  }

  #summary(state: OperationState): NonNullable<WitnessRecord["lastOperation"]> {
    const { id, plan, mode } = this.#operation();
    return { id, plan, mode, state };
  }

  #now(): string {
    return this.#clock.now().toISOString();
  }

  #stale(current: WitnessRecord | undefined): DriverError {
    return new DriverError(
      "stale-epoch",
      `another driver took over: the witness is at epoch ${current?.epoch ?? 0} (operation ${current?.lastOperation?.id ?? "none"}), ` +
        `this one knows ${this.#held?.epoch ?? 0}`,
    );
  }
}

function sameWrite(a: WitnessRecord, b: WitnessRecord): boolean {
  return (
    a.epoch === b.epoch &&
    a.updatedAt === b.updatedAt &&
    a.protection === b.protection &&
    a.lastOperation?.id === b.lastOperation?.id
  );
}
