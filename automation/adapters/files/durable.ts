import { randomUUID } from "node:crypto";
import { mkdir, open, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { DriverError } from "../../domain/errors.ts";

/**
 * Files of the driver: readable by its user alone, and on the disk when a call returns. A disk that cannot take more is `fatal` and named by
 * its folder: the operating system names neither file nor folder.
 */
export const durable = {
  /** Makes a directory (0700) and its parents. */
  async directory(path: string): Promise<void> {
    await withRoom("make", path, async () => {
      const made = await mkdir(path, { recursive: true, mode: 0o700 });
      if (made !== undefined) await durable.syncDirectory(dirname(made));
    });
  },

  /** The names in a directory are on the disk. */
  async syncDirectory(path: string): Promise<void> {
    await withRoom("write", path, async () => {
      await using handle = await open(path, "r");
      await handle.sync();
    });
  },

  /** Adds text at the end (0600); makes the file where there is none. */
  async append(path: string, text: string): Promise<void> {
    await withRoom("write", path, async () => {
      await using handle = await open(path, "a", 0o600);
      const isNew = (await handle.stat()).size === 0;
      await handle.appendFile(text);
      await handle.sync();
      if (isNew) await durable.syncDirectory(dirname(path));
    });
  },

  /** A new file with this content (0600). Errors: EEXIST where it exists. */
  async create(path: string, text: string): Promise<void> {
    await withRoom("write", path, async () => {
      await using handle = await open(path, "wx", 0o600);
      await handle.writeFile(text);
      await handle.sync();
    });
  },

  /** Puts a whole file (0600) in the place of what is there. The one thing here that is not forced to the disk. */
  async replace(path: string, text: string): Promise<void> {
    const draft = `${path}.${randomUUID()}.draft`;
    try {
      await writeFile(draft, text, { flag: "wx", mode: 0o600 });
      await rename(draft, path);
    } catch (error) {
      await rm(draft, { force: true });
      throw fileError(error, "write", path);
    }
  },

  /** Cuts a file to its first `bytes`. */
  async truncate(path: string, bytes: number): Promise<void> {
    await withRoom("write", path, async () => {
      await using handle = await open(path, "r+");
      await handle.truncate(bytes);
      await handle.sync();
    });
  },

  /** Undefined where there is no such file. */
  async read(path: string): Promise<Buffer | undefined> {
    try {
      return await readFile(path);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw fileError(error, "read", path);
    }
  },
} as const;

export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** What the operating system says where a disk, a quota or a file system takes no more. */
const NO_ROOM: Readonly<Record<string, string>> = {
  ENOSPC: "its disk is full",
  EDQUOT: "the quota of this user is used up",
  EFBIG: "the file may not be larger",
  EIO: "its disk fails",
};

/** A failed file operation as an error of ours; a full disk or a lost right does not mend by repeating. */
export function fileError(error: unknown, what: string, path: string): DriverError {
  if (error instanceof DriverError) return error;
  const code = systemCode(error) ?? "";
  const noRoom = NO_ROOM[code];
  if (noRoom !== undefined) {
    return new DriverError("fatal", `cannot ${what} ${path}: ${noRoom} (${code}); make room in ${dirname(path)}`, {
      cause: error,
    });
  }
  const denied = code === "EACCES" || code === "EPERM" || code === "EROFS";
  return new DriverError(denied ? "denied" : "fatal", `cannot ${what} ${path}: ${code || String(error)}`, {
    cause: error,
  });
}

/** File work whose error, where the disk takes no more, names the file and its folder. Other errors are left to the caller. */
export async function withRoom<T>(what: string, path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw (systemCode(error) ?? "") in NO_ROOM ? fileError(error, what, path) : error;
  }
}
