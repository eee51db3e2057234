import type { Properties } from "../plugin-host.ts";
import { pathParameters, type TypeMapping } from "./type-mapping.ts";

/** Path parameters that are resource ids themselves. */
const withSlashes = new Set(["scope", "resourceUri"]);

/** The full path of a resource whose path parameters are in `inputs`. Throws naming the one that is missing. */
export function resourceId(mapping: TypeMapping, inputs: Properties, subscriptionId: string): string {
  return fullPath(mapping).replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = name === "subscriptionId" ? (inputs[name] ?? subscriptionId) : inputs[name];
    if (typeof value !== "string" || value === "") throw new Error(`${mapping.token}: ${name} is missing`);
    return withSlashes.has(name) ? value.replace(/^\//, "") : encodeURIComponent(value);
  });
}

/** The path parameters in an id; for import and refresh. Throws when the id is not of this type. */
export function parametersOf(mapping: TypeMapping, id: string): Properties {
  const names: string[] = [];
  const pattern = fullPath(mapping).replaceAll(/\{(\w+)\}|[.$]/g, (match, name: string | undefined) => {
    if (name === undefined) return `\\${match}`;
    names.push(name);
    return withSlashes.has(name) ? "(.+)" : "([^/]+)";
  });
  const match = new RegExp(`^${pattern}$`, "i").exec(id);
  if (match === null) {
    throw new Error(`'${id}' is not the id of a ${mapping.token}; expected ${fullPath(mapping)}`);
  }
  const entries = names.map((name, i) => [name, decodeURIComponent(match[i + 1] ?? "")] as const);
  const own = new Set(pathParameters(mapping));
  return Object.fromEntries(entries.filter(([name]) => own.has(name) && name !== "subscriptionId"));
}

function fullPath(mapping: TypeMapping): string {
  if (mapping.path.startsWith("/")) return mapping.path;
  return `/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}/providers/${mapping.path}`;
}
