import { setTimeout as sleep } from "node:timers/promises";
import type { Cloud, SandboxContext } from "../contracts/contracts.ts";
import { nodeAddressAnnotation, poolLabel } from "./agent/agent-config.ts";
import type { KubeClient } from "./api/kube-client.ts";
import { KubeError } from "./api/kube-error.ts";
import {
  type EndpointSlice,
  endpointSliceSchema,
  keyOf,
  type Node,
  nodeSchema,
  type Service,
  serviceSchema,
} from "./api/objects.ts";
import { watchCollection } from "./api/watch-collection.ts";
import { EndpointTable } from "./endpoint-table.ts";
import { type LoadBalancerAddress, loadBalancerAddress } from "./load-balancer-address.ts";
import { servicePortsOf } from "./service-ports.ts";

interface Published {
  readonly gateways: readonly string[];
  /** What the gateways were made from; the same again needs no work. */
  readonly form: string;
  readonly balancer: LoadBalancerAddress | undefined;
}

const nothing: Published = { gateways: [], form: "", balancer: undefined };

/**
 * The cloud's load balancers, the cluster's own service addresses and node ports: one gateway a TCP port of every Service,
 * to the ready pods in turn. A connection is reset when no pod is ready.
 */
export class ServiceGateways {
  readonly #context: SandboxContext;
  readonly #cluster: { readonly cloud: Cloud; readonly name: string };
  readonly #client: KubeClient;
  readonly #endpoints = new EndpointTable();
  readonly #services = new Map<string, Service>();
  readonly #nodes = new Map<string, string>();
  readonly #published = new Map<string, Published>();
  readonly #work = new Map<string, Promise<void>>();
  readonly #stopping = new AbortController();
  readonly #log: (error: unknown) => void;

  constructor(context: SandboxContext, cluster: { readonly cloud: Cloud; readonly name: string }, client: KubeClient) {
    this.#context = context;
    this.#cluster = cluster;
    this.#client = client;
    const logger = context.logger(`${cluster.cloud}-${cluster.name}-load-balancers`);
    this.#log = (error) => logger.error(error instanceof Error ? error.message : String(error));
  }

  start(): void {
    const { signal } = this.#stopping;
    const error = this.#log;
    void watchCollection<EndpointSlice>(
      this.#client,
      { path: "/apis/discovery.k8s.io/v1/endpointslices", schema: endpointSliceSchema, key: keyOf },
      { put: (slice) => this.#endpoints.put(slice), remove: (slice) => this.#endpoints.remove(slice), error },
      signal,
    );
    void watchCollection<Node>(
      this.#client,
      { path: "/api/v1/nodes", query: { labelSelector: poolLabel }, schema: nodeSchema, key: keyOf },
      {
        put: (node) => this.#setNode(node.metadata.name, node.metadata.annotations?.[nodeAddressAnnotation]),
        remove: (node) => this.#setNode(node.metadata.name, undefined),
        error,
      },
      signal,
    );
    void watchCollection<Service>(
      this.#client,
      { path: "/api/v1/services", schema: serviceSchema, key: keyOf },
      {
        put: (service) => {
          this.#services.set(keyOf(service), service);
          this.#reconcile(keyOf(service));
        },
        remove: (service) => {
          this.#services.delete(keyOf(service));
          this.#reconcile(keyOf(service));
        },
        error,
      },
      signal,
    );
  }

  /** Takes the gateways away; with `release` also what the cloud keeps for them. */
  async stop(options: { readonly release: boolean }): Promise<void> {
    this.#stopping.abort();
    await Promise.allSettled(this.#work.values());
    for (const [key, published] of this.#published) {
      for (const name of published.gateways) await this.#context.network.unpublish(name);
      if (options.release) await this.#release(key, published);
    }
    this.#published.clear();
  }

  /** Nodes come and go with their pools; only node ports care. */
  #setNode(name: string, address: string | undefined): void {
    if (this.#nodes.get(name) === address) return;
    if (address === undefined) this.#nodes.delete(name);
    else this.#nodes.set(name, address);
    for (const [key, { spec }] of this.#services) if (spec.type === "NodePort") this.#reconcile(key);
  }

  /** One service at a time in the order of its changes; a failure is tried again until the service has its form. */
  #reconcile(key: string): void {
    const before = this.#work.get(key) ?? Promise.resolve();
    const work = before.then(async () => {
      for (let delayMs = 250; !this.#stopping.signal.aborted; delayMs = Math.min(delayMs * 2, 5000)) {
        try {
          await this.#apply(key);
          return;
        } catch (error) {
          this.#log(error);
          await sleep(delayMs, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
        }
      }
    });
    this.#work.set(key, work);
    void work.then(() => this.#work.get(key) === work && this.#work.delete(key));
  }

  async #apply(key: string): Promise<void> {
    const service = this.#services.get(key);
    const before = this.#published.get(key) ?? nothing;
    const balanced = service?.spec.type === "LoadBalancer";
    const balancer =
      service !== undefined && balanced ? await loadBalancerAddress(this.#context, this.#cluster, service) : undefined;
    const published = key === "default/kubernetes" ? [] : servicePortsOf(service, balancer?.address, this.#nodes);
    const form = JSON.stringify([published, balancer]);
    if (form !== before.form) {
      for (const name of before.gateways) await this.#context.network.unpublish(name);
      if (before.balancer !== undefined && before.balancer.address !== balancer?.address)
        await this.#release(key, before);
      const gateways: string[] = [];
      this.#published.set(key, { gateways, form: "", balancer });
      for (const { role, host, port, portName } of published) {
        const { cloud, name: cluster } = this.#cluster;
        // Dots, which are in none of the parts: two clusters of one cloud must not make the same name of different services.
        const name = [role, cloud, cluster, ...key.split("/"), port].join(".");
        await this.#context.network.publish({
          name,
          cloud,
          listen: { host, port },
          target: () => this.#endpoints.next(key, portName),
        });
        gateways.push(name);
      }
      if (balancer?.hostname !== undefined) {
        this.#context.dns.set(this.#dnsOwner(key), [
          { name: balancer.hostname, type: "A", ttl: 5, data: balancer.address },
        ]);
      }
      if (published.length === 0) this.#published.delete(key);
      else this.#published.set(key, { gateways, form, balancer });
    }
    if (service !== undefined && balancer !== undefined) await this.#report(service, balancer);
  }

  async #report(service: Service, balancer: LoadBalancerAddress): Promise<void> {
    const ingress = [balancer.ingress];
    const [shown] = service.status.loadBalancer.ingress ?? [];
    const wanted = { ip: undefined, hostname: undefined, ...balancer.ingress };
    if (shown?.ip === wanted.ip && shown?.hostname === wanted.hostname) return;
    const { name, namespace, uid } = service.metadata;
    try {
      await this.#client.request("PATCH", `/api/v1/namespaces/${namespace}/services/${name}/status`, {
        contentType: "application/merge-patch+json",
        body: { metadata: { uid }, status: { loadBalancer: { ingress } } },
        signal: this.#stopping.signal,
      });
    } catch (error) {
      // Gone or made anew meanwhile: the watch tells.
      if (!KubeError.is(error, 404) && !KubeError.is(error, 409)) throw error;
    }
  }

  async #release(key: string, published: Published): Promise<void> {
    this.#context.dns.remove(this.#dnsOwner(key));
    const { allocation } = published.balancer ?? {};
    if (allocation !== undefined) await this.#context.network.release(this.#cluster.cloud, allocation);
  }

  #dnsOwner(key: string): string {
    return `lb:${this.#cluster.cloud}/${this.#cluster.name}/${key}`;
  }
}
