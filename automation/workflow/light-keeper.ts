import { serialiseError } from "../domain/errors.ts";
import { GuardError } from "../domain/guards.ts";
import type { OperationRecord } from "../domain/operation.ts";
import type { LockState } from "../ports/journal.ts";
import type { DriverWatchEvent } from "./driver-types.ts";
import type { Evaluation } from "./health-watch.ts";
import type { Ports } from "./ports.ts";
import type { DriverSettings } from "./settings.ts";

/** The newest operation that lit the standby or put it out; who runs it now. */
export interface Aside {
  readonly record: OperationRecord;
  readonly holder: LockState | undefined;
}

export interface LightKeeperOptions {
  readonly settings: DriverSettings;
  readonly clock: Ports["clock"];
  readonly warmUp: (reason: string) => Promise<OperationRecord>;
  readonly douse: (reason: string) => Promise<OperationRecord>;
  readonly resume: (operationId: string) => Promise<OperationRecord>;
  readonly abort: (operationId: string, reason: string) => Promise<void>;
  readonly newest: () => Promise<Aside | undefined>;
}

/**
 * Mode `auto`: lights the standby while things look bad (level 2 or more) and puts it out once they have been well for
 * `calmEvaluations`. All of it in the background: an evaluation, and a failover, never wait for it. What a person lit, a person puts out.
 */
export class LightKeeper {
  readonly #options: LightKeeperOptions;
  readonly #events: DriverWatchEvent[] = [];
  #calm = 0;
  #notBefore = Number.NEGATIVE_INFINITY;
  #busy: Promise<void> | undefined;
  #abortAsked: string | undefined;

  constructor(options: LightKeeperOptions) {
    this.#options = options;
  }

  /** What has ended since the last call. */
  events(): readonly DriverWatchEvent[] {
    return this.#events.splice(0);
  }

  /** `hold`: counts, and lights nothing. */
  async look({ health, protection, at }: Evaluation, reason: string, hold = false): Promise<void> {
    this.#calm = health.level === 0 ? this.#calm + 1 : 0;
    if (this.#options.settings.mode !== "auto") return;
    const isCalm = this.#calm >= this.#options.settings.watch.calmEvaluations;
    const well = `health has been well for ${this.#calm} evaluations`;
    try {
      if (protection === "protected" && health.level >= 2 && !hold && this.#now() >= this.#notBefore)
        this.#begin("warm-up", () => this.#options.warmUp(reason));
      if (protection === "warm" && isCalm && (await this.#own()) !== undefined)
        this.#begin("douse", () => this.#options.douse(well));
      if (protection === "warming" || protection === "dousing")
        await this.#seeThrough(isCalm && protection === "warming", well);
    } catch (error) {
      this.#events.push({ type: "trouble", at, what: "warm-up", reason: serialiseError(error).message });
    }
  }

  /** Once the watch ends: whatever is under way was told to stop by the same signal. */
  async end(): Promise<void> {
    await this.#busy;
  }

  /** Under way: undone where it is no longer needed, gone on with where its driver is gone. */
  async #seeThrough(undo: boolean, why: string): Promise<void> {
    const aside = await this.#own();
    if (aside === undefined || (aside.record.state !== "running" && aside.record.state !== "waiting")) return;
    const { id } = aside.record;
    if (aside.holder === undefined || aside.holder.liveness === "dead")
      this.#begin("resume", () => this.#options.resume(id));
    if (!undo || this.#abortAsked === id || aside.record.phase === "compensating") return;
    this.#abortAsked = id;
    await this.#options.abort(id, why);
  }

  /** Undefined: a person's. */
  async #own(): Promise<Aside | undefined> {
    const aside = await this.#options.newest();
    return aside?.record.trigger.kind === "auto" ? aside : undefined;
  }

  #begin(what: string, work: () => Promise<OperationRecord>): void {
    if (this.#busy !== undefined) return;
    this.#busy = work()
      .then(
        (record) => {
          this.#events.push({ type: "operation", record });
          return record.plan === "warm-up" && record.state === "succeeded";
        },
        (error: unknown) => {
          const reason = serialiseError(error).message;
          this.#events.push({ type: "trouble", at: new Date(this.#now()).toISOString(), what, reason });
          return error instanceof GuardError;
        },
      )
      .then((isFine) => {
        // One that failed, or was not needed: trouble that comes and goes must not light and douse all day.
        if (!isFine) this.#notBefore = this.#now() + this.#options.settings.watch.warmUpRestSeconds * 1000;
        this.#busy = undefined;
      });
  }

  #now(): number {
    return this.#options.clock.now().getTime();
  }
}
