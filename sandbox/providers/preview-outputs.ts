import { isObject, UNKNOWN } from "./properties.ts";
import type { Properties } from "./resource-kind.ts";

/**
 * What a preview says a resource will look like: its inputs, what the cloud worked out before (`before`: the last
 * outputs; left out for a new resource), and for each path in `computed` the known value or {@link UNKNOWN}. The SDK
 * takes a missing top-level output for unknown by itself, but not one inside an object that the program gives.
 */
export function previewOutputs(
  inputs: Properties,
  computed: readonly string[],
  before?: { readonly inputs: Properties; readonly outputs: Properties },
): Properties {
  // What the cloud worked out stays as it is, so that a preview does not show changes in everything downstream.
  const kept = Object.entries(before?.outputs ?? {}).filter(([key]) => before !== undefined && !(key in before.inputs));
  return computed
    .map((path) => path.split("."))
    .reduce((all, keys) => fill(all, keys, valueAt(before?.outputs, keys) ?? UNKNOWN), {
      ...Object.fromEntries(kept),
      ...inputs,
    });
}

/** Sets the value unless one is there, or what is above it is not an object (then all of it is unknown). */
function fill(target: Properties, [key, ...rest]: readonly string[], value: unknown): Properties {
  if (key === undefined) return target;
  const current = target[key];
  if (rest.length === 0) return current === undefined ? { ...target, [key]: value } : target;
  return isObject(current) ? { ...target, [key]: fill(current, rest, value) } : target;
}

function valueAt(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), value);
}
