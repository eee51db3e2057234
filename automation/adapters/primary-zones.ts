import type { PrimaryOutputs } from "../../stacks/outputs.ts";
import { DriverError } from "../domain/errors.ts";
import type { ZoneNode } from "../domain/zone-health.ts";
import type { Eviction, ZonedDatabase, Zones } from "../ports/zones.ts";
import { failOverRds, rdsInstance } from "./aws/rds-zones.ts";
import { KubeClient } from "./kubernetes/kube-client.ts";
import { cordonNodes, evictPods, uncordonNodes, zoneNodes } from "./kubernetes/zones.ts";

/** The primary's zones by its own cluster and RDS, as its stack's outputs say at the time of the call. */
export class PrimaryZones implements Zones {
  readonly #outputs: () => Promise<PrimaryOutputs>;

  constructor(outputs: () => Promise<PrimaryOutputs>) {
    this.#outputs = outputs;
  }

  async nodes(signal: AbortSignal): Promise<readonly ZoneNode[]> {
    const { cluster } = await this.#outputs();
    return cluster === undefined ? [] : await zoneNodes(new KubeClient(cluster.kubeconfig), signal);
  }

  async database(signal: AbortSignal): Promise<ZonedDatabase | undefined> {
    const { provider, region, database } = await this.#outputs();
    return provider === "aws" ? await rdsInstance(region, database.host, signal) : undefined;
  }

  async cordon(zone: string, operationId: string, signal: AbortSignal): Promise<readonly string[]> {
    return await cordonNodes((await this.#cluster()).client, zone, operationId, signal);
  }

  async uncordon(zone: string, except: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
    return await uncordonNodes((await this.#cluster()).client, zone, except, signal);
  }

  async evict(zone: string, signal: AbortSignal): Promise<readonly Eviction[]> {
    const { client, namespace } = await this.#cluster();
    return await evictPods(client, { zone, namespace }, signal);
  }

  async failOverDatabase(instance: string, signal: AbortSignal): Promise<void> {
    const { region } = await this.#outputs();
    await failOverRds(region, instance, signal);
  }

  async #cluster() {
    const { cluster, workloads } = await this.#outputs();
    if (cluster === undefined)
      throw new DriverError("refused", "the primary has no cluster of ours: it has no nodes to close");
    return { client: new KubeClient(cluster.kubeconfig), namespace: workloads.namespace };
  }
}
