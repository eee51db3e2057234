import { z } from "zod";

/** What this room reads of Kubernetes objects; everything else passes through unread. */

const textMap = z.record(z.string(), z.string()).optional();

export const metadataSchema = z.looseObject({
  name: z.string(),
  namespace: z.string().optional(),
  uid: z.string(),
  resourceVersion: z.string(),
  labels: textMap,
  annotations: textMap,
  deletionTimestamp: z.string().optional(),
  deletionGracePeriodSeconds: z.number().optional(),
});

const keyRef = z.object({ name: z.string().default(""), key: z.string(), optional: z.boolean().optional() });
const envSchema = z.looseObject({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z
    .looseObject({
      secretKeyRef: keyRef.optional(),
      configMapKeyRef: keyRef.optional(),
      fieldRef: z.looseObject({ fieldPath: z.string() }).optional(),
      resourceFieldRef: z.unknown().optional(),
    })
    .optional(),
});
const bulkRef = z.object({ name: z.string().default(""), optional: z.boolean().optional() });
const envFromSchema = z.looseObject({
  prefix: z.string().optional(),
  secretRef: bulkRef.optional(),
  configMapRef: bulkRef.optional(),
});

const portRef = z.union([z.number(), z.string()]);
export const probeSchema = z.looseObject({
  httpGet: z
    .looseObject({
      path: z.string().default("/"),
      port: portRef,
      scheme: z.string().default("HTTP"),
      httpHeaders: z.array(z.object({ name: z.string(), value: z.string() })).optional(),
    })
    .optional(),
  tcpSocket: z.looseObject({ port: portRef }).optional(),
  initialDelaySeconds: z.number().default(0),
  periodSeconds: z.number().default(10),
  timeoutSeconds: z.number().default(1),
  successThreshold: z.number().default(1),
  failureThreshold: z.number().default(3),
});
export type Probe = z.infer<typeof probeSchema>;

export const containerSchema = z.looseObject({
  name: z.string(),
  image: z.string().default(""),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  env: z.array(envSchema).optional(),
  envFrom: z.array(envFromSchema).optional(),
  ports: z.array(z.looseObject({ name: z.string().optional(), containerPort: z.number() })).optional(),
  volumeMounts: z
    .array(z.looseObject({ name: z.string(), mountPath: z.string(), subPath: z.string().optional() }))
    .optional(),
  livenessProbe: probeSchema.optional(),
  readinessProbe: probeSchema.optional(),
  startupProbe: probeSchema.optional(),
});
export type Container = z.infer<typeof containerSchema>;

const items = z.array(z.object({ key: z.string(), path: z.string() })).optional();
const secretSource = z.looseObject({ secretName: z.string().optional(), items, optional: z.boolean().optional() });
const configMapSource = z.looseObject({ name: z.string().optional(), items, optional: z.boolean().optional() });
export const volumeSchema = z.looseObject({
  name: z.string(),
  secret: secretSource.optional(),
  configMap: configMapSource.optional(),
  emptyDir: z.unknown().optional(),
  projected: z
    .looseObject({
      sources: z
        .array(
          z.looseObject({
            secret: z.looseObject({ name: z.string().optional(), items, optional: z.boolean().optional() }).optional(),
            configMap: configMapSource.optional(),
          }),
        )
        .nullish(),
    })
    .optional(),
});
export type Volume = z.infer<typeof volumeSchema>;

const terminatedSchema = z.looseObject({
  exitCode: z.number(),
  reason: z.string().optional(),
  message: z.string().optional(),
  startedAt: z.string().nullish(),
  finishedAt: z.string().nullish(),
});
const stateSchema = z.looseObject({
  waiting: z.looseObject({ reason: z.string().optional(), message: z.string().optional() }).optional(),
  running: z.looseObject({ startedAt: z.string().nullish() }).optional(),
  terminated: terminatedSchema.optional(),
});
export const containerStatusSchema = z.looseObject({
  name: z.string(),
  restartCount: z.number().default(0),
  ready: z.boolean().default(false),
  state: stateSchema.optional(),
  lastState: stateSchema.optional(),
});
export type ContainerStatus = z.infer<typeof containerStatusSchema>;

export const conditionSchema = z.looseObject({
  type: z.string(),
  status: z.string(),
  reason: z.string().optional(),
  message: z.string().optional(),
  lastTransitionTime: z.string().nullish(),
});
export type Condition = z.infer<typeof conditionSchema>;

export const podSchema = z.looseObject({
  metadata: metadataSchema,
  spec: z.looseObject({
    nodeName: z.string().optional(),
    containers: z.array(containerSchema),
    initContainers: z.array(containerSchema).optional(),
    volumes: z.array(volumeSchema).optional(),
    restartPolicy: z.enum(["Always", "OnFailure", "Never"]).default("Always"),
    terminationGracePeriodSeconds: z.number().default(30),
    serviceAccountName: z.string().default("default"),
    enableServiceLinks: z.boolean().default(true),
  }),
  status: z
    .looseObject({
      phase: z.string().optional(),
      podIP: z.string().optional(),
      startTime: z.string().nullish(),
      conditions: z.array(conditionSchema).optional(),
      containerStatuses: z.array(containerStatusSchema).optional(),
      initContainerStatuses: z.array(containerStatusSchema).optional(),
    })
    .default({}),
});
export type Pod = z.infer<typeof podSchema>;

export const nodeSchema = z.looseObject({
  metadata: metadataSchema,
  status: z.looseObject({ conditions: z.array(conditionSchema).optional() }).default({}),
});
export type Node = z.infer<typeof nodeSchema>;

const servicePortSchema = z.looseObject({
  name: z.string().default(""),
  port: z.number(),
  nodePort: z.number().optional(),
  protocol: z.string().default("TCP"),
});
export const serviceSchema = z.looseObject({
  metadata: metadataSchema,
  spec: z.looseObject({
    type: z.string().default("ClusterIP"),
    clusterIP: z.string().optional(),
    ports: z.array(servicePortSchema).default([]),
  }),
  status: z
    .looseObject({
      loadBalancer: z
        .looseObject({
          ingress: z.array(z.looseObject({ ip: z.string().optional(), hostname: z.string().optional() })).optional(),
        })
        .default({}),
    })
    .default({ loadBalancer: {} }),
});
export type Service = z.infer<typeof serviceSchema>;

export const endpointSliceSchema = z.looseObject({
  metadata: metadataSchema,
  endpoints: z
    .array(
      z.looseObject({
        addresses: z.array(z.string()),
        conditions: z.looseObject({ ready: z.boolean().nullish() }).optional(),
      }),
    )
    .nullish(),
  ports: z
    .array(z.looseObject({ name: z.string().nullish(), port: z.number().nullish(), protocol: z.string().nullish() }))
    .nullish(),
});
export type EndpointSlice = z.infer<typeof endpointSliceSchema>;

/** Secret and ConfigMap: the values that pods read. */
export const keyValuesSchema = z.looseObject({
  data: z.record(z.string(), z.string()).nullish(),
  binaryData: z.record(z.string(), z.string()).nullish(),
});

/** `namespace/name`, or the name alone. */
export function keyOf(object: {
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
}): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}
