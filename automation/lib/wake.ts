/** Ends a rest early: whoever waits goes on when somebody calls `now`. A call while nobody waits counts for the next wait. */
export class Wake {
  #called = false;
  #waiting: (() => void) | undefined;

  readonly now = (): void => {
    this.#called = true;
    this.#waiting?.();
  };

  /** Resolves at the next call of `now`, or when `signal` aborts. One waiter at a time. */
  wait(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = () => {
        this.#waiting = undefined;
        this.#called = false;
        signal.removeEventListener("abort", finish);
        resolve();
      };
      if (this.#called || signal.aborted) return finish();
      this.#waiting = finish;
      signal.addEventListener("abort", finish);
    });
  }
}
