import type { Clock } from "../../automation/ports/clock.ts";

/** What a killed process's calls get. */
export class Killed extends Error {}

/** Something that happens to a driver process, or around it, at one of its steps. */
export interface Disturbance {
  readonly at: number;
  readonly what: (process: ModelProcess) => void | Promise<void>;
}

/** One driver process: counts its steps; at one of them it may die, freeze, or see the world change. */
export class ModelProcess {
  readonly name: string;
  readonly #disturbance: Disturbance | undefined;
  steps = 0;
  dead = false;
  /** Frozen until it resolves. */
  frozen: Promise<void> | undefined;
  /** Lives on, but on another host from which nothing is heard. */
  silent = false;

  constructor(name: string, disturbance?: Disturbance) {
    this.name = name;
    this.#disturbance = disturbance;
  }

  /** Called ahead of and after every effect. */
  async step(): Promise<void> {
    await this.awake();
    this.steps += 1;
    if (this.steps === this.#disturbance?.at) await this.#disturbance.what(this);
    await this.awake();
  }

  /** Wherever something outside lets it go on. */
  async awake(): Promise<void> {
    await this.frozen;
    this.requireAlive();
  }

  requireAlive(): void {
    if (this.dead) throw new Killed(this.name);
  }
}

/** The time as a process sees it: a frozen one is not woken by its timers. */
export function clockOf(clock: Clock, process: ModelProcess): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    async sleep(milliseconds, signal) {
      await clock.sleep(milliseconds, signal);
      await process.frozen;
    },
  };
}
