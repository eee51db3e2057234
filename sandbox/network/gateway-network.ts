import type { Cloud, GatewaySpec, LinkFault, Network, Origin, Store, World } from "../contracts/contracts.ts";
import { insideOf } from "../contracts/world.ts";
import { Addresses } from "./addresses.ts";
import type { Connection } from "./connection.ts";
import { Faults, untouched } from "./faults.ts";
import { Gateway } from "./gateway.ts";
import { OriginFinder } from "./origin.ts";

/** The two clouds' network: every public address is a gateway of this process, and faults act on what passes through it. */
export class GatewayNetwork implements Network {
  readonly #addresses: Addresses;
  readonly #faults = new Faults();
  readonly #finder = new OriginFinder();
  readonly #gateways = new Map<string, Gateway>();
  readonly #origins = new WeakMap<Connection, Origin>();
  #arrivals: { readonly gateway: Gateway; readonly connection: Connection }[] = [];

  constructor(world: Pick<World, "instance">, store: Store) {
    this.#addresses = new Addresses(world, store);
  }

  allocate(cloud: Cloud, key: string): Promise<string> {
    return this.#addresses.allocate(cloud, key);
  }

  release(cloud: Cloud, key: string): Promise<void> {
    return this.#addresses.release(cloud, key);
  }

  inside(address: string): string {
    return insideOf(address);
  }

  /** The same name again replaces its gateway (connections are reset). */
  async publish(spec: GatewaySpec): Promise<void> {
    await this.unpublish(spec.name);
    const gateway = new Gateway(spec, (connection) => this.#arrive(gateway, connection));
    this.#gateways.set(spec.name, gateway);
    try {
      await gateway.listen();
    } catch (error) {
      this.#gateways.delete(spec.name);
      throw error;
    }
  }

  async unpublish(name: string): Promise<void> {
    const gateway = this.#gateways.get(name);
    this.#gateways.delete(name);
    await gateway?.close();
  }

  setRegion(cloud: Cloud, state: "up" | "down"): void {
    this.#faults.setRegion(cloud, state);
    this.#treatAll();
  }

  regionState(cloud: Cloud): "up" | "down" {
    return this.#faults.regionState(cloud);
  }

  setLink(from: Origin, to: Cloud, fault: LinkFault | undefined): void {
    this.#faults.setLink(from, to, fault);
    this.#treatAll();
  }

  links(): readonly { readonly from: Origin; readonly to: Cloud; readonly fault: LinkFault }[] {
    return this.#faults.links();
  }

  /** What is published, for the status. */
  gateways(): readonly (Pick<GatewaySpec, "name" | "cloud" | "listen"> & { readonly connections: number })[] {
    return [...this.#gateways.values()].map(({ spec, connections }) => ({
      name: spec.name,
      cloud: spec.cloud,
      listen: spec.listen,
      connections: connections.length,
    }));
  }

  async close(): Promise<void> {
    await Promise.all([...this.#gateways.keys()].map((name) => this.unpublish(name)));
  }

  /** Without faults a connection passes at once and nobody asks where it is from; else those of one turn are looked up together. */
  #arrive(gateway: Gateway, connection: Connection): void {
    if (!this.#faults.concerns(gateway.spec.cloud)) {
      connection.treat(untouched);
      return;
    }
    if (this.#arrivals.length === 0) {
      setImmediate(() => {
        const arrivals = this.#arrivals;
        this.#arrivals = [];
        this.#treat(arrivals);
      });
    }
    this.#arrivals.push({ gateway, connection });
  }

  #treatAll(): void {
    this.#treat(
      [...this.#gateways.values()].flatMap((gateway) =>
        gateway.connections.map((connection) => ({ gateway, connection })),
      ),
    );
  }

  #treat(connections: readonly { readonly gateway: Gateway; readonly connection: Connection }[]): void {
    const unknown = connections
      .filter(({ gateway, connection }) => this.#faults.concerns(gateway.spec.cloud) && !this.#origins.has(connection))
      .map(({ connection }) => connection);
    this.#finder.find(unknown.map((connection) => connection.ends)).forEach((origin, index) => {
      const connection = unknown[index];
      if (connection !== undefined) this.#origins.set(connection, origin);
    });
    for (const { gateway, connection } of connections) {
      const origin = this.#origins.get(connection);
      connection.treat(origin === undefined ? untouched : this.#faults.treatment(origin, gateway.spec.cloud));
    }
  }
}
