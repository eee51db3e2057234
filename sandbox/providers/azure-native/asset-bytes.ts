import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isObject, signatureKey } from "../properties.ts";
import { zip } from "./zip.ts";

// Wire signatures of assets and archives in the Pulumi resource protocol.
const assetSignature = "c44067f5952c0a294b673a41bacd8c17";
const archiveSignature = "0def7320c3a5731c473e5ecbe6d01bc7";

/**
 * What an asset or archive holds. An archive that is a file goes as it is; a folder, or an archive put together by the
 * program, becomes a zip that is the same for the same content. Throws for remote ones: the sandbox reaches no network.
 */
export async function assetBytes(value: unknown): Promise<Buffer> {
  if (!isObject(value)) throw new Error("source must be an asset or an archive");
  const signature = value[signatureKey];
  if (typeof value.uri === "string" && value.uri !== "") {
    throw new Error(`source is remote (${value.uri}); the sandbox takes assets of this machine only`);
  }
  if (signature === assetSignature) {
    if (typeof value.path === "string" && value.path !== "") return readFile(value.path);
    return Buffer.from(typeof value.text === "string" ? value.text : "");
  }
  if (signature !== archiveSignature) throw new Error("source must be an asset or an archive");
  const { path } = value;
  if (typeof path === "string" && path !== "" && !(await stat(path)).isDirectory()) return readFile(path);
  return zip(await archiveFiles(value, ""));
}

async function archiveFiles(value: unknown, at: string): Promise<ReadonlyMap<string, Buffer>> {
  if (!isObject(value) || value[signatureKey] !== archiveSignature) return new Map([[at, await assetBytes(value)]]);
  const files = new Map<string, Buffer>();
  if (isObject(value.assets)) {
    for (const [name, inner] of Object.entries(value.assets)) {
      for (const [path, bytes] of await archiveFiles(inner, join(at, name))) files.set(path, bytes);
    }
  } else if (typeof value.path === "string") {
    for (const entry of await readdir(value.path, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      files.set(join(at, file.slice(value.path.length).replace(/^\/+/, "")), await readFile(file));
    }
  }
  return files;
}
