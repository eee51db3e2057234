import { z } from "zod";
import type { ClusterNetwork } from "./addresses.ts";
import { nodeAddress } from "./addresses.ts";
import { nodeAddressAnnotation, poolLabel } from "./agent/agent-config.ts";
import type { KubeClient } from "./api/kube-client.ts";
import { KubeError } from "./api/kube-error.ts";
import { keyOf, type Node, nodeSchema, type Pod, podSchema } from "./api/objects.ts";
import { watchCollection } from "./api/watch-collection.ts";

const nodesPath = "/api/v1/nodes";

/** Makes the pool `count` nodes, the newest going first. Resolves when its nodes are Ready and the pods of removed ones are gone. */
export async function resizeNodePool(
  client: KubeClient,
  network: ClusterNetwork,
  pool: string,
  count: number,
  signal: AbortSignal,
): Promise<void> {
  if (!Number.isInteger(count) || count < 0 || count > 100)
    throw new Error(`node pool ${pool}: count is ${count}, it must be 0 to 100`);
  const all = z
    .object({ items: z.array(nodeSchema) })
    .parse(await client.get(nodesPath, { query: { labelSelector: poolLabel }, signal })).items;
  const wanted = new Set(Array.from({ length: count }, (_, i) => `${pool}-${i}`));
  const surplus = all
    .filter(({ metadata }) => metadata.labels?.[poolLabel] === pool && !wanted.has(metadata.name))
    .map(keyOf);
  const existing = new Set(all.map(keyOf));
  const taken = new Set(all.map(({ metadata }) => metadata.annotations?.[nodeAddressAnnotation]));
  for (const name of wanted) {
    if (existing.has(name)) continue;
    const address = Array.from({ length: 254 }, (_, i) => nodeAddress(network, i + 1)).find((one) => !taken.has(one));
    if (address === undefined) throw new Error(`node pool ${pool}: the cluster has 254 nodes already`);
    taken.add(address);
    await client.request("POST", nodesPath, { body: nodeBody(name, pool, address), signal }).catch(unless(409));
  }
  for (const name of surplus) await client.request("DELETE", `${nodesPath}/${name}`, { signal }).catch(unless(404));
  await Promise.all([untilReady(client, wanted, signal), untilEmpty(client, new Set(surplus), signal)]);
}

function nodeBody(name: string, pool: string, address: string): unknown {
  const labels = {
    [poolLabel]: pool,
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "eks.amazonaws.com/nodegroup": pool,
    "kubernetes.azure.com/agentpool": pool,
  };
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name, labels, annotations: { [nodeAddressAnnotation]: address } },
  };
}

function untilReady(client: KubeClient, names: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const missing = new Set(names);
  const ready = (node: Node) =>
    node.status.conditions?.some(({ type, status }) => type === "Ready" && status === "True") === true;
  return follow<Node>(
    client,
    { path: nodesPath, query: { labelSelector: poolLabel }, schema: nodeSchema, key: keyOf },
    signal,
    {
      put: (node) => ready(node) && missing.delete(node.metadata.name),
      done: () => missing.size === 0,
      waiting: () => `nodes not Ready: ${[...missing].join(", ")}`,
    },
  );
}

function untilEmpty(client: KubeClient, nodes: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
  const left = new Set<string>();
  return follow<Pod>(
    client,
    { path: "/api/v1/pods", query: { fieldSelector: "spec.nodeName!=" }, schema: podSchema, key: keyOf },
    signal,
    {
      put: (pod) => nodes.has(pod.spec.nodeName ?? "") && left.add(keyOf(pod)),
      remove: (pod) => left.delete(keyOf(pod)),
      done: () => left.size === 0,
      waiting: () => `pods of removed nodes still there: ${[...left].join(", ")}`,
    },
  );
}

/** Follows a collection, once listed, until `done`. */
async function follow<Item>(
  client: KubeClient,
  spec: Parameters<typeof watchCollection<Item>>[1],
  signal: AbortSignal,
  watch: { put: (item: Item) => unknown; remove?: (item: Item) => unknown; done: () => boolean; waiting: () => string },
): Promise<void> {
  const finished = new AbortController();
  let listed = false;
  const look = () => {
    if (listed && watch.done()) finished.abort();
  };
  await watchCollection<Item>(
    client,
    spec,
    {
      put: (item) => {
        watch.put(item);
        look();
      },
      remove: (item) => {
        watch.remove?.(item);
        look();
      },
      listed: () => {
        listed = true;
        look();
      },
    },
    AbortSignal.any([signal, finished.signal]),
  );
  if (!finished.signal.aborted) throw new Error(`node pool not in its new size in time; ${watch.waiting()}`);
}

function unless(status: number): (error: unknown) => void {
  return (error) => {
    if (!KubeError.is(error, status)) throw error;
  };
}
