import type { Site } from "../../stacks/outputs.ts";
import type { Compute } from "../domain/compute.ts";

export interface WorkloadStatus {
  readonly name: string;
  readonly desired: number;
  readonly ready: number;
  readonly running: number;
}

/**
 * What runs the application at a site: deployments through the Kubernetes API (scale subresource), or the containers of a group.
 * Where `compute` is `elsewhere`, nobody here starts or stops anything: `start` and `stop` resolve with nothing done, and only the
 * database's fence holds.
 */
export interface Workloads {
  /** From the stack's saved outputs: asks no cloud. */
  compute(site: Site, signal: AbortSignal): Promise<Compute>;
  /**
   * To the replicas that the stack declares for an active site; resolves when all are ready. `only`: these services alone, which a
   * container group refuses.
   */
  start(site: Site, signal: AbortSignal, only?: readonly string[]): Promise<readonly WorkloadStatus[]>;
  /** To zero; resolves when no pod or container is left. `only` as for `start`. */
  stop(site: Site, signal: AbortSignal, only?: readonly string[]): Promise<readonly WorkloadStatus[]>;
  /** Empty at a site that is dark or runs elsewhere. */
  status(site: Site, signal: AbortSignal): Promise<readonly WorkloadStatus[]>;
}
