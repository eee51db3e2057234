import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RuleConfig } from "../../../policies/shared/judge.ts";
import { drConfig, FACTS_FILE } from "../../../scripts/policy/environment-facts.ts";
import { bringStackFilesHome } from "../../support/stack-files-at-home.ts";
import { projectRoot } from "./environments.ts";

/** The day of these tests: what is supported on it does not change with the clock. */
const dated = { today: "2026-12-01" };

/** Options of the rules for a stack of ours while users are at the primary, whatever a run in this checkout has moved. */
export function drConfigAtHome(stack: string): RuleConfig {
  const root = mkdtempSync(join(tmpdir(), "pilotlight-facts-"));
  try {
    const filter = (path: string): boolean => !path.endsWith(".ts");
    for (const part of ["stacks", FACTS_FILE])
      cpSync(join(projectRoot, part), join(root, part), { recursive: true, filter });
    bringStackFilesHome(root);
    const facts = drConfig(root, stack, "azblob://state");
    return { ...facts, "aws-cluster-version": dated, "azure-cluster-version": dated };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
