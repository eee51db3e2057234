import { type Props, UNKNOWN } from "./resource.ts";

/** The value at a dotted path. UNKNOWN where a preview does not know it or what holds it; undefined where it is not set. */
export function at(props: Props, path: string): unknown {
  let value: unknown = props;
  for (const part of path.split(".")) {
    if (value === UNKNOWN) return UNKNOWN;
    if (typeof value !== "object" || value === null) return undefined;
    value = Reflect.get(value, part);
  }
  return value;
}

/** The same value; texts in either case, and a truth or a number as a text too, as providers take them. */
export function is(value: unknown, right: unknown): boolean {
  if (value === right) return true;
  const plain = (each: unknown) => (typeof each === "symbol" ? each : String(each).trim().toLowerCase());
  return typeof value === "string" && right !== undefined && right !== null && plain(value) === plain(right);
}

/** Known to be something else than `right`. Not set is something else. */
export function isNot(value: unknown, right: unknown): boolean {
  return value !== UNKNOWN && !is(value, right);
}

/** The objects of a list; what is unknown or no object is left out. */
export function objects(value: unknown): readonly Props[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "object" && each !== null) : [];
}

/** The texts of a list, or the one text; what is unknown is left out. */
export function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

export function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** Providers take numbers as text too. */
export function number(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : undefined;
}

/** Known to be below `least`. Not set is below. */
export function isBelow(value: unknown, least: number): boolean {
  return value !== UNKNOWN && (number(value) ?? Number.NEGATIVE_INFINITY) < least;
}

/** Nothing in it is unknown, so that what is missing is missing. */
export function isKnown(value: unknown): boolean {
  if (value === UNKNOWN) return false;
  if (Array.isArray(value)) return value.every(isKnown);
  return typeof value !== "object" || value === null || Object.values(value).every(isKnown);
}

/** `storageEncrypted: false; right would be: true`, the form in which all of Pilotlight says what is wrong. */
export function wrong(path: string, value: unknown, right: string): string {
  if (value === undefined || value === null || value === "") return `${path} is not set; right would be: ${right}`;
  return `${path}: ${typeof value === "string" ? value : JSON.stringify(value)}; right would be: ${right}`;
}
