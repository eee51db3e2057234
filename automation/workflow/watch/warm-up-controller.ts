import { serialiseError } from "../../domain/errors.ts";
import { GuardError } from "../../domain/guards.ts";
import type { Instant } from "../../domain/instant.ts";
import type { OperationRecord } from "../../domain/operation.ts";
import { isLighting } from "../../domain/protection.ts";
import type { Ports } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";
import type { Operations } from "./operations.ts";
import type { DriverWatchEvent, Evaluation } from "./watch-event.ts";

export interface WarmUpControllerOptions {
  readonly settings: DriverSettings;
  readonly clock: Ports["clock"];
  readonly operations: Pick<Operations, "warmUp" | "standDown" | "abort" | "newestLighting">;
}

/**
 * Mode `auto`: lights the standby while things look bad (level 2 or more) and scales it down once they have been well for
 * `successThreshold`. All of it in the background: an evaluation, and a failover, never wait for it. What a person lit, a person scales down.
 */
export class WarmUpController {
  readonly #options: WarmUpControllerOptions;
  readonly #events: DriverWatchEvent[] = [];
  #calm = 0;
  #notBefore: Instant | undefined;
  #busy: Promise<void> | undefined;
  #abortAsked: string | undefined;

  constructor(options: WarmUpControllerOptions) {
    this.#options = options;
  }

  /** What has ended since the last call. */
  events(): readonly DriverWatchEvent[] {
    return this.#events.splice(0);
  }

  /** `hold`: counts, and lights nothing. */
  async look({ health, protection, at, early }: Evaluation, reason: string, hold = false): Promise<void> {
    this.#calm = health.level === 0 ? this.#calm + (early ? 0 : 1) : 0;
    if (this.#options.settings.mode !== "auto") return;
    const isCalm = this.#calm >= this.#options.settings.watch.successThreshold;
    const well = `health has been well for ${this.#calm} evaluations`;
    try {
      if (protection === "protected" && health.level >= 2 && !hold && !this.#rests())
        this.#begin("warm-up", () => this.#options.operations.warmUp(reason));
      if (protection === "warm" && isCalm && (await this.#own()) !== undefined)
        this.#begin("stand-down", () => this.#options.operations.standDown(well));
      if (protection === "warming" || protection === "standing-down")
        await this.#seeThrough(isCalm && protection === "warming", well);
    } catch (error) {
      this.#events.push({ type: "trouble", at, what: "warm-up", reason: serialiseError(error).message });
    }
  }

  /** Once the watch ends: the same signal stops whatever is under way. */
  async end(): Promise<void> {
    await this.#busy;
  }

  /** One that was begun by another driver, and resumed here, has ended: its pause applies here too. */
  resumed(record: OperationRecord): void {
    if (isLighting(record.plan)) this.#rest(isLit(record));
  }

  /** Under way: undone where it is no longer needed. */
  async #seeThrough(undo: boolean, why: string): Promise<void> {
    const own = await this.#own();
    if (own === undefined || (own.state !== "running" && own.state !== "waiting")) return;
    if (!undo || this.#abortAsked === own.id || own.phase === "compensating") return;
    this.#abortAsked = own.id;
    await this.#options.operations.abort(own.id, why);
  }

  /** Undefined: a person's. */
  async #own(): Promise<OperationRecord | undefined> {
    const newest = await this.#options.operations.newestLighting();
    return newest?.trigger.kind === "auto" ? newest : undefined;
  }

  #begin(what: string, work: () => Promise<OperationRecord>): void {
    if (this.#busy !== undefined) return;
    this.#busy = work()
      .then(
        (record) => {
          this.#events.push({ type: "operation", record });
          return isLit(record);
        },
        (error: unknown) => {
          const reason = serialiseError(error).message;
          this.#events.push({ type: "trouble", at: this.#options.clock.now().toISOString(), what, reason });
          return error instanceof GuardError;
        },
      )
      .then((isFine) => {
        this.#rest(isFine);
        this.#busy = undefined;
      });
  }

  /** After one that failed, or was not needed: trouble that comes and goes must not light and stand-down all day. */
  #rest(isFine: boolean): void {
    const { settings, clock } = this.#options;
    if (!isFine) this.#notBefore = clock.monotonic().plus(settings.watch.warmUpRestSeconds * 1000);
  }

  #rests(): boolean {
    return this.#notBefore !== undefined && this.#options.clock.monotonic().since(this.#notBefore) < 0;
  }
}

function isLit({ plan, state }: OperationRecord): boolean {
  return plan === "warm-up" && state === "succeeded";
}
