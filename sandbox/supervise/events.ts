/** One thing that happened in the sandbox; a line of the control API's event stream. */
export interface SandboxEvent {
  readonly at: string;
  readonly kind: "module" | "process" | "fault" | "supervisor";
  readonly text: string;
}

/** Hands events to whoever listens, and keeps the last 200 for those who come later. */
export class Events {
  readonly #listeners = new Set<(event: SandboxEvent) => void>();
  readonly #recent: SandboxEvent[] = [];

  emit(kind: SandboxEvent["kind"], text: string): void {
    const event: SandboxEvent = { at: new Date().toISOString(), kind, text };
    this.#recent.push(event);
    if (this.#recent.length > 200) this.#recent.shift();
    for (const listener of this.#listeners) listener(event);
  }

  recent(): readonly SandboxEvent[] {
    return [...this.#recent];
  }

  /** Returns the function that ends the listening. */
  listen(listener: (event: SandboxEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
