import { Gateway } from "../../../sandbox/network/gateway.ts";
import { EtcdCluster as Etcd, type EtcdCluster } from "../../support/witness-etcd.ts";

/** A witness at a third site (etcd, three members) and the driver's way to it, which can be cut as a network does: silence. */
export class WitnessLink {
  readonly cluster: EtcdCluster;
  readonly #gateways: readonly Gateway[];
  #held = false;

  private constructor(cluster: EtcdCluster, network: string) {
    this.cluster = cluster;
    this.#gateways = cluster.endpoints.map((endpoint, index) => {
      const { hostname: host, port } = new URL(endpoint);
      return new Gateway(
        {
          name: `witness-${index}`,
          cloud: "control",
          listen: { host: `${network}.${index + 1}`, port: Number(port) },
          target: () => ({ host, port: Number(port) }),
        },
        (connection) => connection.treat({ held: this.#held, delayMs: 0 }),
      );
    });
  }

  /** `members`, `gateways`: the first three numbers of the addresses of the members, and of those that the driver receives. */
  static async open(members: string, gateways: string): Promise<WitnessLink> {
    const link = new WitnessLink(await Etcd.create(members), gateways);
    await Promise.all(link.#gateways.map((gateway) => gateway.listen()));
    return link;
  }

  /** For PILOTLIGHT_ETCD_ENDPOINTS. */
  get endpoints(): string {
    return this.#gateways.map(({ spec: { listen } }) => `http://${listen.host}:${listen.port}`).join(",");
  }

  cut(): void {
    this.#treat(true);
  }

  heal(): void {
    this.#treat(false);
  }

  async close(): Promise<void> {
    await Promise.all(this.#gateways.map((gateway) => gateway.close()));
    await this.cluster.close();
  }

  #treat(held: boolean): void {
    this.#held = held;
    for (const gateway of this.#gateways)
      for (const connection of gateway.connections) connection.treat({ held, delayMs: 0 });
  }
}
