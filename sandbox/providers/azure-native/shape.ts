import type { Properties } from "../plugin-host.ts";
import { isObject } from "../properties.ts";
import { pathParameters, type TypeMapping } from "./type-mapping.ts";

/** What stands beside `properties` in an item of a list of resources. */
const itemTop = new Set(["id", "name", "type", "etag"]);

/** Inputs as the package has them to the body of a PUT: path parameters out, the rest into `properties`. */
export function toBody(mapping: TypeMapping, inputs: Properties): Properties {
  const parameters = new Set(pathParameters(mapping));
  const body: Properties = {};
  const properties: Properties = {};
  for (const [name, value] of Object.entries(inputs)) {
    if (value === undefined || parameters.has(name)) continue;
    if (name === "identity") body[name] = identityBody(value);
    else if (mapping.flat === false || mapping.top.includes(name)) body[name] = value;
    else properties[mapping.renames?.[name] ?? name] = nest(mapping, name, renamed(value, "odataType", "odata.type"));
  }
  return mapping.flat === false ? body : { ...body, properties };
}

/** A resource as ARM gives it to outputs as the package has them. The id is left out: the engine keeps it. */
export function toOutputs(mapping: TypeMapping, resource: Properties): Properties {
  const { id: _, properties, ...top } = resource;
  const own = { ...top, azureApiVersion: mapping.apiVersion };
  if (mapping.flat === false || !isObject(properties))
    return { ...own, ...(isObject(properties) ? { properties } : {}) };
  const names = Object.fromEntries(Object.entries(mapping.renames ?? {}).map(([sdk, arm]) => [arm, sdk]));
  const flat = Object.entries(properties).map(([arm, value]) => {
    const name = names[arm] ?? arm;
    return [name, flatten(mapping, name, renamed(value, "odata.type", "odataType"))];
  });
  return { ...own, ...Object.fromEntries(flat) };
}

function nest(mapping: TypeMapping, name: string, value: unknown): unknown {
  if (!mapping.children?.includes(name) || !Array.isArray(value)) return value;
  return value.map((item: unknown) => {
    if (!isObject(item)) return item;
    const top = Object.entries(item).filter(([key]) => itemTop.has(key));
    const rest = Object.entries(item).filter(([key]) => !itemTop.has(key));
    const properties = Object.fromEntries(rest.map(([key, inner]) => [key, nest(mapping, key, inner)]));
    return { ...Object.fromEntries(top), properties };
  });
}

function flatten(mapping: TypeMapping, name: string, value: unknown): unknown {
  if (!mapping.children?.includes(name) || !Array.isArray(value)) return value;
  return value.map((item: unknown) => {
    if (!isObject(item)) return item;
    const { properties, ...top } = item;
    if (!isObject(properties)) return item;
    const inner = Object.entries(properties).map(([key, deeper]) => [key, flatten(mapping, key, deeper)]);
    return { ...top, ...Object.fromEntries(inner) };
  });
}

/** A program lists the ids of user-assigned identities; Azure wants them as the keys of an object. */
function identityBody(identity: unknown): unknown {
  if (!isObject(identity) || !Array.isArray(identity.userAssignedIdentities)) return identity;
  const ids = identity.userAssignedIdentities.map((id: unknown) => [String(id), {}] as const);
  return { ...identity, userAssignedIdentities: Object.fromEntries(ids) };
}

/** The package writes OData's own name without its dot. */
function renamed(value: unknown, from: string, to: string): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => renamed(item, from, to));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key === from ? to : key, renamed(inner, from, to)]),
  );
}
