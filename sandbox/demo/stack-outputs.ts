import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { World } from "../contracts/contracts.ts";

/** A stack's saved outputs, secrets shown, by the engine's own command: the demo must not take the driver's word for them. */
export async function stackOutputs(world: World, stack: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)("pulumi", ["stack", "output", "--json", "--show-secrets", "-s", stack], {
    cwd: world.projectRoot,
    timeout: 30_000,
  });
  return JSON.parse(stdout);
}
