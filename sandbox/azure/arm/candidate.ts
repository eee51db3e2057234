import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ArmError, invalidContent } from "./arm-error.ts";
import type { ArmId } from "./arm-id.ts";
import { isJson, type Json, valueAt, withoutPath } from "./json.ts";
import type { ArmRecord, ArmSurroundings, Candidate, ResourceType } from "./resource-type.ts";

const bodySchema = z.looseObject({
  location: z.string().min(1).optional(),
  tags: z.record(z.string().max(512), z.string().max(256)).optional(),
  properties: z.record(z.string(), z.unknown()).optional(),
});

/** What clients may send back from a GET; never stored as given. */
const readOnly = new Set(["id", "name", "type", "etag", "systemData", "properties"]);

/** Checks a whole resource (after a PATCH was merged) against its type's rules. Throws `ArmError`. */
export function toCandidate(
  type: ResourceType,
  id: ArmId,
  body: unknown,
  previous: ArmRecord | undefined,
  around: ArmSurroundings,
): Candidate {
  if (!type.name.pattern.test(id.name)) {
    const text = `'${id.name}' is not a valid name for ${type.type}: ${type.name.text}.`;
    throw new ArmError(400, type.name.code ?? "InvalidResourceName", text);
  }
  const parsed = bodySchema.safeParse(body);
  if (!parsed.success) throw invalidContent(parsed.error, "body");
  const top: Json = Object.fromEntries(Object.entries(parsed.data).filter(([key]) => !readOnly.has(key)));
  const location = checkLocation(type, parsed.data.location, previous);
  if (location !== undefined) top.location = location;
  else delete top.location;
  const topResult = type.top?.safeParse(top);
  if (topResult?.success === false) throw invalidContent(topResult.error, "body");

  const known = around.secrets(id.key);
  const given = withSecrets(type, parsed.data.properties ?? {}, known);
  const properties = type.properties.safeParse(given);
  if (!properties.success) throw invalidContent(properties.error, "properties");
  const candidate = { id, top: topResult?.data ?? top, properties: properties.data, previous };
  for (const path of previous === undefined ? [] : (type.createOnly ?? [])) {
    const before = valueAt(previous?.properties, path);
    const after = valueAt(candidate.properties, path);
    if (after !== undefined && !isDeepStrictEqual(before, after)) {
      throw new ArmError(
        409,
        "PropertyChangeNotAllowed",
        `Changing property '${path}' is not allowed: it is '${String(before)}' since creation.`,
      );
    }
  }
  type.check?.(candidate, around);
  return candidate;
}

/** Azure keeps locations without blanks and capitals: `West Europe` is `westeurope`. */
export function normalizeLocation(location: string): string {
  return location.replaceAll(/\s/g, "").toLowerCase();
}

function checkLocation(
  type: ResourceType,
  given: string | undefined,
  previous: ArmRecord | undefined,
): string | undefined {
  if (type.location === "none") return undefined;
  const before = previous?.top.location;
  const location = given === undefined ? before : normalizeLocation(given);
  if (typeof location !== "string") {
    throw new ArmError(400, "LocationRequired", "The location property is required for this definition.");
  }
  if (before !== undefined && before !== location) {
    const text = `The resource already exists in location '${before}'; it cannot be created in location '${location}'.`;
    throw new ArmError(409, "InvalidResourceLocation", text);
  }
  if (type.location !== "anywhere" && (location === "global") !== (type.location === "global")) {
    const right = type.location === "global" ? "'global'" : "a region, such as 'westeurope'";
    const text = `The provided location '${location}' is not available for resource type '${type.type}'. Right is ${right}.`;
    throw new ArmError(400, "LocationNotAvailableForResourceType", text);
  }
  return location;
}

/** A secret left out of an update keeps its value. */
function withSecrets(type: ResourceType, properties: Json, known: Json): Json {
  let merged = properties;
  for (const path of type.secrets ?? []) {
    if (valueAt(merged, path) === undefined && known[path] !== undefined) merged = setAt(merged, path, known[path]);
  }
  return merged;
}

function setAt(target: Json, path: string, value: unknown): Json {
  const [head = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...target, [head]: value };
  const inner = target[head];
  return { ...target, [head]: setAt(isJson(inner) ? inner : {}, rest.join("."), value) };
}

/** Divides properties into what may be shown and what may not (by dot path). */
export function splitSecrets(type: ResourceType, properties: Json): { readonly open: Json; readonly secret: Json } {
  const secret: Json = {};
  let open = properties;
  for (const path of type.secrets ?? []) {
    const value = valueAt(properties, path);
    if (value !== undefined) secret[path] = value;
    open = withoutPath(open, path);
  }
  return { open, secret };
}
