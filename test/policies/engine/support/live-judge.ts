import { join } from "node:path";
import type { Finding, RuleConfig } from "../../../../policies/shared/judge.ts";
import { previewWithPacks } from "../../../../scripts/policy/engine.ts";
import type { World } from "../../../../scripts/policy/world.ts";
import program from "../../../../stacks/index.ts";
import { drConfigAtHome } from "../../support/dr-config-at-home.ts";
import { projectRoot } from "../../support/environments.ts";
import type { Mutation } from "../../support/mutate.ts";
import { breakProgram } from "./break-program.ts";
import { hostProgram } from "./host-program.ts";

/**
 * What all packs say of a stack of ours, mutated, in a `pulumi preview --policy-pack`: as `judge` without the engine.
 * `stack`: with `-lit`, with the standby's compute. `config`: options of rules, on top of what the stack files say. The world's
 * variables must be this process's too.
 */
export async function liveJudge(
  world: World,
  stack: string,
  mutation: Mutation,
  config: RuleConfig = {},
): Promise<readonly Finding[]> {
  const name = stack.replace(/-lit$/, "");
  const settings: Record<string, string> = stack === name ? {} : { "pilotlight:drActive": "true" };
  const packs = { all: join(projectRoot, "policies", "all") };
  const broken = breakProgram(async () => program(), mutation);
  const host = await hostProgram(broken.program);
  try {
    const own = { ...world, variables: { ...world.variables, ...host.variables } };
    const facts = { ...drConfigAtHome(name), ...config };
    const { violations } = await previewWithPacks(own, name, packs, facts, settings);
    broken.checkAllTaken();
    return violations;
  } finally {
    host.close();
  }
}
