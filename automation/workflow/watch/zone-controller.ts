import { serialiseError } from "../../domain/errors.ts";
import { GuardError } from "../../domain/guards.ts";
import type { OperationRecord } from "../../domain/operation.ts";
import { impairedZones, inWords, type ZoneHealth, zonesOf } from "../../domain/zone-health.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { Ports } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";
import type { Operations } from "./operations.ts";
import type { DriverWatchEvent, Evaluation } from "./watch-event.ts";

export interface ZoneControllerOptions {
  readonly settings: DriverSettings;
  readonly ports: Pick<Ports, "zones" | "clock">;
  readonly signal: AbortSignal;
  readonly operations: Pick<Operations, "zonalRecovery" | "evacuatedZones">;
  /** Mode `approve`: tells people what they may start. */
  readonly tell: (title: string, text: string) => Promise<void>;
}

/**
 * Level 2 at the primary: looks whether a zone is broken. One that is in as many evaluations in a row as a failover needs is left (mode
 * `auto`), or people are told to (`approve`). Once all has been well for `successThreshold`, what is left and well again is opened. In the
 * background, one at a time, once for one spell of trouble.
 */
export class ZoneController {
  readonly #options: ZoneControllerOptions;
  readonly #events: DriverWatchEvent[] = [];
  /** What was begun or told in this spell: `<zone>`, or `<zone> back`. */
  readonly #told = new Set<string>();
  #bad = 0;
  #calm = 0;
  #busy: Promise<void> | undefined;
  #leaving = false;

  constructor(options: ZoneControllerOptions) {
    this.#options = options;
  }

  /** What has ended since the last call. */
  events(): readonly DriverWatchEvent[] {
    return this.#events.splice(0);
  }

  /** True: a broken zone is about to be left. Other repairs wait: one auxiliary operation runs at a time. */
  async look({ health, activeSite, early }: Evaluation, reason: string): Promise<boolean> {
    const one = early ? 0 : 1;
    this.#bad = health.level === 2 ? this.#bad + one : 0;
    this.#calm = health.level === 0 ? this.#calm + one : 0;
    const { mode, watch } = this.#options.settings;
    if (mode === "observe" || activeSite !== "primary") return false;
    if (this.#busy !== undefined) return this.#leaving;
    if (this.#calm > 0 && this.#calm % watch.successThreshold === 0) this.#begin(() => this.#open());
    if (health.level !== 2) return false;
    const zones = await this.#zones().catch((error: unknown) => this.#trouble(error));
    const impaired = impairedZones(zones ?? []).filter(({ zone }) => !this.#told.has(zone));
    if (zones === undefined || impaired.length === 0) return false;
    this.#leaving = mode === "auto";
    if (this.#bad >= watch.failureThreshold)
      this.#begin(async () => {
        for (const { zone } of impaired) await this.#leave(zone, `${zone} is impaired (${inWords(zones)}); ${reason}`);
      });
    return this.#leaving;
  }

  async end(): Promise<void> {
    await this.#busy;
  }

  #leave(zone: string, why: string): Promise<void> {
    return this.#once(zone, why, `\`pilotlight zonal-recovery --zone ${zone}\` moves out of it`, () =>
      this.#options.operations.zonalRecovery(zone, why, false),
    );
  }

  async #open(): Promise<void> {
    const left = await this.#options.operations.evacuatedZones();
    if (left.length === 0) return void this.#told.clear();
    const zones = await this.#zones();
    for (const { zone } of zones.filter((each) => left.includes(each.zone) && each.held.length > 0 && !each.impaired)) {
      const why = `${zone} is well again (${inWords(zones)})`;
      const how = `\`pilotlight zonal-recovery --zone ${zone} --undo\` opens its nodes`;
      await this.#once(`${zone} back`, why, how, () => this.#options.operations.zonalRecovery(zone, why, true));
      this.#told.delete(zone);
    }
  }

  async #once(key: string, why: string, how: string, act: () => Promise<OperationRecord>): Promise<void> {
    if (this.#told.has(key)) return;
    this.#told.add(key);
    if (this.#options.settings.mode === "approve") return await this.#options.tell(how, why);
    try {
      this.#events.push({ type: "operation", record: await act() });
    } catch (error) {
      // Something else is at work: later, then.
      if (error instanceof GuardError && error.guard.name === "operation-running") this.#told.delete(key);
      throw error;
    }
  }

  async #zones(): Promise<readonly ZoneHealth[]> {
    const { ports, settings, signal } = this.#options;
    const deadline = {
      clock: ports.clock,
      milliseconds: settings.watch.probeSeconds * 1000,
      signal,
      what: "the zones",
    };
    return zonesOf(await withDeadline(deadline, (inner) => ports.zones.nodes(inner)));
  }

  #begin(work: () => Promise<void>): void {
    this.#busy = work()
      .catch((error: unknown) => this.#trouble(error))
      .then(() => {
        this.#busy = undefined;
        this.#leaving = false;
      });
  }

  #trouble(error: unknown): undefined {
    const at = this.#options.ports.clock.now().toISOString();
    this.#events.push({ type: "trouble", at, what: "zonal recovery", reason: serialiseError(error).message });
  }
}
