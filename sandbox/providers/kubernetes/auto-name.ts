import { randomBytes } from "node:crypto";
import type { Properties } from "../plugin-host.ts";
import { isObject } from "../properties.ts";
import type { Kind } from "./kube-object.ts";

/** The real provider's mark of a name that it made. */
export const autonamedAnnotation = "pulumi.com/autonamed";

/** Inputs with apiVersion, kind and a name: `<name>-<8 hex>` when there is none, the one of the last update where that was made so. */
export function withName(
  inputs: Properties,
  kind: Kind,
  context: { readonly name: string; readonly old: Properties | undefined },
): Properties {
  const metadata = isObject(inputs.metadata) ? inputs.metadata : {};
  const complete = { ...inputs, apiVersion: inputs.apiVersion ?? kind.apiVersion, kind: inputs.kind ?? kind.kind };
  if (metadata.name !== undefined || metadata.generateName !== undefined) return { ...complete, metadata };
  const old = isObject(context.old?.metadata) ? context.old.metadata : {};
  const kept = isAutonamed(context.old) ? old.name : undefined;
  const annotations = {
    ...(isObject(metadata.annotations) ? metadata.annotations : {}),
    [autonamedAnnotation]: "true",
  };
  return {
    ...complete,
    metadata: { ...metadata, name: kept ?? `${context.name}-${randomBytes(4).toString("hex")}`, annotations },
  };
}

export function isAutonamed(inputs: Properties | undefined): boolean {
  const metadata = isObject(inputs?.metadata) ? inputs.metadata : {};
  return isObject(metadata.annotations) && metadata.annotations[autonamedAnnotation] === "true";
}
