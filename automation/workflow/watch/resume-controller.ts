import { serialiseError } from "../../domain/errors.ts";
import { GuardError } from "../../domain/guards.ts";
import type { Instant } from "../../domain/instant.ts";
import type { OperationRecord } from "../../domain/operation.ts";
import { isAuxiliary } from "../../domain/protection.ts";
import { type OperationRun, runnerText } from "../admission/operation-runner.ts";
import type { OperatorControls } from "../admission/operator-controls.ts";
import type { Ports } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";
import type { Operations } from "./operations.ts";
import type { DriverWatchEvent } from "./watch-event.ts";

export interface ResumeControllerOptions {
  readonly settings: DriverSettings;
  readonly clock: Ports["clock"];
  readonly operations: Pick<Operations, "open" | "resume">;
  readonly controls: Pick<OperatorControls, "state">;
  /** No other driver watches the application: one whose watch began an operation on another host has stopped. */
  readonly leased: boolean;
  /** This driver, as `pid@host`. */
  readonly identity: string;
  /** Tells people. */
  readonly tell: (title: string, text: string) => Promise<void>;
  /** What it resumed has ended. */
  readonly onEnd: (record: OperationRecord) => void;
}

/** Longest rest after a resume that broke off, in milliseconds. */
const longestRestMs = 600_000;

/**
 * Looks after the operation whose process is gone, whoever started it. Mode `auto` resumes it, `approve` asks people to, `observe` says so.
 * Nothing is resumed while the application is paused, and nothing that needs an operator.
 */
export class ResumeController {
  readonly #options: ResumeControllerOptions;
  readonly #events: DriverWatchEvent[] = [];
  #said: string | undefined;
  #failures = 0;
  #notBefore: Instant | undefined;
  #resuming: { readonly record: OperationRecord; readonly ended: Promise<void> } | undefined;

  constructor(options: ResumeControllerOptions) {
    this.#options = options;
  }

  /** What was found, and what has ended, since the last call. */
  events(): readonly DriverWatchEvent[] {
    return this.#events.splice(0);
  }

  /** What this driver goes on with just now: `move` where it holds the application itself, `beside` where it leaves room for a failover. */
  get atWork(): "move" | "beside" | undefined {
    if (this.#resuming === undefined) return undefined;
    return isAuxiliary(this.#resuming.record.plan) ? "beside" : "move";
  }

  /** Returns who runs what is under way, in words; undefined where nothing is, or that could not be read. */
  async look(): Promise<string | undefined> {
    try {
      const run = await this.#options.operations.open();
      if (run === undefined || run.runner.kind === "process") this.#said = undefined;
      if (run === undefined) return undefined;
      if (this.#resuming === undefined && run.runner.kind !== "process") await this.#mind(run);
      return this.#resuming === undefined ? runnerText(run.runner) : "resumed by this driver";
    } catch (error) {
      this.#trouble(error);
      return undefined;
    }
  }

  /** Once the watch ends: what is under way was told to stop by the same signal. */
  async end(): Promise<void> {
    await this.#resuming?.ended;
  }

  async #mind(run: OperationRun): Promise<void> {
    const { settings, tell } = this.#options;
    const { record, runner, stale } = run;
    if (settings.mode === "auto" && record !== undefined && this.#mayTake(run) && stale === undefined) {
      const { pause } = await this.#options.controls.state();
      if (pause === undefined) return this.#resume(record, runner.kind === "unknown");
      const why = `not resumed while the application is paused by ${pause.by} (${pause.reason})`;
      return void this.#say(run, why);
    }
    const isNew = this.#say(run, stale === undefined || record === undefined ? undefined : `not resumed: ${stale}`);
    if (isNew && settings.mode !== "observe")
      await tell(`${runner.operationId} is under way and nobody is known to run it`, runnerText(runner));
  }

  /** Its driver is proven gone. */
  #mayTake({ record, runner }: OperationRun): boolean {
    if (runner.kind === "nobody") return true;
    if (runner.kind !== "unknown" || !this.#options.leased) return false;
    // A watch runs under the lease, and the lease is ours; a command of a person runs without one. Of our own name: the container before.
    const owner = `${runner.owner.pid}@${runner.owner.host}`;
    return owner === this.#options.identity || (record?.trigger.kind === "auto" && record.trigger.by === owner);
  }

  #resume(record: OperationRecord, seize: boolean): void {
    const { clock, operations, settings, onEnd } = this.#options;
    if (this.#notBefore !== undefined && clock.monotonic().since(this.#notBefore) < 0) return;
    this.#events.push({ type: "abandoned", at: this.#now(), operationId: record.id, text: "nobody runs it: resumed" });
    const ended = operations
      .resume(record.id, seize)
      .then(
        (end) => {
          this.#failures = 0;
          this.#events.push({ type: "operation", record: end });
          onEnd(end);
        },
        (error: unknown) => {
          this.#failures += 1;
          const rest = settings.watch.intervalSeconds * 1000 * 2 ** (this.#failures - 1);
          this.#notBefore = clock.monotonic().plus(Math.min(rest, longestRestMs));
          // Somebody else was quicker.
          if (!(error instanceof GuardError)) this.#trouble(error);
        },
      )
      .then(() => {
        this.#resuming = undefined;
      });
    this.#resuming = { record, ended };
  }

  /** Once, until it changes. False: it was said before. */
  #say({ runner }: OperationRun, why: string | undefined): boolean {
    const text = why === undefined ? runnerText(runner) : `${why}; ${runnerText(runner)}`;
    const key = `${runner.operationId} ${text}`;
    if (this.#said === key) return false;
    this.#said = key;
    this.#events.push({ type: "abandoned", at: this.#now(), operationId: runner.operationId, text });
    return true;
  }

  #trouble(error: unknown): void {
    this.#events.push({ type: "trouble", at: this.#now(), what: "resume", reason: serialiseError(error).message });
  }

  #now(): string {
    return this.#options.clock.now().toISOString();
  }
}
