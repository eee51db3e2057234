import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { ZoneNode } from "../../domain/zone-health.ts";
import type { Eviction } from "../../ports/zones.ts";
import type { KubeClient } from "./kube-client.ts";

const zoneLabel = "topology.kubernetes.io/zone";
/** Says which operation closed a node, so that only what a zonal recovery closed is opened again. */
const heldAnnotation = "pilotlight.dev/cordoned-by";
const nodesPath = "/api/v1/nodes";
const mergePatch = "application/merge-patch+json";

const nodeListSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        labels: z.record(z.string(), z.string()).default({}),
        annotations: z.record(z.string(), z.string()).default({}),
      }),
      spec: z.object({ unschedulable: z.boolean().default(false) }).default({ unschedulable: false }),
      status: z
        .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]) })
        .default({ conditions: [] }),
    }),
  ),
});

const podListSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({
        name: z.string(),
        deletionTimestamp: z.string().optional(),
        ownerReferences: z.array(z.object({ kind: z.string() })).default([]),
      }),
      spec: z.object({ nodeName: z.string().optional() }),
      status: z.object({ phase: z.string().optional() }).default({}),
    }),
  ),
});
type Pod = z.infer<typeof podListSchema>["items"][number];

/** Nodes by the zone that their label tells. Errors: those of the client. */
export async function zoneNodes(client: KubeClient, signal: AbortSignal): Promise<readonly ZoneNode[]> {
  const { items } = nodeListSchema.parse(await client.json("GET", nodesPath, {}, signal));
  return items.flatMap(({ metadata: { name, labels, annotations }, spec, status }) => {
    const zone = labels[zoneLabel];
    if (zone === undefined) return [];
    const ready = status.conditions.some((each) => each.type === "Ready" && each.status === "True");
    return [{ name, zone, ready, schedulable: !spec.unschedulable, heldBy: annotations[heldAnnotation] }];
  });
}

/** `Zones.cordon` */
export async function cordonNodes(
  client: KubeClient,
  zone: string,
  operationId: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const mine = (await zoneNodes(client, signal)).filter((node) => node.zone === zone);
  const open = mine.filter(({ schedulable, heldBy }) => schedulable && heldBy === undefined);
  const annotations = { [heldAnnotation]: operationId };
  await patchNodes(client, open, { metadata: { annotations }, spec: { unschedulable: true } }, signal);
  return mine.filter((node) => node.heldBy !== undefined || open.includes(node)).map(({ name }) => name);
}

/** `Zones.uncordon` */
export async function uncordonNodes(
  client: KubeClient,
  zone: string,
  except: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const held = (await zoneNodes(client, signal)).filter(
    (node) => node.zone === zone && node.heldBy !== undefined && !except.includes(node.name),
  );
  const annotations = { [heldAnnotation]: null };
  await patchNodes(client, held, { metadata: { annotations }, spec: { unschedulable: null } }, signal);
  return held.map(({ name }) => name);
}

/** `Zones.evict`, of the pods of one namespace. A DaemonSet's pods would come back, and what has ended is nowhere. */
export async function evictPods(
  client: KubeClient,
  { zone, namespace }: { readonly zone: string; readonly namespace: string },
  signal: AbortSignal,
): Promise<readonly Eviction[]> {
  const nodes = new Set((await zoneNodes(client, signal)).filter((node) => node.zone === zone).map(({ name }) => name));
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods`;
  const { items } = podListSchema.parse(await client.json("GET", path, {}, signal));
  const there = items.filter((pod) => mayMove(pod) && nodes.has(pod.spec.nodeName ?? ""));
  return Promise.all(
    there.map(async ({ metadata: { name }, spec }) => {
      const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace } };
      const kept = await client.json("POST", `${path}/${encodeURIComponent(name)}/eviction`, { body }, signal).then(
        () => undefined,
        (error: unknown) => whyKept(error),
      );
      return { pod: name, node: spec.nodeName ?? "", kept };
    }),
  );
}

/** One that is on its way out counts as moved: on a dead node it stays listed until that node is gone for good. */
function mayMove({ metadata: { deletionTimestamp, ownerReferences }, status: { phase } }: Pod): boolean {
  const ended = phase === "Succeeded" || phase === "Failed";
  const bound = ownerReferences.some(({ kind }) => kind === "DaemonSet" || kind === "Node");
  return deletionTimestamp === undefined && !ended && !bound;
}

/** 429 is the API server's word for a budget that has none to spare. */
function whyKept(error: unknown): string | undefined {
  if (!(error instanceof DriverError)) throw error;
  if (error.code === "not-found") return undefined;
  if (error.code !== "throttled") throw error;
  return error.message;
}

async function patchNodes(
  client: KubeClient,
  nodes: readonly ZoneNode[],
  body: object,
  signal: AbortSignal,
): Promise<void> {
  await Promise.all(
    nodes.map(({ name }) =>
      client
        .json("PATCH", `${nodesPath}/${encodeURIComponent(name)}`, { body, contentType: mergePatch }, signal)
        .catch((error: unknown) => {
          // The node group took it away meanwhile.
          if (!(error instanceof DriverError) || error.code !== "not-found") throw error;
        }),
    ),
  );
}
