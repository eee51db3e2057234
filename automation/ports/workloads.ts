import type { Site } from "../../stacks/outputs.ts";

export interface WorkloadStatus {
  readonly name: string;
  readonly desired: number;
  readonly ready: number;
  readonly running: number;
}

/** Deployments of the application at a site, through the Kubernetes API (scale subresource). Waits use watches. */
export interface Workloads {
  /** To the replicas that the stack declares for an active site; resolves when all are ready. */
  start(site: Site, signal: AbortSignal): Promise<readonly WorkloadStatus[]>;
  /** To zero; resolves when no pod is left. */
  stop(site: Site, signal: AbortSignal): Promise<readonly WorkloadStatus[]>;
  status(site: Site, signal: AbortSignal): Promise<readonly WorkloadStatus[]>;
}
