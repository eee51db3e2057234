import type { Properties } from "../plugin-host.ts";
import { isObject } from "../properties.ts";
import { sameQuantity } from "./quantity.ts";

const quantityParents = ["requests", "limits", "hard", "overhead", "default", "defaultRequest"];

/**
 * The live object reduced to what the program declares, for a refresh: declared fields with their live values. What the
 * server only wrote differently (quantities, dropped empty values, stringData) keeps the declared form.
 */
export function liveInputs(declared: Properties, live: Properties): Properties {
  const { stringData, ...rest } = declared;
  const inputs = reduce(rest, live, []) as Properties;
  return isObject(stringData) ? { ...inputs, stringData: plainData(stringData, live.data) } : inputs;
}

/** Inputs for an import: the whole object without what the server fills in by itself. */
export function importedInputs(live: Properties): Properties {
  const { status: _status, metadata, ...rest } = live;
  const kept = isObject(metadata) ? metadata : {};
  const names = ["name", "namespace", "labels", "annotations"];
  return { ...rest, metadata: Object.fromEntries(Object.entries(kept).filter(([key]) => names.includes(key))) };
}

function reduce(declared: unknown, live: unknown, path: readonly string[]): unknown {
  if (live === undefined || live === null) return isEmpty(declared) ? declared : undefined;
  if (isObject(declared) && isObject(live)) {
    const entries = Object.entries(declared).map(
      ([key, value]) => [key, reduce(value, live[key], [...path, key])] as const,
    );
    return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
  }
  if (Array.isArray(declared) && Array.isArray(live)) return reduceList(declared, live, path);
  if (declared === live || String(declared) === String(live)) return declared;
  if (quantityParents.includes(path.at(-2) ?? "") && sameQuantity(declared, live)) return declared;
  return live;
}

const itemKeys = ["name", "type", "mountPath", "key", "containerPort", "port", "ip"];

/** DNS is port 53 twice, by UDP and by TCP: no name. */
function isDistinct(items: readonly unknown[], key: string): boolean {
  const values = items.map((one) => (isObject(one) ? one[key] : undefined));
  return new Set(values).size === values.length;
}

/** Items that have names are matched by them; the server may keep them in another order or have added its own. */
function reduceList(declared: readonly unknown[], live: readonly unknown[], path: readonly string[]): unknown[] {
  if (!declared.every(isObject)) return [...live];
  const reduced = declared.map((item, index) => {
    const key = isObject(item) ? itemKeys.find((one) => one in item && isDistinct(live, one)) : undefined;
    const match =
      key === undefined ? live[index] : live.find((one) => isObject(one) && isObject(item) && one[key] === item[key]);
    return reduce(item, match, path);
  });
  return reduced.filter((item) => item !== undefined);
}

function plainData(declared: Properties, data: unknown): Properties {
  const stored = isObject(data) ? data : {};
  const entries = Object.keys(declared).flatMap((key) => {
    const value = stored[key];
    return typeof value === "string" ? [[key, Buffer.from(value, "base64").toString("utf8")] as const] : [];
  });
  return Object.fromEntries(entries);
}

function isEmpty(value: unknown): boolean {
  if (value === false || value === 0 || value === "") return true;
  if (Array.isArray(value)) return value.every(isEmpty);
  return isObject(value) && Object.values(value).every(isEmpty);
}
