import { createHash } from "node:crypto";
import { access, constants, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { ToolchainError } from "./errors.ts";
import { isAlive, isCode, type LockOptions, withLock } from "./lock.ts";

/** What a cached directory is made of: anything that changes here makes a new one. */
export interface CacheKey {
  readonly part: string;
  readonly version: string;
  /** Contents of the files and flags that decide the result. */
  readonly inputs: readonly string[];
}

const marker = ".complete.json";

/**
 * `$XDG_CACHE_HOME/pilotlight`, else `~/.cache/pilotlight`. A relative XDG_CACHE_HOME is ignored, as its standard says. Throws a
 * ToolchainError where there is neither; `home` says where the user's folder is, or throws.
 */
export function cacheRoot(environment: NodeJS.ProcessEnv = process.env, home: () => string = homedir): string {
  const given = environment.XDG_CACHE_HOME;
  if (given !== undefined && isAbsolute(given)) return join(given, "pilotlight");
  try {
    return join(home(), ".cache", "pilotlight");
  } catch (error) {
    const advice = "set XDG_CACHE_HOME to one that this user may write";
    throw new ToolchainError(`This user has no home, and so no folder to keep the built tools in; ${advice}.`, 2, {
      cause: error,
    });
  }
}

/** `<root>/<part>-<version>-<platform>-<hash of the inputs>` */
export function cacheDirectory(root: string, key: CacheKey): string {
  const hash = createHash("sha256");
  for (const input of key.inputs) hash.update(`${Buffer.byteLength(input)}:`).update(input);
  const name = [key.part, key.version, process.platform, process.arch, hash.digest("hex").slice(0, 12)];
  return join(root, name.join("-"));
}

/** Only a directory whose build ended well has its marker. */
export async function isComplete(directory: string): Promise<boolean> {
  try {
    await readFile(join(directory, marker));
    return true;
  } catch (error) {
    if (isCode(error, "ENOENT") || isCode(error, "ENOTDIR")) return false;
    throw error;
  }
}

/**
 * Returns `directory`, built by `build` into a temporary directory beside it and renamed when all is done. Whoever comes
 * second waits and finds it made. A crash at any instant leaves either nothing usable or everything.
 */
export async function makeOnce(
  directory: string,
  options: LockOptions,
  build: (temporary: string) => Promise<void>,
): Promise<string> {
  if (await isComplete(directory)) return directory;
  await makeWritable(dirname(directory));
  await withLock(`${directory}.lock`, options, async () => {
    if (await isComplete(directory)) return;
    await sweep(directory);
    const temporary = `${directory}.building-${process.pid}`;
    await mkdir(temporary);
    try {
      const started = Date.now();
      await build(temporary);
      await writeMarker(temporary, { builtAt: new Date().toISOString(), seconds: (Date.now() - started) / 1000 });
      await rename(temporary, directory);
    } catch (error) {
      await rm(temporary, { recursive: true, force: true });
      throw error;
    }
  });
  return directory;
}

async function makeWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    const advice = "set XDG_CACHE_HOME to a folder that this user may write";
    throw new ToolchainError(`The built tools cannot be kept in ${folder} (${code}); ${advice}.`, 2, { cause: error });
  }
}

async function writeMarker(directory: string, content: unknown): Promise<void> {
  const file = await open(join(directory, marker), "w");
  try {
    await file.writeFile(JSON.stringify(content));
    await file.sync();
  } finally {
    await file.close();
  }
}

/** What crashed builds have left. The caller holds the lock, so a build of a live process is not ours to touch. */
async function sweep(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
  const prefix = `${basename(directory)}.building-`;
  for (const name of await readdir(dirname(directory))) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length));
    if (pid !== process.pid && (await isAlive({ pid }))) continue;
    await rm(join(dirname(directory), name), { recursive: true, force: true });
  }
}
