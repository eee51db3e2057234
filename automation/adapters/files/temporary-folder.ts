import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileError } from "./durable.ts";

/** A new folder of this user alone among the system's temporary ones (TMPDIR). Errors: `denied` or `fatal`, naming that folder. */
export async function temporaryFolder(prefix: string): Promise<string> {
  const path = join(tmpdir(), prefix);
  try {
    return await mkdtemp(path);
  } catch (error) {
    throw fileError(error, "make a folder", path);
  }
}
