import { rm } from "node:fs/promises";
import { codeRoot } from "../../../sandbox/contracts/world.ts";
import { copyProject as copy } from "../../../scripts/project-copy.ts";
import { bringStackFilesHome } from "../../support/stack-files-at-home.ts";

/** The Pulumi project in a folder of its own, with its stacks at home, so that a test's switches and state touch nobody's clone. */
export async function copyProject(): Promise<{ readonly root: string; readonly remove: () => Promise<void> }> {
  const root = await copy(codeRoot);
  bringStackFilesHome(root);
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
