import { chmodSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import type { World } from "../contracts/contracts.ts";
import { codeRoot } from "../contracts/world.ts";
import { writeLanguageHostLauncher } from "../language-host/launcher.ts";

/** Providers for which the sandbox has a stand-in under `sandbox/providers/<name>`. */
const providers = ["aws", "azure-native", "kubernetes", "random"] as const;

const packageSchema = z.object({ version: z.string().regex(/^\d+\.\d+\.\d+/) });

/** The engine finds a plugin by name and version; the version is that of the installed SDK. */
export function installPluginLaunchers(world: World): void {
  const require = createRequire(import.meta.url);
  for (const name of providers) {
    const manifest: unknown = JSON.parse(readFileSync(require.resolve(`@pulumi/${name}/package.json`), "utf8"));
    const { version } = packageSchema.parse(manifest);
    const folder = join(world.directory, "pulumi-home", "plugins", `resource-${name}-v${version}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeLauncher(join(folder, `pulumi-resource-${name}`), ["sandbox", "providers", name, "main.ts"]);
  }
}

/** `pulumi`, the language host and an `aws` that knows `eks get-token`, in `<directory>/bin`. */
export async function installTools(world: World, pulumi: string): Promise<void> {
  const folder = join(world.directory, "bin");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await writeLanguageHostLauncher(folder, codeRoot);
  const link = join(folder, "pulumi");
  rmSync(link, { force: true });
  symlinkSync(pulumi, link);
  const projectRoot = `PILOTLIGHT_PROJECT_ROOT=${shellQuote(world.projectRoot)} `;
  writeLauncher(join(folder, "aws"), ["sandbox", "aws", "eks-token.ts"], projectRoot);
}

function writeLauncher(file: string, script: readonly string[], environment = ""): void {
  const command = `${shellQuote(process.execPath)} ${shellQuote(join(codeRoot, ...script))} "$@"`;
  writeFileSync(file, `#!/bin/sh\n${environment === "" ? "" : `export ${environment.trim()}\n`}exec ${command}\n`);
  chmodSync(file, 0o755);
}

function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
