import type { PrimaryOutputs, Site, StandbyOutputs } from "../../stacks/outputs.ts";
import { type Compute, computeOf } from "../domain/compute.ts";
import { DriverError } from "../domain/errors.ts";
import type { WorkloadStatus, Workloads } from "../ports/workloads.ts";
import type { ArmClient } from "./azure/arm-client.ts";
import { ContainerGroupWorkloads } from "./container-group/workloads.ts";
import { KubernetesWorkloads } from "./kubernetes/workloads.ts";

export interface SiteWorkloadsOptions {
  readonly arm: ArmClient;
  readonly outputs: {
    primary(signal: AbortSignal): Promise<PrimaryOutputs>;
    standby(signal: AbortSignal): Promise<StandbyOutputs>;
  };
}

/** Each site's workloads by whatever runs them there, as the stacks' outputs say at the time of the call. */
export class SiteWorkloads implements Workloads {
  readonly #outputs: SiteWorkloadsOptions["outputs"];
  readonly #kubernetes: KubernetesWorkloads;
  readonly #containers: ContainerGroupWorkloads;

  constructor({ arm, outputs }: SiteWorkloadsOptions) {
    this.#outputs = outputs;
    const cluster = (site: Site) => async (signal: AbortSignal) => {
      const found = await outputs[site](signal);
      return found.cluster === undefined ? undefined : { kubeconfig: found.cluster.kubeconfig, ...found.workloads };
    };
    this.#kubernetes = new KubernetesWorkloads({
      targets: { primary: cluster("primary"), standby: cluster("standby") },
    });
    this.#containers = new ContainerGroupWorkloads({
      arm,
      target: async (signal) => {
        const { subscriptionId, containerGroup, workloads } = await outputs.standby(signal);
        if (containerGroup === undefined)
          throw new DriverError("refused", "the standby's outputs name no container group");
        return { subscriptionId, ...containerGroup, services: workloads.deployments.map(({ name }) => name) };
      },
    });
  }

  async compute(site: Site, signal: AbortSignal): Promise<Compute> {
    return computeOf(await this.#outputs[site](signal));
  }

  async start(site: Site, signal: AbortSignal, only?: readonly string[]): Promise<readonly WorkloadStatus[]> {
    const { kind } = await this.compute(site, signal);
    if (kind === "elsewhere") return [];
    if (kind !== "container-group") return this.#kubernetes.start(site, signal, only);
    requireWhole(only);
    return this.#containers.start(signal);
  }

  async stop(site: Site, signal: AbortSignal, only?: readonly string[]): Promise<readonly WorkloadStatus[]> {
    const { kind } = await this.compute(site, signal);
    if (kind === "elsewhere") return [];
    if (kind !== "container-group") return this.#kubernetes.stop(site, signal, only);
    requireWhole(only);
    return this.#containers.stop(signal);
  }

  async status(site: Site, signal: AbortSignal): Promise<readonly WorkloadStatus[]> {
    const { kind } = await this.compute(site, signal);
    if (kind === "elsewhere") return [];
    return kind === "container-group" ? this.#containers.status(signal) : this.#kubernetes.status(site, signal);
  }
}

function requireWhole(only: readonly string[] | undefined): void {
  if (only !== undefined)
    throw new DriverError("refused", `a container group starts and stops as a whole, not ${only.join(", ")} alone`);
}
