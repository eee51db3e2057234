import { randomBytes, randomUUID } from "node:crypto";
import { nameParameter, type TypeMapping } from "./type-mapping.ts";

/** The name that azure-native would give: `<name>` and 8 hex digits for resources of a group, `<name>` inside another resource. */
export function autoName(mapping: TypeMapping, name: string): string {
  const way = mapping.autoName ?? "random";
  if (typeof way === "object") return way.fixed;
  if (way === "uuid") return randomUUID();
  return way === "copy" ? name : `${name}${randomBytes(4).toString("hex")}`;
}

/** The previous inputs' name for the resource, so that an update keeps it. */
export function keptName(mapping: TypeMapping, old: Readonly<Record<string, unknown>> | undefined): string | undefined {
  const name = old?.[nameParameter(mapping)];
  return typeof name === "string" ? name : undefined;
}
