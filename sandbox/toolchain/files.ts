import { chmod, readFile, rename, stat, writeFile } from "node:fs/promises";

export async function isExecutable(path: string): Promise<boolean> {
  try {
    const found = await stat(path);
    // Not access(): it denies what a process may read and run by a capability of its own, and not by its user.
    return found.isFile() && (found.mode & 0o111) !== 0;
  } catch {
    return false;
  }
}

/** Written whole or not at all, and left alone when it already says the same: others may be running it. */
export async function writeExecutable(path: string, content: string): Promise<void> {
  const present = await readFile(path, "utf8").catch(() => undefined);
  if (present === content && (await isExecutable(path))) return;
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, content);
  await chmod(temporary, 0o755);
  await rename(temporary, path);
}

/** For /bin/sh: the text as one word. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
