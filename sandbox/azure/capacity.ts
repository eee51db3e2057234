/** Which VM sizes the region has no room for just now: a fault, forgotten when the sandbox stops. */
export class Capacity {
  /** As given; compared without regard to case, as Azure does. */
  readonly #refused = new Map<string, string>();

  /** `all` is every size; healing `all` heals those that were refused by name as well. */
  set(vmSize: string, action: "refuse" | "heal"): void {
    if (action === "refuse") this.#refused.set(vmSize.toLowerCase(), vmSize);
    else if (vmSize === "all") this.#refused.clear();
    else this.#refused.delete(vmSize.toLowerCase());
  }

  refused(): readonly string[] {
    return [...this.#refused.values()];
  }

  hasRoomFor(vmSize: string): boolean {
    return !this.#refused.has("all") && !this.#refused.has(vmSize.toLowerCase());
  }
}
