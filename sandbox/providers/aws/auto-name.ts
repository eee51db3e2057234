import { randomBytes } from "node:crypto";
import type { Properties } from "../resource-kind.ts";

export interface AutoName {
  readonly property: string;
  /** Input that gives only the beginning of the name. */
  readonly prefixProperty?: string;
  /** Before the resource's name, where a name must begin so. */
  readonly literalPrefix?: string;
  readonly maxLength: number;
  /** Buckets and database identifiers take lower case only. */
  readonly lowerCase?: boolean;
}

/** `<name>-<7 hex>` as the real provider names what the program leaves unnamed; an earlier such name is kept. */
export function withAutoName(
  rule: AutoName,
  inputs: Properties,
  context: { readonly name: string; readonly old: Properties | undefined },
): Properties {
  if (inputs[rule.property] !== undefined) return inputs;
  const prefix = rule.prefixProperty === undefined ? undefined : inputs[rule.prefixProperty];
  const hasSamePrefix = rule.prefixProperty === undefined || context.old?.[rule.prefixProperty] === prefix;
  const before = context.old?.[rule.property];
  if (typeof before === "string" && hasSamePrefix) return { ...inputs, [rule.property]: before };
  const base = typeof prefix === "string" ? prefix : `${rule.literalPrefix ?? ""}${context.name}-`;
  const cut = base.slice(0, rule.maxLength - 7);
  const name = cut + randomBytes(4).toString("hex").slice(0, 7);
  return { ...inputs, [rule.property]: rule.lowerCase === true ? name.toLowerCase() : name };
}
