import { setTimeout as sleep } from "node:timers/promises";
import { KubeError } from "../../kubernetes/api/kube-error.ts";
import { type CallContext, PartialFailure, type Properties, type ResourceKind } from "../plugin-host.ts";
import { isObject } from "../properties.ts";
import { withName } from "./auto-name.ts";
import { awaitGone, awaitReady, type ObjectPlace } from "./await-state.ts";
import { NoMatchError } from "./discovery.ts";
import type { KubeCloud } from "./kube-cloud.ts";
import {
  annotationsOf,
  idOf,
  inputsSchema,
  type Kind,
  type KubeObject,
  kubeObjectSchema,
  parseId,
} from "./kube-object.ts";
import { importedInputs, liveInputs } from "./live-inputs.ts";
import { isAwaited } from "./readiness.ts";
import { replacementOf } from "./replace-rules.ts";
import { UnreachableError } from "./unreachable-error.ts";

const fieldManager = "pulumi-kubernetes";
/** As the real provider waits where nobody says otherwise. */
const defaultTimeoutSeconds = 600;

/** Any kind of the API server, by server-side apply. */
export function objectKind(kind: Kind): ResourceKind<KubeCloud> {
  return {
    inputs: inputsSchema,
    defaults: (inputs, context) => withName(inputs, kind, context),
    replaceOnChanges: [],
    replacement: (olds, news, cloud) => replacementOf(olds, news, cloud.config),

    async create(cloud, inputs, call) {
      try {
        const { object } = await withPatience(call.signal, () => apply(cloud, kind, inputs, undefined, call));
        return { id: idOf(object), outputs: outputsOf(object, inputs) };
      } catch (error) {
        throw explained(error, `creation of resource "${call.urn}" with kind ${kind.apiVersion}/${kind.kind}`);
      }
    },

    async update(cloud, id, inputs, old, call) {
      try {
        const { object } = await apply(cloud, kind, inputs, id, call);
        return outputsOf(object, inputs);
      } catch (error) {
        if (!(error instanceof UnreachableError) || cloud.config.skipUpdateUnreachable !== true) {
          throw explained(error, `update of resource "${call.urn}"`);
        }
        call.log(`${call.name}: ${error.message}; skipped because skipUpdateUnreachable is set`);
        return old.outputs;
      }
    },

    async read(cloud, id, state, call) {
      let live: KubeObject | undefined;
      try {
        const place = await placeOf(cloud, kind, parseId(id), call.signal);
        live = await getObject(place, call.signal);
      } catch (error) {
        // With its definition every custom resource is gone.
        if (error instanceof NoMatchError) return undefined;
        if (!(error instanceof UnreachableError)) throw error;
        if (cloud.config.deleteUnreachable === true) return undefined;
        if (cloud.config.skipUpdateUnreachable === true) return { id, inputs: call.lastInputs ?? {}, outputs: state };
        throw new Error(
          `${error.message}. Its state is kept; if the cluster is gone for good, set deleteUnreachable on the provider`,
        );
      }
      if (live === undefined) return undefined;
      const declared = call.lastInputs;
      const inputs =
        declared === undefined || Object.keys(declared).length === 0
          ? importedInputs(live)
          : liveInputs(declared, live);
      return { id, inputs, outputs: outputsOf(live, inputs) };
    },

    async delete(cloud, id, state, call) {
      let place: ObjectPlace;
      try {
        place = await placeOf(cloud, kind, parseId(id), call.signal);
      } catch (error) {
        if (error instanceof NoMatchError) return;
        if (!(error instanceof UnreachableError) || cloud.config.deleteUnreachable !== true) throw error;
        call.log(`${call.name}: ${error.message}; forgotten because deleteUnreachable is set`);
        return;
      }
      await remove(place, state, call);
    },
  };
}

/** A definition that was made a moment ago is served a moment later. */
async function withPatience<Result>(signal: AbortSignal, attempt: () => Promise<Result>): Promise<Result> {
  for (let delayMs = 100; ; delayMs *= 2) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof NoMatchError) || delayMs > 1600) throw error;
      await sleep(delayMs, undefined, { signal });
    }
  }
}

/** In the real provider's words. */
function explained(error: unknown, what: string): unknown {
  if (!(error instanceof NoMatchError)) return error;
  return new Error(
    `${what} failed because the Kubernetes API server reported that the apiVersion for this resource does not exist. Verify that any required CRDs have been created: ${error.message}`,
    { cause: error },
  );
}

