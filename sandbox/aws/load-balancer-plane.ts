import type { Dns, HostPort, KubernetesService, Logger, Network } from "../contracts/contracts.ts";
import type { ApiAnswer } from "./api-answer.ts";
import type { ApiCall } from "./api-call.ts";
import type { DataPlane } from "./data-plane.ts";
import { type LoadBalancer, type RegionBalancing, readBalancing, readScalingTargets } from "./load-balancers.ts";
import { nodeAddresses } from "./node-ports.ts";

export interface LoadBalancerSurroundings {
  readonly kubernetes: KubernetesService;
  readonly network: Network;
  readonly dns: Dns;
  /** Inside address of moto. */
  readonly moto: HostPort;
  readonly logger: Logger;
}

interface Published {
  readonly region: string;
  readonly gateways: readonly string[];
  /** What it was made from; the same again needs no work. */
  readonly form: string;
}

/** How often nodes are looked up, which come and go without a word. */
const pollMs = 3000;

/**
 * Addresses and names of load balancers. HTTP and TCP listeners that forward pass connections on to the node ports of the
 * EKS nodes whose scaling groups are attached; HTTPS, redirects and fixed answers have no data path and reset connections.
 */
export class LoadBalancerPlane implements DataPlane {
  readonly service = "elasticloadbalancing";
  readonly #around: LoadBalancerSurroundings;
  readonly #published = new Map<string, Published>();
  readonly #changed = new Set<string>();
  readonly #regions = new Map<string, RegionBalancing>();
  /** Addresses of each target group. */
  #targets: ReadonlyMap<string, readonly HostPort[]> = new Map();
  #turn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(around: LoadBalancerSurroundings) {
    this.#around = around;
  }

  /** Names and addresses stay while a replay tells of them again. */
  reset(): void {
    for (const { region } of this.#published.values()) this.#changed.add(region);
  }

  note(call: ApiCall): void {
    this.#changed.add(call.region);
  }

  /** Resolves when DNS answers accordingly. */
  async settle(): Promise<void> {
    for (const region of this.#changed) {
      try {
        await this.#refresh(region);
        this.#changed.delete(region);
      } catch (error) {
        this.#report(`load balancers of ${region}`, error);
      }
    }
  }

  rewrite(_call: ApiCall, answer: ApiAnswer): ApiAnswer {
    return answer;
  }

  async stop(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [arn, { gateways }] of this.#published) {
      for (const name of gateways) await this.#around.network.unpublish(name);
      this.#around.dns.remove(ownerOf(arn));
    }
    this.#published.clear();
  }

  async #refresh(region: string): Promise<void> {
    const found = await readBalancing(this.#around.moto, region);
    this.#regions.set(region, found);
    const present = new Set(found.balancers.map(({ arn }) => arn));
    for (const [arn, published] of this.#published) {
      if (published.region !== region || present.has(arn)) continue;
      await this.#withdraw(arn, published);
      await this.#around.network.release("aws", ownerOf(arn));
      this.#around.dns.remove(ownerOf(arn));
      this.#published.delete(arn);
    }
    for (const balancer of found.balancers) await this.#publish(region, balancer);
    if (this.#published.size > 0 && this.#timer === undefined) this.#poll();
  }

  async #publish(region: string, balancer: LoadBalancer): Promise<void> {
    const before = this.#published.get(balancer.arn);
    const form = JSON.stringify(balancer);
    if (before?.form === form) return;
    if (before !== undefined) await this.#withdraw(balancer.arn, before);
    const { network, dns } = this.#around;
    const host = await network.allocate("aws", ownerOf(balancer.arn));
    const gateways: string[] = [];
    this.#published.set(balancer.arn, { region, gateways, form: "" });
    for (const { port, targetGroups } of balancer.ports) {
      const name = `${gatewayOf(balancer.arn)}.${port}`;
      await network.publish({ name, cloud: "aws", listen: { host, port }, target: () => this.#next(targetGroups) });
      gateways.push(name);
    }
    dns.set(ownerOf(balancer.arn), [{ name: balancer.dnsName.toLowerCase(), type: "A", ttl: 5, data: host }]);
    this.#published.set(balancer.arn, { region, gateways, form });
  }

  async #withdraw(arn: string, { region, gateways }: Published): Promise<void> {
    this.#published.set(arn, { region, gateways: [], form: "" });
    for (const name of gateways) await this.#around.network.unpublish(name);
  }

  #next(targetGroups: readonly string[]): HostPort | undefined {
    const targets = targetGroups.flatMap((arn) => this.#targets.get(arn) ?? []);
    this.#turn += 1;
    return targets[this.#turn % Math.max(1, targets.length)];
  }

  /** Goes on as long as there are load balancers. What cannot be asked just now stays as it was. */
  #poll(): void {
    this.#timer = setTimeout(async () => {
      await this.#findTargets().catch(() => undefined);
      if (this.#timer === undefined) return;
      this.#timer = undefined;
      if (this.#published.size > 0) this.#poll();
    }, pollMs).unref();
  }

  async #findTargets(): Promise<void> {
    const targets = new Map<string, HostPort[]>();
    for (const [region, { targetPorts }] of this.#regions) {
      for (const target of await readScalingTargets(this.#around.moto, region)) {
        const port = targetPorts.get(target.targetGroup);
        if (port === undefined) continue;
        const hosts = await nodeAddresses(this.#around, target.cluster, target.nodeGroup);
        targets.set(target.targetGroup, [
          ...(targets.get(target.targetGroup) ?? []),
          ...hosts.map((host) => ({ host, port })),
        ]);
      }
    }
    this.#targets = targets;
  }

  #report(what: string, error: unknown): void {
    this.#around.logger.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function ownerOf(arn: string): string {
  return `elb:${arn}`;
}

/** `…:eu-central-1:…:loadbalancer/app/shop/0123` to `elb.eu-central-1.app.shop.0123`. */
function gatewayOf(arn: string): string {
  const [, , , region = "", , path = ""] = arn.split(":");
  return ["elb", region, ...path.split("/").slice(1)].join(".");
}
