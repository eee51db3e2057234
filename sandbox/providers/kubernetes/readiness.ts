import { type KubeObject, numberAt, textAt, valueAt } from "./kube-object.ts";
import { unmet, waitForOf } from "./wait-for.ts";

/** `waiting` goes on, `failed` never gets ready. */
export type Readiness = { readonly kind: "ready" } | { readonly kind: "waiting" | "failed"; readonly why: string };

const ready: Readiness = { kind: "ready" };
const waiting = (why: string): Readiness => ({ kind: "waiting", why });
const failed = (why: string): Readiness => ({ kind: "failed", why });

/** Whether an object has got where the real provider waits for it to get; kinds that it does not wait for are ready at once. */
export function readinessOf(object: KubeObject, endpointSlices: readonly KubeObject[] = []): Readiness {
  const wanted = waitForOf(object);
  if (wanted !== undefined) {
    const missing = unmet(object, wanted);
    return missing === undefined ? ready : waiting(`${missing} does not hold yet`);
  }
  const rule = rules[`${object.apiVersion}/${object.kind}`];
  return rule === undefined ? ready : rule(object, endpointSlices);
}

/** Waited for by its kind's rule, or because its annotation asks. */
export function isAwaited(object: KubeObject): boolean {
  return `${object.apiVersion}/${object.kind}` in rules || waitForOf(object) !== undefined;
}

const rules: Readonly<Record<string, (object: KubeObject, endpointSlices: readonly KubeObject[]) => Readiness>> = {
  "apps/v1/Deployment": deployment,
  "apps/v1/StatefulSet": (object) => replicated(object, "readyReplicas"),
  "apps/v1/DaemonSet": daemonSet,
  "v1/Pod": pod,
  "v1/Service": service,
  "v1/ResourceQuota": quota,
  "v1/Namespace": (object) =>
    textAt(object, "status", "phase") === "Active" ? ready : waiting("the namespace is not active"),
  "batch/v1/Job": job,
};

function deployment(object: KubeObject): Readiness {
  const progressing = condition(object, "Progressing");
  if (seen(object) && progressing?.reason === "ProgressDeadlineExceeded")
    return failed(`the roll-out does not progress: ${progressing.message}`);
  return replicated(object, "availableReplicas");
}

/** The controller has seen this generation, and every replica is of it and up; none of the old ones is left. */
function replicated(object: KubeObject, up: "availableReplicas" | "readyReplicas"): Readiness {
  if (!seen(object)) return waiting("the controller has not seen the change");
  const wanted = numberAt(object, "spec", "replicas") ?? 1;
  const counts = { replicas: 0, updatedReplicas: 0, [up]: 0 } as Record<string, number>;
  for (const key of Object.keys(counts)) counts[key] = numberAt(object, "status", key) ?? 0;
  if (Object.values(counts).every((count) => count === wanted)) return ready;
  return waiting(
    `of ${wanted} replicas, ${counts.updatedReplicas} are up to date and ${counts[up]} ${up === "availableReplicas" ? "available" : "ready"}; ${counts.replicas} exist`,
  );
}

function daemonSet(object: KubeObject): Readiness {
  if (!seen(object)) return waiting("the controller has not seen the change");
  const wanted = numberAt(object, "status", "desiredNumberScheduled") ?? 0;
  const updated = numberAt(object, "status", "updatedNumberScheduled") ?? 0;
  const up = numberAt(object, "status", "numberAvailable") ?? 0;
  return updated === wanted && up === wanted
    ? ready
    : waiting(`of ${wanted} pods, ${updated} are up to date and ${up} available`);
}

/** The controller counts by these limits now. */
function quota(object: KubeObject): Readiness {
  const wanted = Object.entries(valueAt(object, "spec", "hard") ?? {});
  const missing = wanted.find(([name, amount]) => valueAt(object, "status", "hard", name) !== amount);
  return missing === undefined ? ready : waiting(`the quota's ${missing[0]} is not in force yet`);
}

function pod(object: KubeObject): Readiness {
  const phase = textAt(object, "status", "phase");
  if (phase === "Succeeded") return ready;
  if (phase === "Failed")
    return failed(`the pod failed: ${textAt(object, "status", "message") ?? describePod(object)}`);
  return condition(object, "Ready")?.status === "True" ? ready : waiting(describePod(object));
}

function job(object: KubeObject): Readiness {
  const failure = condition(object, "Failed");
  if (failure?.status === "True") return failed(`the job failed: ${failure.message}`);
  return condition(object, "Complete")?.status === "True" ? ready : waiting("the job has not completed");
}

/** As the real provider: also an address for a load balancer, and pods behind every service that is not headless or an external name. */
function service(object: KubeObject, endpointSlices: readonly KubeObject[]): Readiness {
  const type = textAt(object, "spec", "type") ?? "ClusterIP";
  const ingress = valueAt(object, "status", "loadBalancer", "ingress");
  if (type === "LoadBalancer" && !(Array.isArray(ingress) && ingress.length > 0)) {
    return waiting("Service was not allocated an IP address; does your cloud provider support this?");
  }
  if (type === "ExternalName" || textAt(object, "spec", "clusterIP") === "None") return ready;
  const targets = endpointSlices.some((slice) => {
    const endpoints = valueAt(slice, "endpoints");
    return Array.isArray(endpoints) && endpoints.length > 0;
  });
  return targets
    ? ready
    : waiting(
        "Service does not target any Pods. Selected Pods may not be ready, or field '.spec.selector' may not match labels on any Pods",
      );
}

function seen(object: KubeObject): boolean {
  return (numberAt(object, "status", "observedGeneration") ?? 0) >= (object.metadata.generation ?? 0);
}

function condition(
  object: KubeObject,
  type: string,
): { status: string | undefined; reason: string | undefined; message: string } | undefined {
  const all = valueAt(object, "status", "conditions");
  const found: unknown = Array.isArray(all) ? all.find((one) => textAt(one, "type") === type) : undefined;
  return found === undefined
    ? undefined
    : { status: textAt(found, "status"), reason: textAt(found, "reason"), message: textAt(found, "message") ?? "" };
}

/** Why a pod is not up, in a line. */
export function describePod(object: KubeObject): string {
  const statuses = valueAt(object, "status", "containerStatuses");
  const reasons = (Array.isArray(statuses) ? statuses : []).flatMap((one: unknown) => {
    const reason = textAt(one, "state", "waiting", "reason") ?? textAt(one, "state", "terminated", "reason");
    const message = textAt(one, "state", "waiting", "message") ?? textAt(one, "state", "terminated", "message");
    return reason === undefined
      ? []
      : [`${textAt(one, "name")}: ${reason}${message === undefined ? "" : ` (${message})`}`];
  });
  const unscheduled = condition(object, "PodScheduled");
  if (unscheduled?.status === "False") reasons.push(`${unscheduled.reason}: ${unscheduled.message}`);
  return `pod ${object.metadata.name} is ${textAt(object, "status", "phase") ?? "unknown"}${reasons.length > 0 ? `, ${reasons.join("; ")}` : ""}`;
}
