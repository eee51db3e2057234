import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, truncate } from "node:fs/promises";
import { basename, join } from "node:path";
import { compactObjects } from "./compact-objects.ts";
import { type LoggedRequest, loggedRequestSchema } from "./logged-request.ts";
import type { RequestBody } from "./request-body.ts";

/**
 * Every request that changed the AWS world, in order, one JSON line each. Sending them again to an empty moto gives the
 * same world. A line is on disk before its request is answered. Holds passwords in clear, like the rest of the sandbox's
 * directory, which only its owner may read.
 */
export class RequestLog {
  readonly #directory: string;
  #file: FileHandle | undefined;
  #next = 1;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get bodiesDirectory(): string {
    return join(this.#directory, "bodies");
  }

  /** What is to be replayed. Drops what later requests undid, and a last line that a crash cut short. */
  async load(): Promise<readonly LoggedRequest[]> {
    await mkdir(this.bodiesDirectory, { recursive: true, mode: 0o700 });
    const path = join(this.#directory, "requests.jsonl");
    const text = await readFile(path, "utf8").catch(() => "");
    const end = text.lastIndexOf("\n") + 1;
    if (end < text.length) await truncate(path, Buffer.byteLength(text.slice(0, end)));
    const all = text
      .slice(0, end)
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => loggedRequestSchema.parse(JSON.parse(line)));
    this.#next = Math.max(0, ...all.map(({ sequence }) => sequence)) + 1;
    const kept = compactObjects(all);
    if (kept.length < all.length) await this.#rewrite(path, kept);
    await this.#removeOrphans(kept);
    this.#file = await open(path, "a", 0o600);
    return kept;
  }

  nextSequence(): number {
    return this.#next++;
  }

  spillPath(): string {
    return join(this.bodiesDirectory, crypto.randomUUID());
  }

  /** Resolves when the entry is on disk. */
  async append(entry: Omit<LoggedRequest, "body" | "bodyFile" | "bodyLength">, body: RequestBody): Promise<void> {
    if (this.#file === undefined) throw new Error("the request log is not open; call load() first");
    const stored = body.kind === "memory" ? { body: body.bytes.toString("base64") } : { bodyFile: basename(body.path) };
    await this.#file.appendFile(`${JSON.stringify({ ...entry, ...stored, bodyLength: body.length })}\n`);
    await this.#file.datasync();
  }

  bodyOf(entry: LoggedRequest): RequestBody {
    if (entry.bodyFile === undefined) {
      return { kind: "memory", bytes: Buffer.from(entry.body ?? "", "base64"), length: entry.bodyLength };
    }
    return { kind: "file", path: join(this.bodiesDirectory, entry.bodyFile), length: entry.bodyLength };
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #rewrite(path: string, entries: readonly LoggedRequest[]): Promise<void> {
    const temporary = `${path}.new`;
    const file = await open(temporary, "w", 0o600);
    await file.writeFile(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(""));
    await file.sync();
    await file.close();
    await rename(temporary, path);
  }

  /** Bodies of requests that failed, were dropped, or were never answered. */
  async #removeOrphans(entries: readonly LoggedRequest[]): Promise<void> {
    const used = new Set(entries.map(({ bodyFile }) => bodyFile));
    const present = await readdir(this.bodiesDirectory);
    await Promise.all(present.filter((name) => !used.has(name)).map((name) => rm(join(this.bodiesDirectory, name))));
  }
}
