import { mkdir, readlink, realpath, rename, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { shellQuote, writeExecutable } from "../toolchain/files.ts";

/** Where the project's launchers are. In the project, not in the user's cache: they name this clone's Node and source. */
export function languageHostDirectory(projectRoot: string): string {
  return join(projectRoot, "node_modules", ".cache", "pilotlight", "bin");
}

/**
 * Puts the executables `pulumi-language-nodejs` and `pulumi-resource-pulumi-nodejs` (dynamic providers) into `directory`,
 * which the caller puts on PATH. They run this project's own Node and SDK. In any directory but the project's own they are
 * links, because the engine warns at each start about a language host on PATH that is not the one beside its executable.
 */
export async function writeLanguageHostLauncher(directory: string, projectRoot: string): Promise<void> {
  const own = languageHostDirectory(projectRoot);
  const node = shellQuote(join(projectRoot, "node_modules", ".bin", "node"));
  const run = (...script: string[]): string =>
    `#!/bin/sh\nexec ${node} ${shellQuote(join(projectRoot, ...script))} "$@"\n`;
  const launchers = {
    "pulumi-language-nodejs": run("sandbox", "language-host", "main.ts"),
    "pulumi-resource-pulumi-nodejs": run("node_modules", "@pulumi", "pulumi", "cmd", "dynamic-provider", "index.js"),
  };
  await mkdir(own, { recursive: true });
  await mkdir(directory, { recursive: true });
  const elsewhere = (await realpath(directory)) !== (await realpath(own));
  for (const [name, content] of Object.entries(launchers)) {
    await writeExecutable(join(own, name), content);
    if (elsewhere) await replaceLink(join(directory, name), join(own, name));
  }
}

/** In one step: somebody may be starting it. */
async function replaceLink(path: string, target: string): Promise<void> {
  if ((await readlink(path).catch(() => undefined)) === target) return;
  const temporary = `${path}.${process.pid}`;
  await rm(temporary, { force: true });
  await symlink(target, temporary);
  await rename(temporary, path);
}
