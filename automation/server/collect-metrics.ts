import type { Instant } from "../domain/instant.ts";
import { otherSite } from "../domain/protection.ts";
import type { Clock } from "../ports/clock.ts";
import type { Driver } from "../workflow/driver.ts";
import type { DriverWatchEvent, Evaluation } from "../workflow/watch/watch-event.ts";
import type { MetricsSnapshot } from "./metrics.ts";

/** Milliseconds for one site or store. Prometheus waits 10 seconds for the whole, by our scrape configuration. */
const askMs = 5000;
/** Milliseconds after which what is known is sent. */
const answerMs = 7000;

/** Gathers what a scrape answers: the watch's last evaluation, and the driver's status with a short deadline. */
export class MetricsCollector {
  readonly #driver: Pick<Driver, "status" | "operations">;
  readonly #clock: Pick<Clock, "monotonic">;
  readonly #freshMs: number;
  #evaluation: { readonly of: Evaluation; readonly heard: Instant } | undefined;

  /** `intervalSeconds`: of the watch. An evaluation is shown for three of them; then nobody evaluates any more. */
  constructor(options: {
    readonly driver: Pick<Driver, "status" | "operations">;
    readonly clock: Pick<Clock, "monotonic">;
    readonly intervalSeconds: number;
  }) {
    this.#driver = options.driver;
    this.#clock = options.clock;
    this.#freshMs = 3000 * options.intervalSeconds;
  }

  /** Receives every event of the watch. */
  note(event: DriverWatchEvent): void {
    if (event.type === "evaluation") this.#evaluation = { of: event.evaluation, heard: this.#clock.monotonic() };
    // Nothing is measured while an operation works, and the score of before it is not the score.
    if (event.type === "resting" || event.type === "operation") this.#evaluation = undefined;
  }

  /** Never throws, and never waits long for a site, a witness or a journal that does not answer. */
  async snapshot(signal: AbortSignal): Promise<MetricsSnapshot> {
    const asked = AbortSignal.any([signal, AbortSignal.timeout(askMs)]);
    const over = AbortSignal.timeout(answerMs);
    const orNothing = <T>(work: Promise<T>): Promise<T | undefined> =>
      Promise.race([work.catch(() => undefined), aborted(over)]);
    const [status, operations] = await Promise.all([
      orNothing(this.#driver.status(asked)),
      orNothing(this.#driver.operations()),
    ]);
    return {
      health: this.#health(),
      activeSite: status?.activeSite,
      replication:
        status === undefined || "error" in status.replication
          ? undefined
          : { name: otherSite(status.activeSite), seconds: status.replication.seconds },
      operations,
    };
  }

  #health(): MetricsSnapshot["health"] {
    if (this.#evaluation === undefined) return undefined;
    const { of, heard } = this.#evaluation;
    return this.#clock.monotonic().since(heard) > this.#freshMs ? undefined : of.health;
  }
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve(undefined);
    signal.addEventListener("abort", () => resolve(undefined), { once: true });
  });
}
