import { setTimeout as sleep } from "node:timers/promises";
import { type Change, PROVISIONING_TIMES } from "./times.ts";

const seconds = new Map(PROVISIONING_TIMES.map((time) => [keyOf(time.resource, time.change), time.seconds]));

/**
 * How long changes of resources take: as long as in the cloud, divided by a scale; without a scale no time at all. It stands still
 * until `start`, so that what a start of the sandbox brings back does not take its time again.
 */
export class ProvisioningClock {
  /** 60: a minute of the cloud is a second here. Undefined: off. */
  readonly scale: number | undefined;
  readonly #stop = new AbortController();
  #runs = false;

  constructor(scale?: number) {
    if (scale !== undefined && !(scale > 0)) throw new Error(`the provisioning scale is ${scale}; it must be above 0`);
    this.scale = scale;
  }

  milliseconds(resource: string, change: Change): number {
    if (this.scale === undefined) return 0;
    return ((seconds.get(keyOf(resource, change)) ?? 0) * 1000) / this.scale;
  }

  start(): void {
    this.#runs = true;
  }

  /** Changes that begin now take no time; those that are under way go on. */
  pause(): void {
    this.#runs = false;
  }

  /** A change begins now. What comes back waits until it has taken its time; it throws when the sandbox stops before. */
  begin(resource: string, change: Change): () => Promise<void> {
    const due = performance.now() + (this.#runs ? this.milliseconds(resource, change) : 0);
    return async () => {
      const left = due - performance.now();
      if (left <= 0) return;
      await sleep(left, undefined, { signal: this.#stop.signal }).catch((error: unknown) => {
        throw new Error(`the ${change} of ${resource} was broken off: the sandbox stops`, { cause: error });
      });
    };
  }

  /** Breaks off every change that is under way: nobody waits minutes for a sandbox to stop. */
  stop(): void {
    this.#stop.abort();
  }
}

function keyOf(resource: string, change: Change): string {
  return `${resource.toLowerCase()} ${change}`;
}
