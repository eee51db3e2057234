import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { DriverError, invalidInput } from "../../domain/errors.ts";
import { GuardError, operationRunning } from "../../domain/guards.ts";
import {
  type JournalEntry,
  type JournalEntryBody,
  journalEntryBodySchema,
  journalEntrySchema,
} from "../../domain/journal-entry.ts";
import { isEnded } from "../../domain/operation.ts";
import type {
  Answer,
  ApplicationLock,
  Journal,
  LockRequest,
  LockState,
  OperationSummary,
} from "../../ports/journal.ts";
import { durable, fileError, systemCode } from "../files/durable.ts";
import { FileLock, type FileLockHandle, type LockHolder } from "../files/file-lock.ts";
import { parseJsonLines } from "../files/json-lines.ts";
import { addAnswer, followAnswers } from "./answers.ts";

interface Tail {
  readonly sequence: number;
  readonly bytes: number;
}

/**
 * One JSONL file an operation under `<directory>/operations`, its answers beside it, and one lock an application under
 * `<directory>/locks`. For one machine: the directory must not be shared over a network.
 */
export class FileJournal implements Journal {
  readonly #directory: string;
  readonly #queues = new Map<string, Promise<unknown>>();
  readonly #tails = new Map<string, Tail>();
  readonly #held = new Map<string, FileLockHandle>();

  constructor(directory: string) {
    this.#directory = directory;
  }

  append(operationId: string, body: JournalEntryBody): Promise<JournalEntry> {
    const before = this.#queues.get(operationId) ?? Promise.resolve();
    const next = before.then(() => this.#append(operationId, body));
    this.#queues.set(
      operationId,
      next.catch(() => {}),
    );
    return next;
  }

  async read(operationId: string): Promise<readonly JournalEntry[]> {
    const { entries } = await this.#load(operationId);
    if (entries.length === 0) throw notFound(operationId);
    return entries;
  }

