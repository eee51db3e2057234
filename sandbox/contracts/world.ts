import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { z } from "zod";
import type { Cloud, HostPort, World } from "./contracts.ts";

/** Wrong use of a command or of an environment variable: the command line ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

const savedWorldSchema = z.object({
  instance: z.number().int().min(0).max(9),
  environment: z.string().min(1),
  provisioningScale: z.number().positive().optional(),
});
/** What `<directory>/world.json` keeps between commands. */
export type SavedWorld = z.infer<typeof savedWorldSchema>;

/** Where the stand-ins' code is: the folder that holds `sandbox/`. */
export const codeRoot: string = resolve(import.meta.dirname, "../..");

/** Where Node keeps compiled modules: halves the start of the supervisor, the language host, each program and each provider. */
export const compileCache: string = join(codeRoot, "node_modules", ".cache", "pilotlight", "compiled");

/** Nearest folder at or above `from` with a Pulumi.yaml; `PILOTLIGHT_PROJECT_ROOT` wins. Throws UsageError when there is none. */
export function findProjectRoot(from: string, override: string | undefined): string {
  if (override !== undefined && override !== "") {
    const root = resolve(override);
    if (existsSync(join(root, "Pulumi.yaml"))) return root;
    throw new UsageError(
      `PILOTLIGHT_PROJECT_ROOT is ${root}, which holds no Pulumi.yaml; point it at the project's folder`,
    );
  }
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
    if (dirname(folder) === folder) {
      throw new UsageError(
        `no Pulumi.yaml in ${from} or above; run this inside the project or set PILOTLIGHT_PROJECT_ROOT`,
      );
    }
  }
}

export function parseInstance(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^[0-9]$/.test(text)) {
    throw new UsageError(`PILOTLIGHT_SANDBOX_INSTANCE is "${text}"; it must be one digit, 0 to 9`);
  }
  return Number(text);
}

export function readSavedWorld(directory: string): SavedWorld | undefined {
  const file = join(directory, "world.json");
  if (!existsSync(file)) return undefined;
  const parsed = savedWorldSchema.safeParse(JSON.parse(readFileSync(file, "utf8")));
  if (!parsed.success)
    throw new Error(`${file} is damaged: ${parsed.error.message}; remove the sandbox with "down --wipe"`);
  return parsed.data;
}

export function saveWorld(world: World, environment: string): void {
  const { instance, provisioningScale } = world;
  const saved: SavedWorld = {
    instance,
    environment,
    ...(provisioningScale === undefined ? {} : { provisioningScale }),
  };
  writeFileSync(join(world.directory, "world.json"), `${JSON.stringify(saved)}\n`, { mode: 0o600 });
}

/**
 * The sandbox of the project at `projectRoot`. The instance is the one it was made with; `instance` (from
 * PILOTLIGHT_SANDBOX_INSTANCE) counts for a new one, default 0. Throws UsageError when the two differ, because what the
 * engine's state remembers would point at another instance's addresses.
 */
export function openWorld(projectRoot: string, instance: number | undefined): World {
  const directory = join(projectRoot, ".sandbox");
  const saved = readSavedWorld(directory);
  if (saved !== undefined && instance !== undefined && saved.instance !== instance) {
    throw new UsageError(
      `PILOTLIGHT_SANDBOX_INSTANCE is ${instance}, but this sandbox was made as instance ${saved.instance}; unset it or run "down --wipe" first`,
    );
  }
  const scale = saved?.provisioningScale;
  return {
    directory,
    projectRoot,
    instance: saved?.instance ?? instance ?? 0,
    ...(scale === undefined ? {} : { provisioningScale: scale }),
  };
}

/** Makes the sandbox's folders, readable by their owner only. */
export function prepareWorld(world: World): void {
  mkdirSync(world.directory, { recursive: true, mode: 0o700 });
  for (const folder of ["state", "logs", "run", "bin", "pulumi-home", "pulumi-state", "driver"]) {
    mkdirSync(join(world.directory, folder), { recursive: true, mode: 0o700 });
  }
}

const firstOctets: Record<Cloud, number> = { aws: 10, azure: 20, control: 30 };

/** `hostOf(world, "aws", "0.2")` is 127.(10+k).0.2. */
export function hostOf(world: Pick<World, "instance">, cloud: Cloud, rest: string): string {
  return `127.${firstOctets[cloud] + world.instance}.${rest}`;
}

/** 127.10.x.y -> 127.110.x.y, where the process behind a gateway binds. */
export function insideOf(address: string): string {
  const octets = address.split(".");
  const second = Number(octets[1]);
  if (octets.length !== 4 || octets[0] !== "127" || !(second >= 10 && second < 40)) {
    throw new Error(`${address} is not a public sandbox address (127.10 to 127.39)`);
  }
  return [octets[0], String(second + 100), octets[2], octets[3]].join(".");
}

export function controlAddress(world: Pick<World, "instance">): HostPort {
  return { host: hostOf(world, "control", "0.1"), port: 8900 };
}

export function awsApiUrl(world: Pick<World, "instance">): string {
  return `http://${hostOf(world, "aws", "0.2")}:4566`;
}

export function azureApiUrl(world: Pick<World, "instance">): string {
  return `http://${hostOf(world, "azure", "0.2")}:8443`;
}
