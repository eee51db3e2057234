import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../resource-kind.ts";

/** Maps whose every key counts; other objects may carry keys that only one side tells. */
const records = new Set(["tags", "tagsAll", "labels"]);

/**
 * What the cloud says, in the words of `known`: the same policy in another spelling, or the same set in another order,
 * stays as it was written, so that only real differences show. What the cloud does not tell is kept from `known`.
 */
export function mergeProperties(known: Properties, live: Properties): Properties {
  const keys = new Set([...Object.keys(known), ...Object.keys(live)]);
  return Object.fromEntries(
    [...keys].flatMap((key) => {
      const isTold = key in live && !(live[key] === undefined && isEmpty(known[key]));
      const value = isTold ? merge(known[key], live[key], records.has(key)) : known[key];
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** The inputs that a fresh program would send for `live`, given those of the last update. */
export function projectInputs(last: Properties, live: Properties): Properties {
  const merged = mergeProperties(last, live);
  const inputs = Object.fromEntries(
    Object.keys(last).flatMap((key) => {
      const value = records.has(key) ? merged[key] : project(last[key], merged[key]);
      return value === undefined ? [] : [[key, value]];
    }),
  );
  // Nobody declares computed tags, so tags that appeared on something without any are drift.
  const { tags } = live;
  return !("tags" in last) && isObject(tags) && Object.keys(tags).length > 0 ? { ...inputs, tags } : inputs;
}

/** "None" is as good as not said. */
function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isObject(value) && Object.keys(value).length === 0;
}

function merge(known: unknown, live: unknown, isRecord: boolean): unknown {
  if (known === undefined || isDeepStrictEqual(known, live)) return live;
  if (typeof known === "string" && typeof live === "string") return isSameJson(known, live) ? known : live;
  if (Array.isArray(known) && Array.isArray(live)) return mergeLists(known, live);
  if (!isObject(known) || !isObject(live) || isRecord) return live;
  return mergeProperties(known, live);
}

function mergeLists(known: readonly unknown[], live: readonly unknown[]): unknown {
  if (known.length !== live.length) return live;
  const left = [...live];
  const result: unknown[] = [];
  for (const item of known) {
    const at = left.findIndex((candidate) => isEquivalent(item, candidate));
    if (at < 0) return live;
    result.push(merge(item, left.splice(at, 1)[0], false));
  }
  return result;
}

function isEquivalent(known: unknown, live: unknown): boolean {
  if (isDeepStrictEqual(known, live)) return true;
  if (typeof known === "string" && typeof live === "string") return isSameJson(known, live);
  if (Array.isArray(known) && Array.isArray(live)) {
    return known.length === live.length && known.every((item) => live.some((other) => isEquivalent(item, other)));
  }
  if (!isObject(known) || !isObject(live)) return false;
  return Object.entries(known).every(([key, value]) => !(key in live) || isEquivalent(value, live[key]));
}

function project(last: unknown, value: unknown): unknown {
  if (isObject(last) && isObject(value)) {
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, item]) => (key in last ? [[key, project(last[key], item)]] : [])),
    );
  }
  if (Array.isArray(last) && Array.isArray(value) && last.length === value.length) {
    return value.map((item, index) => project(last[index], item));
  }
  return value;
}

function isSameJson(a: string, b: string): boolean {
  if (!/^\s*[{[]/.test(a)) return false;
  try {
    return isDeepStrictEqual(sorted(JSON.parse(a)), sorted(JSON.parse(b)));
  } catch {
    return false;
  }
}

/** In IAM policies one value and a list of one mean the same. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? sorted(value[0]) : value.map(sorted);
  return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sorted(item)])) : value;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
