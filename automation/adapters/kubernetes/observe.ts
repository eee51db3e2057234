import { DriverError } from "../../domain/errors.ts";
import { interruption, pause } from "../../lib/interruption.ts";
import type { KubeClient } from "./kube-client.ts";
import { type KubeObject, kubeListSchema, kubeObjectSchema } from "./kube-objects.ts";

export interface Observation {
  /** e.g. `/api/v1/namespaces/shop/pods` */
  readonly path: string;
  readonly labelSelector?: string;
  readonly what: string;
  /** Looks at all objects of the path. */
  readonly done: (objects: readonly KubeObject[]) => boolean;
  readonly signal: AbortSignal;
}

/** Failures in a row after which the API server counts as gone. */
const patience = 3;

/** Lists, then watches, until `done`; starts over when a watch ends or is too old. Errors: the last one of the API server. */
export async function observe(client: KubeClient, observation: Observation): Promise<readonly KubeObject[]> {
  const { path, done, signal, what } = observation;
  const query = observation.labelSelector === undefined ? {} : { labelSelector: observation.labelSelector };
  for (let failures = 0; ; ) {
    if (signal.aborted) throw interruption(what, signal);
    try {
      const list = kubeListSchema.parse(await client.json("GET", path, { query }, signal));
      failures = 0;
      const objects = new Map(list.items.map((item) => [item.metadata.name, item]));
      if (done([...objects.values()])) return [...objects.values()];
      for await (const event of client.watch(
        path,
        { ...query, resourceVersion: list.metadata.resourceVersion },
        signal,
      )) {
        if (event.type === "ERROR") break;
        if (event.type === "BOOKMARK") continue;
        const object = kubeObjectSchema.parse(event.object);
        if (event.type === "DELETED") objects.delete(object.metadata.name);
        else objects.set(object.metadata.name, object);
        if (done([...objects.values()])) return [...objects.values()];
      }
    } catch (error) {
      if (signal.aborted) throw interruption(what, signal);
      failures++;
      if (!(error instanceof DriverError) || !(error.retryable || error.code === "conflict") || failures >= patience)
        throw error;
    }
    await pause(what, 200, signal);
  }
}
