import type { ChildProcess } from "node:child_process";

const graceMs = 5_000;

/** The programs and plugins that run now, so that none outlives the host or its call. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  add(child: ChildProcess): void {
    this.#running.add(child);
    const remove = (): void => {
      this.#running.delete(child);
    };
    child.once("exit", remove);
    child.once("error", remove);
  }

  /** Asks at first (SIGTERM) and insists after 5 s. */
  stop(child: ChildProcess): void {
    if (!this.#running.has(child)) return;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
    timer.unref();
    child.once("exit", () => clearTimeout(timer));
  }

  stopAll(): void {
    for (const child of this.#running) this.stop(child);
  }

  /** At once, for when nobody is left to wait for them. */
  killAll(): void {
    for (const child of this.#running) child.kill("SIGKILL");
  }
}