async function apply(
  cloud: KubeCloud,
  kind: Kind,
  inputs: Properties,
  id: string | undefined,
  call: CallContext,
): Promise<{ readonly object: KubeObject }> {
  const { metadata = {} } = inputsSchema.parse(inputs);
  const { namespace: defaultNamespace } = await cloud.connect(call.signal);
  const target = id === undefined ? { name: metadata.name, namespace: metadata.namespace } : parseId(id);
  const place = await placeOf(
    cloud,
    kind,
    { name: target.name ?? "", namespace: target.namespace ?? defaultNamespace },
    call.signal,
  );
  const { client, collection, name } = place;
  const body = {
    ...inputs,
    metadata: {
      ...metadata,
      ...(name === "" ? {} : { name }),
      ...(place.namespace !== undefined && { namespace: place.namespace }),
    },
  };
  const options = { body, signal: call.signal, timeoutMs: 30_000 };
  const query = { fieldManager, fieldValidation: "Strict" };
  let answer: unknown;
  try {
    answer =
      name === ""
        ? await client.request("POST", collection, { ...options, query })
        : await client.request("PATCH", `${collection}/${name}`, {
            ...options,
            query: { ...query, ...(annotationsOf(inputs)["pulumi.com/patchForce"] === "true" && { force: "true" }) },
            contentType: "application/apply-patch+yaml",
          });
  } catch (error) {
    if (!KubeError.is(error, 409)) throw error;
    throw new Error(
      `${error.message}. Another manager owns these fields; the annotation pulumi.com/patchForce: "true" takes them over`,
      { cause: error },
    );
  }
  const object = kubeObjectSchema.parse(answer);
  const awaited = isAwaited({ ...object, apiVersion: kind.apiVersion, kind: kind.kind });
  if (!awaited || annotationsOf(inputs)["pulumi.com/skipAwait"] === "true") return { object };
  const made = { ...place, name: object.metadata.name };
  try {
    return {
      object: {
        ...(await awaitReady(made, object, waitOptions(inputs, call))),
        apiVersion: kind.apiVersion,
        kind: kind.kind,
      },
    };
  } catch (error) {
    const live = await getObject(made, AbortSignal.timeout(5000)).catch(() => undefined);
    const message = `${kind.kind} ${idOf(object)}: ${error instanceof Error ? error.message : String(error)}`;
    throw new PartialFailure(message, idOf(object), outputsOf(live ?? object, inputs));
  }
}

async function remove(place: ObjectPlace, state: Properties, call: CallContext): Promise<void> {
  const annotations = annotationsOf(state);
  const propagationPolicy = annotations["pulumi.com/deletionPropagationPolicy"] ?? "Foreground";
  const path = `${place.collection}/${place.name}`;
  const before = await getObject(place, call.signal);
  if (before === undefined) return;
  const { uid } = before.metadata;
  try {
    await place.client.request("DELETE", path, {
      body: { propagationPolicy, preconditions: { uid } },
      signal: call.signal,
    });
  } catch (error) {
    // Gone, or deleted and made anew by somebody else.
    if (KubeError.is(error, 404) || KubeError.is(error, 409)) return;
    throw error;
  }
  if (annotations["pulumi.com/skipAwait"] === "true") return;
  try {
    await awaitGone(place, uid, waitOptions(state, call));
  } catch (error) {
    throw new Error(`deleting ${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

async function placeOf(
  cloud: KubeCloud,
  kind: Kind,
  target: { readonly name: string; readonly namespace: string | undefined },
  signal: AbortSignal,
): Promise<ObjectPlace> {
  const { client, discovery } = await cloud.connect(signal);
  const path = await discovery.find(kind.apiVersion, kind.kind, signal);
  const namespace = path.namespaced ? (target.namespace ?? "default") : undefined;
  return { client, collection: path.collection(namespace), name: target.name, namespace };
}

async function getObject(place: ObjectPlace, signal: AbortSignal): Promise<KubeObject | undefined> {
  try {
    return kubeObjectSchema.parse(await place.client.get(`${place.collection}/${place.name}`, { signal }));
  } catch (error) {
    if (KubeError.is(error, 404)) return undefined;
    throw error;
  }
}

function waitOptions(
  inputs: Properties,
  call: CallContext,
): { readonly signal: AbortSignal; readonly timeoutMs: number } {
  const seconds = Number(annotationsOf(inputs)["pulumi.com/timeoutSeconds"]);
  return { signal: call.signal, timeoutMs: 1000 * (seconds > 0 ? seconds : defaultTimeoutSeconds) };
}

/** The live object and, beside it, what the server keeps under another name. */
function outputsOf(object: KubeObject, inputs: Properties): Properties {
  const { managedFields: _managedFields, ...metadata } = object.metadata;
  return { ...object, metadata, ...(isObject(inputs.stringData) ? { stringData: inputs.stringData } : {}) };
}
