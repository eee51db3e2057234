import { createHash } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { serialiseError } from "../../domain/errors.ts";
import { otherSite } from "../../domain/protection.ts";
import { withDeadline } from "../../lib/interruption.ts";
import type { Notifier } from "../../ports/notifier.ts";
import type { BackupFacts, BackupOutcome, StateBackups } from "../../ports/state-backups.ts";
import { type ObjectInfo, type ObjectStore, ownPrefix } from "../objects/object-store.ts";
import { parseState } from "./state.ts";

export interface StateBackupsOptions {
  /** Stacks are `<environment>-primary` and `<environment>-standby`. */
  readonly environment: string;
  /** The state as the engine exports it, secrets encrypted. */
  readonly state: (site: Site, signal: AbortSignal) => Promise<string>;
  /** The object store of a site; undefined where it has none. Errors: `not-found` where the site was never deployed. */
  readonly store: (site: Site, signal: AbortSignal) => Promise<ObjectStore | undefined>;
  /** Where the outcomes are written, for other processes. */
  readonly file: string;
  readonly notifier: Notifier;
  /** Copies of each state. Default 10. */
  readonly keep?: number;
  /** Milliseconds in which a store must say what copies it has. Default 10,000. */
  readonly answerMs?: number;
  /** Milliseconds for one copy. Default 60,000. */
  readonly timeoutMs?: number;
}

const sites = ["primary", "standby"] as const;
const at = z.string();
const outcomeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("kept"), at, where: z.string() }),
  z.object({ kind: z.literal("nowhere"), at, reason: z.string() }),
  z.object({ kind: z.literal("failed"), at, error: z.string() }),
]);
const fileSchema = z.partialRecord(z.enum(sites), outcomeSchema);

/** A fixed number of objects a stack, written in turn: the oldest gives way, so nothing is ever deleted. */
export class ObjectStateBackups implements StateBackups {
  readonly #options: StateBackupsOptions;
  readonly #wanted = new Set<Site>();
  #running: Promise<void> | undefined;

  constructor(options: StateBackupsOptions) {
    this.#options = options;
  }

  changed(site: Site): void {
    this.#wanted.add(site);
    this.#running ??= this.#work();
  }

