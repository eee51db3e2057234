import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../plugin-host.ts";
import { isObject } from "../properties.ts";
import { parametersOf } from "./resource-id.ts";
import { nameParameter, pathParameters, type TypeMapping } from "./type-mapping.ts";

/** Set by Azure inside objects and lists that programs also give; never drift. */
const observedOnly = new Set([
  "endpointMonitorStatus",
  "etag",
  "fqdn",
  "instanceView",
  "profileMonitorStatus",
  "provisioningState",
]);

/**
 * The inputs after a refresh: the old ones with what changed in Azure between the old and the new outputs. What Azure
 * filled in by itself from the start, and what it never tells (passwords), is not drift.
 */
export function observedInputs(
  mapping: TypeMapping,
  old: { readonly inputs: Properties; readonly outputs: Properties },
  outputs: Properties,
): Properties {
  const known = inputNames(mapping);
  const result: Properties = { ...old.inputs };
  for (const name of known) {
    if (pathParameters(mapping).includes(name) || mapping.volatile?.includes(name)) continue;
    const value = merge(old.inputs[name], old.outputs[name], outputs[name], name === "tags");
    if (value === undefined) delete result[name];
    else result[name] = value;
  }
  return result;
}

/** The inputs of a program that would make this resource; for import. */
export function importedInputs(mapping: TypeMapping, id: string, outputs: Properties): Properties {
  const skipped = new Set([...(mapping.volatile ?? []), "id", "name", "type"]);
  const entries = inputNames(mapping)
    .filter((name) => !skipped.has(name) && outputs[name] !== undefined)
    .map((name) => [name, name === "identity" ? identityInput(outputs[name]) : strip(outputs[name])]);
  return { ...Object.fromEntries(entries), ...parametersOf(mapping, id) };
}

function inputNames(mapping: TypeMapping): readonly string[] {
  return Object.values(mapping.inputs)
    .flat()
    .filter((name) => name !== nameParameter(mapping));
}

/** Three-way: `open` objects (tags) also take keys that the program never named. */
function merge(input: unknown, before: unknown, now: unknown, open: boolean): unknown {
  if (isDeepStrictEqual(before, now)) return input;
  if (isObject(input) && isObject(now)) {
    const was = isObject(before) ? before : {};
    const keys = new Set([...Object.keys(input), ...(open ? Object.keys(now) : [])]);
    const entries = [...keys]
      .filter((key) => !observedOnly.has(key) || key in input)
      .map((key) => [key, merge(input[key], was[key], now[key], open)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  if (Array.isArray(input) && Array.isArray(now) && Array.isArray(before)) {
    if (input.length === now.length && before.length === now.length) {
      return input.map((item: unknown, i) => merge(item, before[i], now[i], false));
    }
    return strip(now);
  }
  // Not given by the program: only whole-resource fields that change from the outside are taken over.
  if (input === undefined) return open ? strip(now) : undefined;
  return strip(now);
}

function strip(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(strip);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !observedOnly.has(key))
      .map(([key, inner]) => [key, strip(inner)]),
  );
}

/** The other way of what a PUT does: the keys of the object are the program's list. */
function identityInput(identity: unknown): unknown {
  if (!isObject(identity)) return identity;
  const { type, userAssignedIdentities } = identity;
  return isObject(userAssignedIdentities)
    ? { type, userAssignedIdentities: Object.keys(userAssignedIdentities) }
    : { type };
}
