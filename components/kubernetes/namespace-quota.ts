import {
  type ContainerResources,
  cpuMillis,
  DEFAULT_RESOURCES,
  formatCpu,
  formatMemory,
  memoryMebibytes,
} from "./container-resources.ts";
import type { WorkloadService } from "./workload-service.ts";

/** Hard limits of a namespace by resource name as Kubernetes knows them, e.g. `{ pods: "20", "limits.cpu": "4" }`. */
export type NamespaceQuota = Readonly<Record<string, string>>;

/**
 * Room for every service at its most, twice: a roll-out runs old and new pods side by side, and a quota that stops a
 * roll-out (or a failover) half way is worse than none. Depends on what is declared, never on what runs now, so a
 * switch does not change it.
 */
export function quotaFor(
  services: readonly WorkloadService[],
  /** Further pods of the namespace that are no services: how many, and what each takes. */
  others: readonly { readonly pods: number; readonly resources: ContainerResources }[] = [],
): NamespaceQuota {
  const ofServices = services.map(({ replicas, maxReplicas = replicas, resources = DEFAULT_RESOURCES }) => ({
    pods: 2 * maxReplicas,
    resources,
  }));
  const most = [...ofServices, ...others.map(({ pods, resources }) => ({ pods: 2 * pods, resources }))];
  const sum = (amount: (one: (typeof most)[number]) => number) =>
    most.reduce((total, one) => total + one.pods * amount(one), 0);
  return {
    pods: String(sum(() => 1)),
    "requests.cpu": formatCpu(sum(({ resources }) => cpuMillis(resources.requests.cpu))),
    "requests.memory": formatMemory(sum(({ resources }) => memoryMebibytes(resources.requests.memory))),
    "limits.cpu": formatCpu(sum(({ resources }) => cpuMillis(resources.limits.cpu))),
    "limits.memory": formatMemory(sum(({ resources }) => memoryMebibytes(resources.limits.memory))),
    // A renamed service is there under both names for a moment.
    "services.loadbalancers": String(2 * services.length),
  };
}
