import { z } from "zod";

/** What this adapter reads of deployments and pods; the rest of them is not its business. */
export const kubeObjectSchema = z.object({
  metadata: z.object({ name: z.string(), generation: z.number().default(0) }),
  spec: z.object({ replicas: z.number().optional() }).optional(),
  status: z
    .object({
      observedGeneration: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      phase: z.string().optional(),
    })
    .optional(),
});
export type KubeObject = z.infer<typeof kubeObjectSchema>;

export const kubeListSchema = z.object({
  metadata: z.object({ resourceVersion: z.string() }),
  items: z.array(kubeObjectSchema),
});

export const scaleSchema = z.object({
  spec: z.object({ replicas: z.number().default(0) }).default({ replicas: 0 }),
  status: z.object({ replicas: z.number().default(0), selector: z.string().default("") }),
});

/** So many replicas of the newest generation serve. There may be more: an autoscaler gives what the load asks for. */
export function isAvailable(deployment: KubeObject, replicas: number): boolean {
  const { status } = deployment;
  return (
    status !== undefined &&
    (deployment.spec?.replicas ?? 0) >= replicas &&
    status.observedGeneration >= deployment.metadata.generation &&
    status.updatedReplicas >= replicas &&
    status.availableReplicas >= replicas
  );
}

/** The controller has seen the order and keeps no replica. */
export function isScaledDown(deployment: KubeObject): boolean {
  const { status } = deployment;
  const replicas = status?.replicas ?? 0;
  return (status?.observedGeneration ?? 0) >= deployment.metadata.generation && replicas === 0;
}

/** A pod that may still do something; one that has ended stays listed and does not count. */
export function mayRun(pod: KubeObject): boolean {
  return pod.status?.phase !== "Succeeded" && pod.status?.phase !== "Failed";
}
