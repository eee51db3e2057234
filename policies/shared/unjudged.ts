import { nist } from "./controls.ts";
import { type DeclaredResource, stackOf } from "./resource.ts";
import { type Rule, type StackRule, stackRule } from "./rule.ts";

/** A kind of thing that a pack has rules for, whatever provider makes it. */
export interface Kind {
  /** E.g. `a database`. */
  readonly name: string;
  /** Over `module:Name` of a token, e.g. `rds:Cluster`. */
  readonly types: RegExp;
}

interface Scope {
  readonly cloud: "aws" | "azure";
  /** Providers of this cloud whose types have a kind. */
  readonly providers: readonly string[];
  /** Providers of this cloud none of whose types any rule reads. */
  readonly foreign: readonly string[];
  readonly kinds: readonly Kind[];
}

/** Charts whose pods no program declares. */
const CHART = /^kubernetes:helm\.sh\/v\d\w*:(Release|Chart)$/;

/**
 * Lists the resources of a kind that the pack has rules for, and of a type that none of `rules` reads: nothing was found in them
 * because nobody looked.
 */
export function unjudgedRule({ cloud, providers, foreign, kinds }: Scope, rules: readonly Rule[]): StackRule {
  const judged = new Set(rules.flatMap((rule) => (rule.kind === "resource" ? rule.types : [])));
  const kindOf = ({ urn, type }: DeclaredResource): string | undefined => {
    if (CHART.test(type))
      return stackOf(urn).endsWith("-standby") === (cloud === "azure") ? "pods of a chart" : undefined;
    const [provider = "", module = "", name = ""] = type.split(":");
    if (foreign.includes(provider)) return "a resource of another provider of this cloud";
    if (!providers.includes(provider) || judged.has(type)) return undefined;
    const id = `${module.split("/")[0]}:${name}`;
    return kinds.find(({ types }) => types.test(id))?.name;
  };
  return stackRule({
    name: `${cloud}-types-judged`,
    title: "What is of a kind that the pack has rules for is of a type that they read.",
    severity: "low",
    level: "advisory",
    controls: [nist("CM-8"), nist("CA-7")],
    remedy: "Declare it by a type that the rules read, or have it reviewed by a person and accept the finding.",
    check: ({ resources }) =>
      resources.flatMap((resource) => {
        const kind = kindOf(resource);
        if (kind === undefined) return [];
        const message = `not judged: ${resource.type} is ${kind}, and no rule of this pack reads that type`;
        return [{ urn: resource.urn, message }];
      }),
  });
}
