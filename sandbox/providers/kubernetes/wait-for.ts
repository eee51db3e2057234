import { type KubeObject, textAt, valueAt } from "./kube-object.ts";

const annotation = "pulumi.com/waitFor";

/**
 * What the annotation `pulumi.com/waitFor` asks for instead of the kind's own rule: `jsonpath={.a.b}[=value]`,
 * `condition=Type[=Status]`, or a JSON array of these. Undefined: the object has no such annotation.
 * Throws on a form that the sandbox does not know.
 */
export function waitForOf(object: KubeObject): readonly string[] | undefined {
  const text = textAt(object, "metadata", "annotations", annotation);
  if (text === undefined) return undefined;
  const parsed: unknown = text.startsWith("[") ? JSON.parse(text) : [text];
  if (!Array.isArray(parsed) || !parsed.every((each) => typeof each === "string")) throw notKnown(text);
  return parsed;
}

/** The first of `wanted` that does not hold; undefined when all do. */
export function unmet(object: KubeObject, wanted: readonly string[]): string | undefined {
  return wanted.find((each) => !holds(object, each));
}

function holds(object: KubeObject, expression: string): boolean {
  const path = /^jsonpath=\{((?:\.[A-Za-z0-9_-]+)+)\}(?:=(.*))?$/.exec(expression);
  if (path !== null) {
    const value = valueAt(object, ...(path[1] ?? "").slice(1).split("."));
    if (path[2] !== undefined) return String(value) === path[2];
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null;
  }
  const condition = /^condition=([A-Za-z0-9]+)(?:=(.*))?$/.exec(expression);
  if (condition === null) throw notKnown(expression);
  const all = valueAt(object, "status", "conditions");
  const found = Array.isArray(all) ? all.find((each: { type?: unknown }) => each.type === condition[1]) : undefined;
  return found?.status === (condition[2] ?? "True");
}

function notKnown(text: string): Error {
  return new Error(
    `${annotation} is ${JSON.stringify(text)}; the sandbox knows jsonpath={.a.b}, jsonpath={.a.b}=value and condition=Type[=Status]`,
  );
}