  async settled(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async last(): Promise<Partial<Record<Site, BackupOutcome>>> {
    try {
      return fileSchema.parse(JSON.parse(await readFile(this.#options.file, "utf8")));
    } catch {
      // Never written, or not by us: nothing is known.
      return {};
    }
  }

  look(signal: AbortSignal): Promise<readonly BackupFacts[]> {
    return Promise.all(
      sites.map(async (site): Promise<BackupFacts> => {
        const stack = this.#stack(site);
        const store = await this.#options.store(otherSite(site), signal);
        if (store === undefined) return { kind: "nowhere", stack, reason: this.#noStore(site) };
        const [state, slots] = await Promise.all([this.#options.state(site, signal), this.#slots(store, site, signal)]);
        const newest = newestOf(slots);
        if (newest === undefined) return { kind: "none", stack, where: store.name };
        const kind = newest.copyOf === markOf(state) ? "current" : "stale";
        return { kind, stack, takenAt: newest.modifiedAt.toISOString(), where: `${store.name}/${newest.key}` };
      }),
    );
  }

  async #work(): Promise<void> {
    try {
      // What failed before is tried again with the next change, whichever stack's it is.
      const last = await this.last();
      for (const site of sites) if (last[site] !== undefined && last[site].kind !== "kept") this.#wanted.add(site);
      for (const site of this.#next()) {
        const outcome = await this.#backUp(site);
        await this.#tell(site, outcome).catch(() => undefined);
      }
    } finally {
      this.#running = undefined;
    }
  }

  *#next(): Iterable<Site> {
    for (;;) {
      const [site] = this.#wanted;
      if (site === undefined) return;
      this.#wanted.delete(site);
      yield site;
    }
  }

  async #backUp(site: Site): Promise<BackupOutcome> {
    const stack = this.#stack(site);
    const never = new AbortController().signal;
    const now = () => new Date().toISOString();
    try {
      return await withDeadline(
        `copy of the state of ${stack}`,
        this.#options.timeoutMs ?? 60_000,
        never,
        async (signal) => {
          const store = await this.#options.store(otherSite(site), signal);
          if (store === undefined) return { kind: "nowhere", at: now(), reason: this.#noStore(site) };
          // A region that is down is not waited for as long as one that is slow: whoever ends after this waits for it.
          const [state, slots] = await Promise.all([
            this.#options.state(site, signal),
            withDeadline(`the copies at ${store.name}`, this.#options.answerMs ?? 10_000, signal, (inner) =>
              this.#slots(store, site, inner),
            ),
          ]);
          const newest = newestOf(slots);
          const copyOf = markOf(state);
          if (newest?.copyOf === copyOf) return { kind: "kept", at: now(), where: `${store.name}/${newest.key}` };
          const key = slots.find(({ info }) => info === undefined)?.key ?? oldestOf(slots);
          const body = Buffer.from(state);
          const details = { contentType: "application/json", contentEncoding: undefined, cacheControl: undefined };
          const request = { key, size: body.length, md5: createHash("md5").update(body).digest("hex"), copyOf };
          await store.put(
            {
              ...request,
              body: Readable.from([body], { objectMode: false }),
              details: { ...details, metadata: { stack } },
            },
            signal,
          );
          return { kind: "kept", at: now(), where: `${store.name}/${key}` };
        },
      );
    } catch (error) {
      const { code, message } = serialiseError(error);
      return code === "not-found"
        ? { kind: "nowhere", at: now(), reason: message }
        : { kind: "failed", at: now(), error: message };
    }
  }

  async #tell(site: Site, outcome: BackupOutcome): Promise<void> {
    const { file, notifier } = this.#options;
    const outcomes = { ...(await this.last()), [site]: outcome };
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(`${file}.${process.pid}`, JSON.stringify(outcomes), { mode: 0o600 });
    await rename(`${file}.${process.pid}`, file);
    if (outcome.kind !== "failed") return;
    const title = `The state of ${this.#stack(site)} has no copy at the other site`;
    const text = `${outcome.error.replace(/\.$/, "")}. It is tried again with the next update; nothing else depends on it.`;
    await notifier.notify({ severity: "warning", title, text, at: outcome.at });
  }

  #slots(store: ObjectStore, site: Site, signal: AbortSignal): Promise<readonly Slot[]> {
    const keys = Array.from({ length: this.#options.keep ?? 10 }, (_, index) => backupKey(this.#stack(site), index));
    return Promise.all(keys.map(async (key) => ({ key, info: await store.head(key, signal) })));
  }

  #stack(site: Site): string {
    return `${this.#options.environment}-${site}`;
  }

  #noStore(site: Site): string {
    return `the ${otherSite(site)} site has no object store`;
  }
}

interface Slot {
  readonly key: string;
  readonly info: ObjectInfo | undefined;
}

export function backupKey(stack: string, index: number): string {
  return `${ownPrefix}state/${stack}/${String(index).padStart(2, "0")}.json`;
}

function newestOf(slots: readonly Slot[]): ObjectInfo | undefined {
  return slots.flatMap(({ info }) => info ?? []).toSorted((a, b) => b.modifiedAt.getTime() - a.modifiedAt.getTime())[0];
}

/** Of slots that are all taken. Stores tell whole seconds: of two equally old ones the first. */
function oldestOf(slots: readonly Slot[]): string {
  const [oldest] = slots.toSorted((a, b) => (a.info?.modifiedAt.getTime() ?? 0) - (b.info?.modifiedAt.getTime() ?? 0));
  return oldest?.key ?? "";
}

/** Names what a state holds; the time at which it was written does not count. */
function markOf(state: string): string {
  const { deployment } = parseState(state);
  const { manifest: _, ...content } = deployment;
  return `state:${createHash("sha256").update(JSON.stringify(content)).digest("hex")}`;
}
