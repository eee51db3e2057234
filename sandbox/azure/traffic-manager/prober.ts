import { setTimeout as sleep } from "node:timers/promises";
import { type EndpointHealth, nextHealth } from "./answer.ts";
import { type ProbeSpec, probe } from "./probe.ts";

export interface ProbeTask {
  readonly spec: ProbeSpec;
  readonly target: string;
  readonly intervalMs: number;
  readonly toleratedFailures: number;
}

interface Watch {
  readonly task: string;
  readonly stop: AbortController;
  state: { readonly health: EndpointHealth; readonly failures: number };
}

/** Probes endpoints on their intervals and remembers how they are. Keys are endpoint keys. */
export class Prober {
  readonly #watches = new Map<string, Watch>();
  readonly #resolve: (name: string) => string | undefined;

  constructor(resolve: (name: string) => string | undefined) {
    this.#resolve = resolve;
  }

  /** Probes exactly these. A task that did not change goes on as it is; a new or changed one starts as `checking`. */
  watch(tasks: ReadonlyMap<string, ProbeTask>): void {
    for (const [key, watch] of this.#watches) {
      const task = tasks.get(key);
      if (task !== undefined && JSON.stringify(task) === watch.task) continue;
      watch.stop.abort();
      this.#watches.delete(key);
    }
    for (const [key, task] of tasks) {
      if (this.#watches.has(key)) continue;
      const watch: Watch = {
        task: JSON.stringify(task),
        stop: new AbortController(),
        state: { health: "checking", failures: 0 },
      };
      this.#watches.set(key, watch);
      void this.#run(task, watch);
    }
  }

  health(key: string): EndpointHealth {
    return this.#watches.get(key)?.state.health ?? "checking";
  }

  stop(): void {
    this.watch(new Map());
  }

  async #run(task: ProbeTask, watch: Watch): Promise<void> {
    const { signal } = watch.stop;
    while (!signal.aborted) {
      const began = Date.now();
      const success = await probe(task.spec, task.target, this.#resolve, signal).catch(() => false);
      if (signal.aborted) return;
      watch.state = nextHealth(watch.state, success, task.toleratedFailures);
      const rest = Math.max(0, task.intervalMs - (Date.now() - began));
      await sleep(rest, undefined, { signal, ref: false }).catch(() => {});
    }
  }
}
