import { cp, mkdtemp, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PARTS = ["Pulumi.yaml", "package.json", "tsconfig.json", "stacks", "components"];

/** The Pulumi project in a new folder of its own, whose name is returned: switches and state there touch nobody's clone. */
export async function copyProject(projectRoot: string): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "pilotlight-"));
  for (const part of PARTS) await cp(join(projectRoot, part), join(root, part), { recursive: true });
  await symlink(join(projectRoot, "node_modules"), join(root, "node_modules"));
  return root;
}