  async list(application: string): Promise<readonly OperationSummary[]> {
    const names = await readdir(join(this.#directory, "operations")).catch((error): string[] => {
      if (systemCode(error) === "ENOENT") return [];
      throw fileError(error, "read", this.#directory);
    });
    const ids = names
      .filter((name) => name.endsWith(".entries.jsonl"))
      .map((name) => name.slice(0, -".entries.jsonl".length));
    const summaries = await Promise.all(ids.map((id) => this.#summary(id)));
    return summaries
      .filter((summary) => summary?.application === application)
      .filter((summary) => summary !== undefined)
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt) || b.id.localeCompare(a.id));
  }

  async answer(operationId: string, answer: Answer): Promise<void> {
    await this.read(operationId);
    await addAnswer(this.#path(operationId, "answers"), answer);
  }

  answers(operationId: string, signal: AbortSignal): AsyncIterable<Answer> {
    return followAnswers(this.#path(operationId, "answers"), signal);
  }

  async lock(request: LockRequest): Promise<ApplicationLock> {
    const { application, operationId, how } = request;
    const result = await this.#lockOf(application).acquire(operationId, async (holder) => {
      if (holder.liveness === "alive") return false;
      // Its operation came to its end; only the release is missing.
      if (holder.liveness === "dead" && (await this.#hasEnded(holder.note))) return true;
      if (how === "start") return false;
      const same = holder.note === operationId;
      return holder.liveness === "dead" ? same || how === "seize" : how === "seize";
    });
    if ("busy" in result)
      throw new GuardError(operationRunning(result.busy.note, describe(result.busy), result.busy.liveness !== "dead"));
    this.#held.set(operationId, result.handle);
    return {
      release: async () => {
        if (this.#held.get(operationId) === result.handle) this.#held.delete(operationId);
        await result.handle.release();
      },
    };
  }

  async holder(application: string): Promise<LockState | undefined> {
    const holder = await this.#lockOf(application).holder();
    if (holder === undefined) return undefined;
    const { pid, host, startedAt } = holder.owner;
    return {
      application,
      operationId: holder.note,
      owner: { pid, host, startedAt },
      acquiredAt: holder.acquiredAt,
      liveness: holder.liveness,
    };
  }

  async #append(operationId: string, body: JournalEntryBody): Promise<JournalEntry> {
    const path = this.#path(operationId, "entries");
    const held = this.#held.get(operationId);
    if (held !== undefined && !(await held.isHeld())) {
      throw new DriverError(
        "stale-epoch",
        `operation ${operationId} was taken over by another process; this one writes nothing more`,
      );
    }
    const tail = await this.#tail(operationId);
    const isFirst = body.type === "operation-started";
    if (isFirst && tail.sequence > 0) throw new DriverError("conflict", `operation ${operationId} exists already`);
    if (!isFirst && tail.sequence === 0) throw notFound(operationId);
    const entry = { operationId, sequence: tail.sequence + 1, body: journalEntryBodySchema.parse(body) };
    const line = `${JSON.stringify(entry)}\n`;
    // Known again only when it is on the disk: after a failed write the file is looked at anew.
    this.#tails.delete(operationId);
    try {
      if (isFirst) await durable.directory(join(this.#directory, "operations"));
      await durable.append(path, line);
    } catch (error) {
      throw fileError(error, "write the journal", path);
    }
    this.#tails.set(operationId, { sequence: entry.sequence, bytes: tail.bytes + Buffer.byteLength(line) });
    return entry;
  }

  async #tail(operationId: string): Promise<Tail> {
    const known = this.#tails.get(operationId);
    if (known !== undefined) return known;
    const { entries, wholeBytes, bytes } = await this.#load(operationId);
    if (bytes > wholeBytes) await durable.truncate(this.#path(operationId, "entries"), wholeBytes);
    return { sequence: entries.length, bytes: wholeBytes };
  }

  async #load(operationId: string) {
    const path = this.#path(operationId, "entries");
    const bytes = (await durable.read(path)) ?? Buffer.alloc(0);
    const { entries, wholeBytes } = parseJsonLines(bytes, journalEntrySchema, path);
    entries.forEach((entry, index) => {
      if (entry.sequence !== index + 1 || entry.operationId !== operationId) {
        throw new DriverError(
          "fatal",
          `${path} is damaged: entry ${index + 1} says ${entry.operationId} ${entry.sequence}`,
        );
      }
    });
    return { entries, wholeBytes, bytes: bytes.length };
  }

  async #summary(id: string): Promise<OperationSummary | undefined> {
    const { entries } = await this.#load(id);
    const [first] = entries;
    if (first?.body.type !== "operation-started") return undefined;
    const { application, plan, mode, startedAt, state } = first.body.operation;
    const last = entries.findLast((entry) => entry.body.type === "operation-state");
    return {
      id,
      application,
      plan,
      mode,
      startedAt,
      state: last?.body.type === "operation-state" ? last.body.state : state,
    };
  }

  async #hasEnded(operationId: string): Promise<boolean> {
    const summary = await this.#summary(operationId);
    return summary !== undefined && isEnded(summary.state);
  }

  #lockOf(application: string): FileLock {
    return new FileLock(join(this.#directory, "locks", `app-${encodeURIComponent(application)}`));
  }

  #path(operationId: string, what: "entries" | "answers"): string {
    if (!/^[a-z0-9][a-z0-9-]{2,79}$/.test(operationId)) {
      throw invalidInput("operation", operationId, "lower-case letters, digits and dashes, 3 to 80 of them");
    }
    return join(this.#directory, "operations", `${operationId}.${what}.jsonl`);
  }
}

function notFound(operationId: string): DriverError {
  return new DriverError("not-found", `there is no operation ${operationId}`, {
    field: "operation",
    value: operationId,
  });
}

function describe(holder: LockHolder): string {
  return `process ${holder.owner.pid} on ${holder.owner.host}, since ${holder.acquiredAt}`;
}
