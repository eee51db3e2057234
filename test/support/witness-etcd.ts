import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { EtcdClient, type EtcdClientOptions } from "../../automation/adapters/witness/etcd-client.ts";
import { cacheRoot } from "../../sandbox/toolchain/cache.ts";
import { kubernetesPart } from "../../sandbox/toolchain/parts/kubernetes.ts";
import { TestServer } from "./witness-server.ts";
import { soon } from "./witness-suite.ts";

/** The sandbox's Kubernetes holds etcd; undefined where it was not built yet. */
export const etcdBinary = await kubernetesPart({
  cacheRoot: cacheRoot(process.env),
  definitions: resolve(import.meta.dirname, "../../sandbox/toolchain"),
  environment: process.env,
}).locate();

const statusSchema = z.object({ header: z.object({ member_id: z.string() }), leader: z.string().optional() });

/** Three real members of etcd, each at an address of its own. */
export class EtcdCluster {
  readonly endpoints: readonly string[];
  readonly members: readonly TestServer[];
  readonly #directory: string;

  private constructor(directory: string, network: string) {
    const hosts = [1, 2, 3].map((number) => `${network}.${number}`);
    this.#directory = directory;
    this.endpoints = hosts.map((host) => `http://${host}:2379`);
    const cluster = hosts.map((host, index) => `m${index}=http://${host}:2380`).join(",");
    this.members = hosts.map(
      (host, index) =>
        new TestServer({
          command: etcdBinary ?? "",
          args: [
            "etcd",
            `--name=m${index}`,
            `--data-dir=${join(directory, "data", `m${index}`)}`,
            `--listen-client-urls=http://${host}:2379`,
            `--advertise-client-urls=http://${host}:2379`,
            `--listen-peer-urls=http://${host}:2380`,
            `--initial-advertise-peer-urls=http://${host}:2380`,
            `--initial-cluster=${cluster}`,
            "--initial-cluster-state=new",
            // Elections as fast as loopback allows; the shortest lease is one and a half of them.
            "--heartbeat-interval=50",
            "--election-timeout=500",
            "--unsafe-no-fsync",
            "--log-level=error",
          ],
          host,
          port: 2379,
        }),
    );
  }

  /** `network`: the first three numbers of the members' addresses. */
  static async create(network: string): Promise<EtcdCluster> {
    const cluster = new EtcdCluster(await mkdtemp(join(tmpdir(), "pilotlight-etcd-")), network);
    await cluster.start();
    return cluster;
  }

  client(options: Partial<EtcdClientOptions> = {}): EtcdClient {
    return new EtcdClient({ endpoints: this.endpoints, ...options });
  }

  /** Index of the member that leads. */
  async leader(): Promise<number> {
    for (;;) {
      for (const [index, endpoint] of this.endpoints.entries()) {
        const client = new EtcdClient({ endpoints: [endpoint] });
        const status = await client.call("/v3/maintenance/status", {}, statusSchema, soon()).catch(() => undefined);
        if (status?.leader !== undefined && status.leader === status.header.member_id) return index;
      }
    }
  }

  async start(): Promise<void> {
    await Promise.all(this.members.map((member) => member.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map((member) => member.stop()));
  }

  freeze(): void {
    for (const member of this.members) member.freeze();
  }

  thaw(): void {
    for (const member of this.members) member.thaw();
  }

  /** As a backup of all disks does. While stopped. */
  async save(): Promise<void> {
    await cp(join(this.#directory, "data"), join(this.#directory, "saved"), { recursive: true });
  }

  async putBack(): Promise<void> {
    await rm(join(this.#directory, "data"), { recursive: true });
    await cp(join(this.#directory, "saved"), join(this.#directory, "data"), { recursive: true });
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.#directory, { recursive: true, force: true });
  }
}
