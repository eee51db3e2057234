import { z } from "zod";
import type { Properties } from "../plugin-host.ts";

const textMap = z.record(z.string(), z.string()).optional();

/** Inputs of any resource; the API server knows the rest of the schema and is asked to be strict about it. */
export const inputsSchema = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z
    .looseObject({
      name: z.string().optional(),
      namespace: z.string().optional(),
      generateName: z.string().optional(),
      labels: textMap,
      annotations: textMap,
    })
    .optional(),
});

/** An object as the API server gives it. */
export const kubeObjectSchema = z.looseObject({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z.looseObject({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    generation: z.number().optional(),
    annotations: textMap,
    deletionTimestamp: z.string().optional(),
  }),
});
export type KubeObject = z.infer<typeof kubeObjectSchema>;

export interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

/** `kubernetes:apps/v1:Deployment` to apps/v1 and Deployment; `core/v1` is `v1`. Undefined for other forms. */
export function kindOfToken(token: string): Kind | undefined {
  const [, group, kind] = /^kubernetes:([^:]+\/[^:/]+):([^:/]+)$/.exec(token) ?? [];
  if (group === undefined || kind === undefined) return undefined;
  return { apiVersion: group.replace(/^core\//, ""), kind };
}

/** `namespace/name` or `name`. */
export function idOf(object: KubeObject): string {
  const { name, namespace } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

export function parseId(id: string): { readonly name: string; readonly namespace: string | undefined } {
  const slash = id.indexOf("/");
  return slash < 0 ? { name: id, namespace: undefined } : { namespace: id.slice(0, slash), name: id.slice(slash + 1) };
}

export function annotationsOf(inputs: Properties): Readonly<Record<string, string>> {
  const parsed = inputsSchema.safeParse(inputs);
  return parsed.success ? (parsed.data.metadata?.annotations ?? {}) : {};
}

/** A value deep inside; undefined where the way ends early. */
export function valueAt(object: unknown, ...path: readonly string[]): unknown {
  let value = object;
  for (const key of path) value = typeof value === "object" && value !== null ? (value as Properties)[key] : undefined;
  return value;
}

export function numberAt(object: unknown, ...path: readonly string[]): number | undefined {
  const value = valueAt(object, ...path);
  return typeof value === "number" ? value : undefined;
}

export function textAt(object: unknown, ...path: readonly string[]): string | undefined {
  const value = valueAt(object, ...path);
  return typeof value === "string" ? value : undefined;
}
