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
        "adapters-know-no-doors: automation/adapters/file.ts -> automation/cli/main.ts",
        "app-knows-no-doors: automation/app.ts -> automation/cli/main.ts",
        "automation-drives-the-project: automation/settings.ts -> stacks/primary.ts",
        "components-know-no-stacks: components/bucket.ts -> stacks/primary.ts",
        "contract-is-pure: stacks/config.ts -> ../../../node_modules/@pulumi/pulumi/index.js",
        "contract-is-pure: stacks/config.ts -> stacks/turn.ts",
        "domain-is-pure: automation/domain/decide.ts -> fs",
        "no-cycles: stacks/config.ts -> stacks/turn.ts",
        "no-unresolvable: stacks/lost.mjs -> ./no-such-file.ts",
        "no-whole-cloud-sdk: stacks/primary.ts -> ../../../node_modules/@pulumi/aws/ec2/index.js",
        "ports-know-the-domain: automation/ports/store.ts -> automation/workflow/stage.ts",
        "production-knows-no-sandbox: stacks/standby.ts -> sandbox/fault.ts",
        "stacks-know-components-only: stacks/standby.ts -> automation/domain/decide.ts",
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
