import { constants, copyFile, link, rename, rm, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { languageHostDirectory, writeLanguageHostLauncher } from "../language-host/launcher.ts";

const projectRoot = resolve(import.meta.dirname, "../..");

/** Our language host for a CLI that has none beside it. Returns the directory, which belongs on PATH. */
export async function ownLanguageHost(): Promise<string> {
  const directory = languageHostDirectory(projectRoot);
  await writeLanguageHostLauncher(directory, projectRoot);
  return directory;
}

/**
 * Makes the cached CLI appear in `directory`, beside our language host, where the engine looks for it (following symbolic
 * links, hence none): a hard link, or a copy where the cache is on another file system. Returns its path there.
 */
export async function placeBeside(directory: string, executable: string): Promise<string> {
  const path = join(directory, "pulumi");
  const [wanted, present] = await Promise.all([stat(executable), stat(path).catch(() => undefined)]);
  if (present !== undefined && present.size === wanted.size && present.mtimeMs >= wanted.mtimeMs) return path;
  const temporary = `${path}.${process.pid}`;
  await rm(temporary, { force: true });
  await link(executable, temporary).catch(() => copyFile(executable, temporary, constants.COPYFILE_FICLONE));
  await rename(temporary, path);
  return path;
}
