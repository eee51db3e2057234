import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuleConfig } from "../../../policies/shared/judge.ts";
import { drConfig, FACTS_FILE } from "../../../scripts/policy/environment-facts.ts";
import { stackFileAtHome } from "../../support/stack-files-at-home.ts";
import { projectRoot } from "./environments.ts";

/** The day of these tests: what is supported on it does not change with the clock. */
const dated = { today: "2026-12-01" };

/** Options of the rules for a stack of ours while users are at the primary, whatever a run in this checkout has moved. */
export function drConfigAtHome(stack: string): RuleConfig {
  const root = mkdtempSync(join(tmpdir(), "pilotlight-facts-"));
  try {
    for (const folder of ["stacks", "policies"]) mkdirSync(join(root, folder));
    copyFileSync(join(projectRoot, FACTS_FILE), join(root, FACTS_FILE));
    for (const file of readdirSync(join(projectRoot, "stacks")).filter((name) => /^Pulumi\..+\.yaml$/.test(name))) {
      const text = readFileSync(join(projectRoot, "stacks", file), "utf8");
      writeFileSync(join(root, "stacks", file), stackFileAtHome(text));
    }
    const facts = drConfig(root, stack, "azblob://state");
    return { ...facts, "aws-cluster-version": dated, "azure-cluster-version": dated };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
