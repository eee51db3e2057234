import { type ClusterNetwork, podAddress, podAddressCount } from "../addresses.ts";

/** Pod addresses of one cluster. A freed address is the last to be given again. */
export class AddressPool {
  readonly #network: ClusterNetwork;
  readonly #taken = new Set<string>();
  #next = 0;

  constructor(network: ClusterNetwork) {
    this.#network = network;
  }

  /** `wanted` if it is ours and free (a pod that was here before), else the next free one. Throws when none is left. */
  take(wanted?: string): string {
    if (wanted !== undefined && !this.#taken.has(wanted) && this.#owns(wanted)) {
      this.#taken.add(wanted);
      return wanted;
    }
    for (let tried = 0; tried < podAddressCount; tried += 1) {
      const address = podAddress(this.#network, this.#next);
      this.#next = (this.#next + 1) % podAddressCount;
      if (this.#taken.has(address)) continue;
      this.#taken.add(address);
      return address;
    }
    throw new Error(`all ${podAddressCount} pod addresses of the cluster are taken`);
  }

  free(address: string): void {
    this.#taken.delete(address);
  }

  #owns(address: string): boolean {
    const [a, b, x] = address.split(".").map(Number);
    const first = 128 + 4 * this.#network.index;
    return a === 10 && b === this.#network.second && x !== undefined && x >= first && x < first + 4;
  }
}
