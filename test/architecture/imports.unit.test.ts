import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { cruise, type ICruiseOptions, type ICruiseResult, type IFlattenedRuleSet } from "dependency-cruiser";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const { forbidden, options }: { forbidden: IFlattenedRuleSet["forbidden"] & object[]; options: ICruiseOptions } =
  createRequire(import.meta.url)("../../.dependency-cruiser.cjs");

async function check(rooms: readonly string[], baseDir: string): Promise<ICruiseResult> {
  const { output } = await cruise([...rooms], { ...options, baseDir, validate: true, ruleSet: { forbidden } });
  if (typeof output === "string") throw new Error(`expected the tool's findings as an object, got: ${output}`);
  return output;
}

function findings({ summary }: ICruiseResult): readonly string[] {
  return summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).toSorted();
}

describe("the import rules", () => {
  it("bite, each of them, on .ts files", async () => {
    const canary = fileURLToPath(new URL("canary", import.meta.url));
    const result = await check(["automation", "components", "stacks", "sandbox"], canary);
    expect(result.modules.filter(({ source }) => source.endsWith(".ts")).length).toBeGreaterThanOrEqual(13);
    expect(findings(result)).toMatchInlineSnapshot(`
      [
        "adapters-know-no-callers: automation/adapters/file.ts -> automation/cli/main.ts",
        "admission-watches-nothing: automation/workflow/admission/admit.ts -> automation/workflow/watch/look.ts",
        "automation-drives-the-project: automation/composition/settings.ts -> stacks/primary.ts",
        "command-line-is-the-top: automation/cli/up.ts -> automation/functions/main.ts",
        "components-know-no-stacks: components/bucket.ts -> stacks/primary.ts",
        "composition-knows-no-callers: automation/composition/app.ts -> automation/cli/main.ts",
        "contract-is-pure: stacks/config.ts -> ../../../node_modules/@pulumi/pulumi/index.js",
        "contract-is-pure: stacks/config.ts -> stacks/turn.ts",
        "cost-reads-the-contract: automation/cost/price.ts -> automation/cli/main.ts",
        "domain-is-pure: automation/domain/decide.ts -> fs",
        "execution-admits-nobody: automation/workflow/execution/run.ts -> automation/workflow/watch/look.ts",
        "functions-are-a-program-of-their-own: automation/functions/main.ts -> automation/cli/main.ts",
        "lease-agent-is-a-program-of-its-own: automation/lease-agent/main.ts -> automation/cli/main.ts",
        "lib-knows-errors-and-the-clock: automation/lib/retry.ts -> automation/cli/main.ts",
        "no-cycles: stacks/config.ts -> stacks/turn.ts",
        "no-unresolvable: stacks/lost.mjs -> ./no-such-file.ts",
        "no-whole-cloud-sdk: stacks/primary.ts -> ../../../node_modules/@pulumi/aws/ec2/index.js",
        "plans-know-stages-only: automation/workflow/plans/graph.ts -> automation/workflow/watch/look.ts",
        "ports-know-the-domain: automation/ports/store.ts -> automation/workflow/stage.ts",
        "preflight-judges-facts: automation/preflight/check.ts -> automation/cli/main.ts",
        "production-knows-no-sandbox: stacks/standby.ts -> sandbox/fault.ts",
        "server-knows-no-command-line: automation/server/receive.ts -> automation/cli/main.ts",
        "stacks-know-components-only: stacks/standby.ts -> automation/domain/decide.ts",
        "stages-know-no-plans: automation/workflow/stages/act.ts -> automation/workflow/watch/look.ts",
        "workflow-knows-ports: automation/workflow/stage.ts -> automation/adapters/file.ts",
      ]
    `);
    const bitten = new Set(result.summary.violations.map(({ rule }) => rule.name));
    expect(forbidden.map(({ name }) => name).filter((name) => name !== undefined && !bitten.has(name))).toEqual([]);
  });

  it("see the real program and its imports", async () => {
    const { modules } = await check(["stacks", "components"], root);
    const index = modules.find(({ source }) => source === "stacks/index.ts");
    expect(index?.dependencies.map(({ resolved }) => resolved)).toEqual(
      expect.arrayContaining(["stacks/config.ts", "stacks/primary.ts", "stacks/standby.ts"]),
    );
  });

  it("are kept by the production rooms", async () => {
    expect(findings(await check(["stacks", "components", "automation", "policies"], root))).toEqual([]);
  });
});
