import { createHash } from "node:crypto";
import { readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Alert, Inbox } from "../../ports/inbox.ts";
import { durable, systemCode, withRoom } from "../files/durable.ts";

const entrySchema = z.object({
  key: z.string(),
  source: z.enum(["alertmanager", "azure-monitor", "sns"]),
  status: z.enum(["firing", "resolved"]),
  summary: z.string(),
  receivedAt: z.string(),
  decision: z.string().optional(),
});

/** One file an alert under `directory`; its name is a hash of the key, so that the file system enforces uniqueness. */
export class FileInbox implements Inbox {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async put(alert: Alert): Promise<boolean> {
    await durable.directory(this.#directory);
    try {
      await durable.create(this.#path(alert.key), JSON.stringify(alert));
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
    await durable.syncDirectory(this.#directory);
    return true;
  }

  async pending(): Promise<readonly Alert[]> {
    const entries = await Promise.all((await this.#names()).map((name) => this.#read(join(this.#directory, name))));
    return entries
      .filter((entry) => entry !== undefined && entry.decision === undefined)
      .filter((entry) => entry !== undefined)
      .sort((a, b) => a.receivedAt.localeCompare(b.receivedAt));
  }

  async done(key: string, decision: string): Promise<void> {
    const path = this.#path(key);
    const entry = await this.#read(path);
    if (entry === undefined) return;
    const draft = `${path}.${process.pid}.draft`;
    await rm(draft, { force: true });
    await durable.create(draft, JSON.stringify({ ...entry, decision }));
    await withRoom("write", path, () => rename(draft, path));
    await durable.syncDirectory(this.#directory);
  }

  async #names(): Promise<readonly string[]> {
    const names = await readdir(this.#directory).catch(() => []);
    return names.filter((name) => name.endsWith(".json"));
  }

  async #read(path: string): Promise<z.infer<typeof entrySchema> | undefined> {
    const text = await durable.read(path);
    if (text === undefined) return undefined;
    try {
      return entrySchema.parse(JSON.parse(text.toString("utf8")));
    } catch {
      // Torn by a crash before the sender was answered: the sender will send it again.
      await rm(path, { force: true });
      return undefined;
    }
  }

  #path(key: string): string {
    return join(this.#directory, `${createHash("sha256").update(key).digest("hex")}.json`);
  }
}
