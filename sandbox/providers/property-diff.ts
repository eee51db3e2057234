import { isObject, signatureKey, type UNKNOWN } from "./properties.ts";
import type { Properties } from "./resource-kind.ts";

export interface PropertyChange {
  /** Path in the engine's form: `a.b[0].c`. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replaces: boolean;
}

/** The leaves at which two sets of inputs differ. An unknown value ({@link UNKNOWN}) differs from any known one. */
export function diffProperties(
  olds: Properties,
  news: Properties,
  replaceOnChanges: readonly string[],
): readonly PropertyChange[] {
  return compare(olds, news, [], "").map((change) => ({
    path: change.path,
    kind: change.kind,
    replaces: replaceOnChanges.some((rule) => covers(rule, change.keys)),
  }));
}

interface Leaf {
  readonly path: string;
  /** The same without array positions, for matching rules. */
  readonly keys: readonly string[];
  readonly kind: PropertyChange["kind"];
}

function compare(old: unknown, now: unknown, keys: readonly string[], path: string): readonly Leaf[] {
  if (old === now) return [];
  if (old === undefined) return [{ path, keys, kind: "add" }];
  if (now === undefined) return [{ path, keys, kind: "delete" }];
  if (isObject(old) && isObject(now)) {
    if (isSameAsset(old, now)) return [];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].flatMap((key) =>
      compare(old[key], now[key], [...keys, key], path === "" ? quoteFirst(key) : path + quote(key)),
    );
  }
  if (Array.isArray(old) && Array.isArray(now)) {
    const length = Math.max(old.length, now.length);
    return Array.from({ length }, (_, i) => i).flatMap((i) => compare(old[i], now[i], keys, `${path}[${i}]`));
  }
  return [{ path, keys, kind: "update" }];
}

/** Assets and archives are what they hold, wherever that lies on this machine. */
function isSameAsset(old: Properties, now: Properties): boolean {
  const { [signatureKey]: signature, hash } = old;
  return signature !== undefined && typeof hash === "string" && hash !== "" && hash === now.hash;
}

function covers(rule: string, keys: readonly string[]): boolean {
  const parts = rule.split(".");
  const shared = Math.min(parts.length, keys.length);
  return parts.slice(0, shared).every((part, i) => part === "*" || part === keys[i]);
}

function quote(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function quoteFirst(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : `[${JSON.stringify(key)}]`;
}
