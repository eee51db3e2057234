import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeRoot } from "../../../sandbox/supervisor/world.ts";

const parts = ["Pulumi.yaml", "package.json", "tsconfig.json", "stacks", "components"];

/** The Pulumi project in a folder of its own, so that a test's switches and state touch nobody's clone. */
export async function copyProject(): Promise<{ readonly root: string; readonly remove: () => Promise<void> }> {
  const root = await mkdtemp(join(tmpdir(), "pilotlight-"));
  for (const part of parts) await cp(join(codeRoot, part), join(root, part), { recursive: true });
  await symlink(join(codeRoot, "node_modules"), join(root, "node_modules"));
  return { root, remove: () => rm(root, { recursive: true, force: true }) };
}
