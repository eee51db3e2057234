import { serialiseError } from "../../domain/errors.ts";
import type { Ports } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";
import type { Operations } from "./operations.ts";
import type { DriverWatchEvent, Evaluation } from "./watch-event.ts";

export interface SelfHealControllerOptions {
  readonly settings: DriverSettings;
  readonly clock: Ports["clock"];
  readonly operations: Pick<Operations, "selfHeal">;
}

/**
 * Mode `auto`, levels 1 and 2: restarts a service that was unhealthy in as many evaluations in a row as a failover needs. One at a time, in
 * the background; how often is the driver's to refuse (`selfHealCooldownSeconds`). Told once for one spell of trouble.
 */
export class SelfHealController {
  readonly #options: SelfHealControllerOptions;
  readonly #events: DriverWatchEvent[] = [];
  readonly #streaks = new Map<string, number>();
  readonly #told = new Set<string>();
  #busy: Promise<void> | undefined;

  constructor(options: SelfHealControllerOptions) {
    this.#options = options;
  }

  /** What has ended since the last call. */
  events(): readonly DriverWatchEvent[] {
    return this.#events.splice(0);
  }

  /** `hold`: counts, and begins nothing. */
  look({ health, early }: Evaluation, reason: string, hold = false): void {
    const bad = health.contributions
      .filter(({ kind, reading }) => kind === "service" && (reading === "unhealthy" || reading === "failure"))
      .map(({ name }) => name);
    for (const known of [...this.#streaks.keys(), ...this.#told]) {
      if (bad.includes(known)) continue;
      this.#streaks.delete(known);
      this.#told.delete(known);
    }
    for (const name of bad) this.#streaks.set(name, (this.#streaks.get(name) ?? 0) + (early ? 0 : 1));
    const { mode, watch } = this.#options.settings;
    if (mode !== "auto" || health.level === 0 || health.level === 3 || hold || this.#busy !== undefined) return;
    const service = bad.find(
      (name) => (this.#streaks.get(name) ?? 0) >= watch.failureThreshold && !this.#told.has(name),
    );
    if (service !== undefined) this.#heal(service, reason);
  }

  async end(): Promise<void> {
    await this.#busy;
  }

  #heal(service: string, reason: string): void {
    this.#told.add(service);
    this.#busy = this.#options.operations
      .selfHeal(service, reason)
      .then(
        (record): DriverWatchEvent => ({ type: "operation", record }),
        (error: unknown): DriverWatchEvent => ({
          type: "trouble",
          at: this.#options.clock.now().toISOString(),
          what: "self-heal",
          reason: serialiseError(error).message,
        }),
      )
      .then((event) => {
        this.#events.push(event);
        this.#busy = undefined;
      });
  }
}
