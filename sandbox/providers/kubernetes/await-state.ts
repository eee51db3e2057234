import type { KubeClient } from "../../kubernetes/api/kube-client.ts";
import { watchCollection } from "../../kubernetes/api/watch-collection.ts";
import { type KubeObject, kubeObjectSchema, numberAt, textAt, valueAt } from "./kube-object.ts";
import { describePod, readinessOf } from "./readiness.ts";

export interface ObjectPlace {
  readonly client: KubeClient;
  /** Collection path, in the namespace. */
  readonly collection: string;
  readonly name: string;
  readonly namespace: string | undefined;
}

export interface AwaitOptions {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** Follows the object until it is ready, by watches. Throws with the reason when it cannot be, is deleted, or the time is up. */
export async function awaitReady(place: ObjectPlace, first: KubeObject, options: AwaitOptions): Promise<KubeObject> {
  const { client, namespace } = place;
  let object: KubeObject | undefined = first;
  let outcome: { readonly object: KubeObject } | { readonly error: Error } | undefined;
  let why = "";
  const slices = new Map<string, KubeObject>();
  const finished = new AbortController();
  const look = () => {
    if (object === undefined) outcome = { error: new Error("it was deleted while we waited for it") };
    else {
      const readiness = readinessOf({ ...object, apiVersion: first.apiVersion, kind: first.kind }, [
        ...slices.values(),
      ]);
      if (readiness.kind === "ready") outcome = { object };
      else why = readiness.why;
      if (readiness.kind === "failed") outcome = { error: new Error(readiness.why) };
    }
    if (outcome !== undefined) finished.abort();
  };
  const end = AbortSignal.any([options.signal, finished.signal, AbortSignal.timeout(options.timeoutMs)]);
  const follow = (
    path: string,
    query: Record<string, string>,
    put: (one: KubeObject) => void,
    remove: (one: KubeObject) => void,
  ) =>
    watchCollection<KubeObject>(
      client,
      { path, query, schema: kubeObjectSchema, key: (one) => one.metadata.name },
      {
        put: (one) => {
          put(one);
          look();
        },
        remove: (one) => {
          remove(one);
          look();
        },
      },
      end,
    );
  const watches = [
    follow(
      place.collection,
      { fieldSelector: `metadata.name=${place.name}` },
      (one) => (object = one),
      () => (object = undefined),
    ),
  ];
  if (first.kind === "Service") {
    const query = { labelSelector: `kubernetes.io/service-name=${place.name}` };
    const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
    watches.push(
      follow(
        path,
        query,
        (one) => slices.set(one.metadata.name, one),
        (one) => slices.delete(one.metadata.name),
      ),
    );
  }
  await Promise.all(watches);
  if (outcome === undefined) {
    const pods = await badPods(place, first);
    throw new Error(`not ready in time: ${why}${pods.length > 0 ? `; ${pods.join("; ")}` : ""}`);
  }
  if ("error" in outcome) throw outcome.error;
  return outcome.object;
}

/** Follows the object until it is gone (or was replaced by another of its name). */
export async function awaitGone(place: ObjectPlace, uid: string | undefined, options: AwaitOptions): Promise<void> {
  const finished = new AbortController();
  let last: KubeObject | undefined;
  await watchCollection<KubeObject>(
    place.client,
    {
      path: place.collection,
      query: { fieldSelector: `metadata.name=${place.name}` },
      schema: kubeObjectSchema,
      key: (one) => one.metadata.uid ?? "",
    },
    {
      put: (one) => {
        last = one;
        if (uid !== undefined && one.metadata.uid !== uid) finished.abort();
      },
      remove: () => finished.abort(),
      listed: () => {
        if (last === undefined) finished.abort();
      },
    },
    AbortSignal.any([options.signal, finished.signal, AbortSignal.timeout(options.timeoutMs)]),
  );
  if (finished.signal.aborted) return;
  const finalizers = valueAt(last, "metadata", "finalizers");
  throw new Error(`not gone in time${Array.isArray(finalizers) ? `; finalizers left: ${finalizers.join(", ")}` : ""}`);
}

/** What holds up the pods of a workload. */
async function badPods(place: ObjectPlace, workload: KubeObject): Promise<readonly string[]> {
  const labels = valueAt(workload, "spec", "selector", "matchLabels");
  if (typeof labels !== "object" || labels === null || numberAt(workload, "spec", "replicas") === 0) return [];
  const labelSelector = Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(",");
  try {
    const list = await place.client.get(`/api/v1/namespaces/${place.namespace}/pods`, {
      query: { labelSelector },
      timeoutMs: 5000,
    });
    const items = valueAt(list, "items");
    const pods = (Array.isArray(items) ? items : []).map((one) => kubeObjectSchema.parse(one));
    const notReady = pods.filter((one) => readinessOf({ ...one, apiVersion: "v1", kind: "Pod" }).kind !== "ready");
    return notReady
      .slice(0, 3)
      .map((one) => `${describePod(one)}${textAt(one, "metadata", "deletionTimestamp") ? ", being deleted" : ""}`);
  } catch {
    return [];
  }
}
