import type { Cloud, Store, World } from "../contracts/contracts.ts";
import { hostOf } from "../contracts/world.ts";

interface Allocations {
  /** Counts up for ever: an address is never given to a second key, so a stale client cannot reach a stranger. */
  next: number;
  readonly keys: Record<string, number>;
}

const perBlock = 254;

/** Addresses `<cloud>.x.y` from x.y = 1.1 on, remembered in the store under `addresses`. */
export class Addresses {
  readonly #world: Pick<World, "instance">;
  readonly #store: Store;
  #allocations: Promise<Record<Cloud, Allocations>> | undefined;

  constructor(world: Pick<World, "instance">, store: Store) {
    this.#world = world;
    this.#store = store;
  }

  async allocate(cloud: Cloud, key: string): Promise<string> {
    const all = await this.#load();
    const own = all[cloud];
    let number = own.keys[key];
    if (number === undefined) {
      number = own.next;
      if (number >= perBlock * perBlock)
        throw new Error(`no address is left in ${cloud}; start anew with "down --wipe"`);
      own.next += 1;
      own.keys[key] = number;
      await this.#store.write("addresses", all);
    }
    const rest = `${1 + Math.floor(number / perBlock)}.${1 + (number % perBlock)}`;
    return hostOf(this.#world, cloud, rest);
  }

  async release(cloud: Cloud, key: string): Promise<void> {
    const all = await this.#load();
    if (all[cloud].keys[key] === undefined) return;
    delete all[cloud].keys[key];
    await this.#store.write("addresses", all);
  }

  #load(): Promise<Record<Cloud, Allocations>> {
    const empty = (): Allocations => ({ next: 0, keys: {} });
    this.#allocations ??= this.#store.read("addresses", { aws: empty(), azure: empty(), control: empty() });
    return this.#allocations;
  }
}
