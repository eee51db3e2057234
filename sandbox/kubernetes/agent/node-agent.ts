import { KubeClient } from "../api/kube-client.ts";
import { keyOf, type Node, nodeSchema, type Pod, podSchema } from "../api/objects.ts";
import { watchCollection } from "../api/watch-collection.ts";
import { AddressPool } from "./address-pool.ts";
import { type AgentConfig, poolLabel } from "./agent-config.ts";
import { NodeKeeper } from "./node-keeper.ts";
import { PodWorker } from "./pod-worker.ts";

/**
 * All nodes of one cluster: keeps those with our label Ready and runs the pods that are bound to them. It is no network
 * plugin: NetworkPolicies are stored and listed as everywhere, and hold nobody back here.
 */
export class NodeAgent {
  readonly #config: AgentConfig;
  readonly #client: KubeClient;
  readonly #addresses: AddressPool;
  readonly #nodes = new Map<string, NodeKeeper>();
  /** By pod uid. */
  readonly #pods = new Map<string, PodWorker>();
  /** Bound to a node that is not known yet, or not any more. */
  readonly #waiting = new Map<string, Pod>();
  readonly #stopping = new AbortController();

  constructor(config: AgentConfig) {
    this.#config = config;
    this.#client = new KubeClient({
      server: config.server,
      tls: { ca: config.certificateAuthority },
      headers: () => ({ authorization: `Bearer ${config.token}` }),
    });
    this.#addresses = new AddressPool(config.network);
  }

  async run(): Promise<void> {
    const error = (failure: unknown) => console.error(failure instanceof Error ? failure.message : String(failure));
    const { signal } = this.#stopping;
    await Promise.all([
      watchCollection<Node>(
        this.#client,
        { path: "/api/v1/nodes", query: { labelSelector: poolLabel }, schema: nodeSchema, key: keyOf },
        { put: (node) => this.#putNode(node), remove: (node) => this.#removeNode(node.metadata.name), error },
        signal,
      ),
      watchCollection<Pod>(
        this.#client,
        {
          path: "/api/v1/pods",
          query: { fieldSelector: "spec.nodeName!=" },
          schema: podSchema,
          key: (pod) => pod.metadata.uid,
        },
        { put: (pod) => this.#putPod(pod), remove: (pod) => this.#removePod(pod), error },
        signal,
      ),
    ]);
  }

  /** Ends every pod's processes; the API keeps the pods, and the next agent starts them again. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const node of this.#nodes.values()) node.stop();
    await Promise.all([...this.#pods.values()].map((one) => one.end("leave", 5000)));
  }

  #putNode(node: Node): void {
    const known = this.#nodes.get(node.metadata.name);
    if (known !== undefined) {
      known.seen(node);
      return;
    }
    const keeper = new NodeKeeper(this.#client, node);
    this.#nodes.set(node.metadata.name, keeper);
    keeper.start();
    for (const pod of [...this.#waiting.values()]) if (pod.spec.nodeName === node.metadata.name) this.#putPod(pod);
  }

  #removeNode(name: string): void {
    this.#nodes.get(name)?.stop();
    this.#nodes.delete(name);
    for (const worker of this.#pods.values())
      if (worker.pod.spec.nodeName === name) void this.#finish(worker, "delete");
  }

  #putPod(pod: Pod): void {
    const { uid, deletionTimestamp } = pod.metadata;
    const running = this.#pods.get(uid);
    if (running !== undefined) {
      running.update(pod);
      if (deletionTimestamp !== undefined) void this.#finish(running, "delete");
      return;
    }
    const node = this.#nodes.get(pod.spec.nodeName ?? "");
    if (node === undefined) {
      this.#waiting.set(uid, pod);
      return;
    }
    this.#waiting.delete(uid);
    const over = pod.status.phase === "Succeeded" || pod.status.phase === "Failed";
    if (over && deletionTimestamp === undefined) return;
    const worker = new PodWorker({
      client: this.#client,
      config: this.#config,
      pod,
      podIP: this.#addresses.take(pod.status.podIP),
      hostIP: node.address,
    });
    this.#pods.set(uid, worker);
    if (deletionTimestamp === undefined) worker.start();
    else void this.#finish(worker, "delete");
  }

  #removePod(pod: Pod): void {
    this.#waiting.delete(pod.metadata.uid);
    const worker = this.#pods.get(pod.metadata.uid);
    if (worker !== undefined) void this.#finish(worker, "leave");
  }

  async #finish(worker: PodWorker, then: "delete" | "leave"): Promise<void> {
    await worker.end(then);
    const { uid } = worker.pod.metadata;
    if (this.#pods.get(uid) !== worker) return;
    this.#pods.delete(uid);
    this.#addresses.free(worker.podIP);
  }
}
