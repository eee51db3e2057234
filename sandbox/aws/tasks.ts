/** Runs jobs one after another for each key; different keys at the same time. */
export class Tasks {
  readonly #tails = new Map<string, Promise<void>>();

  /** A job that throws hands its error to `onError`; the next one runs all the same. */
  add(key: string, job: () => Promise<void>, onError: (error: unknown) => void): void {
    const before = this.#tails.get(key) ?? Promise.resolve();
    const tail = before.then(job).catch(onError);
    this.#tails.set(key, tail);
    void tail.then(() => {
      if (this.#tails.get(key) === tail) this.#tails.delete(key);
    });
  }

  async idle(): Promise<void> {
    while (this.#tails.size > 0) await Promise.all(this.#tails.values());
  }
}
