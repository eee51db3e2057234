import type { WorkloadService } from "./workload-service.ts";

/**
 * What a Deployment declares as `replicas`. The number has three masters: this program, the driver (scale subresource, in
 * a failover) and, where `maxReplicas` is set, a HorizontalPodAutoscaler.
 *
 * - Inactive: 0, said here. An autoscaler leaves a target at 0 alone (ScalingDisabled), and writes with the resource version that
 *   it read, so it can never undo the driver's scaling to zero.
 * - Active without autoscaler: `replicas`, said here.
 * - Active with autoscaler: nothing. Whoever scaled the Deployment up from 0 (the driver) owns the field, and server-side
 *   apply without it keeps the live number. Saying `replicas` here would shrink the service at each update and show as
 *   drift at each refresh. Where nobody else owns it (an update by hand), the API server puts its default of 1 and the
 *   autoscaler lifts it to its minimum, which needs no metrics, within 15 s.
 *
 * So neither a flip of the switches nor a preview after it touches an autoscaler, and turning `maxReplicas` on at an active
 * site passes once through 1 replica: turn it on while the site is inactive, or accept those 15 s.
 */
export function declaredReplicas(service: WorkloadService, active: boolean): { readonly replicas?: number } {
  if (!active) return { replicas: 0 };
  return isAutoscaled(service) ? {} : { replicas: service.replicas };
}

export function isAutoscaled({ replicas, maxReplicas = replicas }: WorkloadService): boolean {
  return maxReplicas > replicas;
}

/** An autoscaling/v2 spec: between `replicas` and `maxReplicas` by CPU; up at once, down slowly. */
export function autoscalerSpec({ name, replicas, maxReplicas = replicas }: WorkloadService) {
  return {
    scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name },
    minReplicas: replicas,
    maxReplicas,
    metrics: [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 70 } } }],
    behavior: { scaleDown: { stabilizationWindowSeconds: 300 } },
  };
}

/** A policy/v1 budget: one pod at a time. A pod that is broken anyway never holds up a node's drain. */
export function disruptionBudgetSpec(labels: Readonly<Record<string, string>>) {
  return { maxUnavailable: 1, unhealthyPodEvictionPolicy: "AlwaysAllow", selector: { matchLabels: labels } };
}

/** Over zones, then over nodes; a cluster with one of each still runs everything. */
export function topologySpread(labels: Readonly<Record<string, string>>) {
  return ["topology.kubernetes.io/zone", "kubernetes.io/hostname"].map((topologyKey) => ({
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: "ScheduleAnyway",
    labelSelector: { matchLabels: labels },
  }));
}
