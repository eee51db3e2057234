import type { KubeClient } from "../api/kube-client.ts";
import type { Pod } from "../api/objects.ts";

/** Writes a pod's Events, as a kubelet does: best effort, an event that cannot be written is only logged. */
export function recordPodEvent(
  client: KubeClient,
  pod: Pod,
  type: "Normal" | "Warning",
  reason: string,
  message: string,
): void {
  const { name, namespace = "default", uid, resourceVersion } = pod.metadata;
  const now = new Date().toISOString().replace(/\.\d+Z$/, "Z");
  const body = {
    metadata: { generateName: `${name}.`, namespace },
    involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace, uid, resourceVersion },
    type,
    reason,
    message: message.slice(0, 1000),
    source: { component: "kubelet", host: pod.spec.nodeName },
    reportingComponent: "kubelet",
    reportingInstance: pod.spec.nodeName,
    firstTimestamp: now,
    lastTimestamp: now,
    count: 1,
  };
  client.request("POST", `/api/v1/namespaces/${namespace}/events`, { body }).catch((error: unknown) => {
    console.error(
      `event ${reason} of ${namespace}/${name} not written: ${error instanceof Error ? error.message : String(error)}`,
    );
  });
}
