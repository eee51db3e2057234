export type Json = Record<string, unknown>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a dot path; undefined where the path ends early. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((at, key) => (isJson(at) ? at[key] : undefined), value);
}

/** A copy without the value at a dot path. */
export function withoutPath(value: Json, path: string): Json {
  const [head = "", ...rest] = path.split(".");
  const { [head]: inner, ...others } = value;
  if (inner === undefined) return value;
  return rest.length > 0 && isJson(inner) ? { ...others, [head]: withoutPath(inner, rest.join(".")) } : others;
}

/** RFC 7396: objects merge, null removes, anything else replaces. */
export function mergePatch(target: Json, patch: Json): Json {
  const merged: Json = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else if (isJson(value)) merged[key] = mergePatch(isJson(merged[key]) ? (merged[key] as Json) : {}, value);
    else merged[key] = value;
  }
  return merged;
}

/** Takes a list of child resources out of a body. */
export function readInline(
  body: Json,
  property: string,
): { readonly rest: Json; readonly items: unknown[] | undefined } {
  const properties = isJson(body.properties) ? body.properties : {};
  const { [property]: items, ...others } = properties;
  return { rest: { ...body, properties: others }, items: Array.isArray(items) ? items : undefined };
}
