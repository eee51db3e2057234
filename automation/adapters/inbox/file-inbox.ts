import { createHash, randomUUID } from "node:crypto";
import { readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { link, readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate as others } from "node:timers/promises";
import { z } from "zod";
import type { Alert, Inbox } from "../../ports/inbox.ts";
import { durable, fileError, systemCode } from "../files/durable.ts";

const entrySchema = z.object({
  key: z.string(),
  source: z.enum(["alertmanager", "azure-monitor", "sns"]),
  status: z.enum(["firing", "resolved"]),
  summary: z.string(),
  receivedAt: z.string(),
  decision: z.string().optional(),
});

/** How much an inbox keeps. Whatever is beyond is removed, the oldest first. */
export interface InboxLimits {
  /** Alerts that wait. One look at the application decides on all of them, so the newest are enough. Default 10,000. */
  readonly waiting: number;
  /** Decided alerts whose keys stay known. Default 10,000. */
  readonly decided: number;
  /** Age in milliseconds at which a decided alert is forgotten. Default 7 days. */
  readonly decidedMs: number;
  /** The most that one call of `pending` reads. Default 1,000. */
  readonly page: number;
}

const defaults: InboxLimits = { waiting: 10_000, decided: 10_000, decidedMs: 7 * 24 * 3_600_000, page: 1_000 };

/** Files that are handled before other work of this process gets its turn. */
const turn = 100;
/** Milliseconds between two prunings, unless many alerts came in between. */
const pruneMs = 3_600_000;
const entryName = /^[0-9a-f]{64}\.json$/;
/** A draft this old, in milliseconds, was left behind by a crash. */
const draftMs = 60_000;

interface FileTime {
  readonly name: string;
  readonly modifiedMs: number;
}

/**
 * One file per alert: in `directory` while it waits, in `directory/decided` after. Its name is a hash of the key, so that the file
 * system enforces uniqueness. Reading, memory and open files are bounded however many alerts there are.
 */
export class FileInbox implements Inbox {
  readonly #directory: string;
  readonly #decided: string;
  readonly #limits: InboxLimits;
  /** Alerts put or decided on since the last pruning. */
  #changes = 0;
  /** By the monotonic clock. Undefined: not since the start. */
  #prunedAt: number | undefined;

  constructor(directory: string, limits: Partial<InboxLimits> = {}) {
    this.#directory = directory;
    this.#decided = join(directory, "decided");
    this.#limits = { ...defaults, ...limits };
  }

  async put(alert: Alert): Promise<boolean> {
    await durable.directory(this.#directory);
    const name = nameOf(alert.key);
    if (await exists(join(this.#decided, name))) return false;
    const isNew = await this.#create(join(this.#directory, name), JSON.stringify(alert));
    if (!isNew) return false;
    await durable.syncDirectory(this.#directory);
    // A driver that stands by receives alerts and never decides on any.
    if (++this.#changes >= this.#limits.page) await this.#prune();
    return true;
  }

  async pending(): Promise<readonly Alert[]> {
    const due = this.#prunedAt === undefined || performance.now() - this.#prunedAt >= pruneMs;
    if (due || this.#changes >= this.#limits.page) await this.#prune();
    const found: Alert[] = [];
    await inTurns(await namesIn(this.#directory), (name) => {
      const entry = this.#waiting(name);
      if (entry !== undefined) found.push(entry);
      return found.length < this.#limits.page;
    });
    return found.sort((a, b) => a.receivedAt.localeCompare(b.receivedAt));
  }

  async done(key: string, decision: string): Promise<void> {
    const name = nameOf(key);
    const path = join(this.#directory, name);
    const entry = read(path);
    if (entry === undefined) return;
    await durable.directory(this.#decided);
    // Not forced to the disk: an alert whose decision a crash undoes is decided on once more, which harms nothing.
    await durable.replace(join(this.#decided, name), JSON.stringify({ ...entry, decision }));
    await rm(path, { force: true });
    this.#changes++;
  }

  /** Whole or not at all, and on the disk: a torn entry would make the sender's second delivery an old one. */
  async #create(path: string, text: string): Promise<boolean> {
    const draft = join(this.#directory, `${randomUUID()}.draft`);
    try {
      await durable.create(draft, text);
      await link(draft, path);
      return true;
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw fileError(error, "write", path);
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Undefined for an entry that does not wait any more. */
  #waiting(name: string): Alert | undefined {
    const entry = read(join(this.#directory, name));
    if (entry?.decision === undefined) return entry;
    // Earlier versions kept decided entries in their place.
    this.#setAside(name);
    this.#changes++;
    return undefined;
  }

  #setAside(name: string): void {
    ifThere(() => renameSync(join(this.#directory, name), join(this.#decided, name)));
  }

  async #prune(): Promise<void> {
    this.#changes = 0;
    this.#prunedAt = performance.now();
    await durable.directory(this.#decided);
    const now = Date.now();
    const { waiting, decided, decidedMs } = this.#limits;
    const names = await namesIn(this.#directory, () => true);
    const all = names.filter((name) => entryName.test(name));
    const drafts = await newestFirst(
      this.#directory,
      names.filter((name) => name.endsWith(".draft")),
    );
    // Their ages matter only where there are too many. The newest of those beyond stay known, like decided ones.
    const beyond = all.length <= waiting ? [] : (await newestFirst(this.#directory, all)).slice(waiting);
    await inTurns(beyond.slice(0, decided), ({ name }) => this.#setAside(name));
    const known = await newestFirst(this.#decided, await namesIn(this.#decided));
    const isOld = ({ modifiedMs }: FileTime, index: number): boolean =>
      index >= decided || now - modifiedMs > decidedMs;
    const over = [
      ...drafts.filter(({ modifiedMs }) => now - modifiedMs > draftMs).map(({ name }) => join(this.#directory, name)),
      ...beyond.slice(decided).map(({ name }) => join(this.#directory, name)),
      ...known.filter(isOld).map(({ name }) => join(this.#decided, name)),
    ];
    await inTurns(over, (path) => rmSync(path, { force: true }));
  }
}

function nameOf(key: string): string {
  return `${createHash("sha256").update(key).digest("hex")}.json`;
}

async function namesIn(
  directory: string,
  isWanted = (name: string): boolean => entryName.test(name),
): Promise<string[]> {
  const names = await readdir(directory).catch((error): string[] => {
    if (systemCode(error) === "ENOENT") return [];
    throw fileError(error, "read", directory);
  });
  return names.filter(isWanted);
}

async function newestFirst(directory: string, names: readonly string[]): Promise<readonly FileTime[]> {
  const files: FileTime[] = [];
  await inTurns(names, (name) => {
    const found = ifThere(() => statSync(join(directory, name)));
    if (found !== undefined) files.push({ name, modifiedMs: found.mtimeMs });
  });
  return files.sort((a, b) => b.modifiedMs - a.modifiedMs);
}

/**
 * Until `work` says false. The calls in it are synchronous: a file is handled in microseconds, ten times as fast as through the thread
 * pool, and only one is open at a time.
 */
async function inTurns<T>(items: readonly T[], work: (item: T) => unknown): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (work(item) === false) return;
    if (index % turn === turn - 1) await others();
  }
}

/** Undefined for a file that is not there, or was torn by a crash before the sender was answered: the sender will send it again. */
function read(path: string): z.infer<typeof entrySchema> | undefined {
  const text = ifThere(() => readFileSync(path, "utf8"));
  if (text === undefined) return undefined;
  try {
    return entrySchema.parse(JSON.parse(text));
  } catch {
    rmSync(path, { force: true });
    return undefined;
  }
}

/** Undefined where the file is gone: another driver of this directory was faster. */
function ifThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    (error: unknown) => {
      if (systemCode(error) === "ENOENT") return false;
      throw error;
    },
  );
}
