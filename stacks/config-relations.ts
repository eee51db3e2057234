import { firstOverlap } from "../components/subnet-plan.ts";
import type { ConfigProblem } from "./config-error.ts";
import { DEFAULT_CIDRS } from "./config-schema.ts";

/** Blocks inside the AKS cluster (components/azure/aks-cluster.ts), which no network may overlap. */
const RESERVED: Readonly<Record<string, string>> = { "AKS pods": "10.244.0.0/16", "AKS services": "172.16.0.0/16" };

/** What is wrong between keys. Takes values as found: what has the wrong type is some other check's to name. */
export function relationProblems(values: Readonly<Record<string, unknown>>, namespace: string): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const { publicName, zoneName } = values;
  if (typeof publicName === "string" && typeof zoneName === "string" && !publicName.endsWith(`.${zoneName}`)) {
    problems.push({
      key: `${namespace}:publicName`,
      value: publicName,
      right: `a DNS name below zoneName ${zoneName}`,
    });
  }
  const blocks: Record<string, string> = {
    standbyCidr: text(values.standbyCidr) ?? DEFAULT_CIDRS.standbyCidr,
    primaryCidr: text(values.primaryCidr) ?? DEFAULT_CIDRS.primaryCidr,
    ...RESERVED,
  };
  const [key, other] = firstOverlap(blocks) ?? [];
  if (key && other) {
    const right = `a block that does not overlap ${other} (${blocks[other]})`;
    problems.push({ key: `${namespace}:${key}`, value: blocks[key], right });
  }
  return problems;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
