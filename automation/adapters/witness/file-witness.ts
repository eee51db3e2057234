import { rename } from "node:fs/promises";
import { join } from "node:path";
import { DriverError } from "../../domain/errors.ts";
import { type WitnessRecord, witnessRecordSchema } from "../../domain/witness-record.ts";
import { withDeadline } from "../../lib/interruption.ts";
import type { CompareAndSetResult, Witness } from "../../ports/witness.ts";
import { durable, fileError, systemCode } from "../files/durable.ts";
import { parseJsonLines } from "../files/json-lines.ts";
import { whileLocked } from "../files/while-locked.ts";
import { requireNext } from "./record-text.ts";

/** Milliseconds: a compare-and-set is over in a few; longer means that somebody is frozen with the lock in hand. */
const limitMs = 10_000;

/** One append-only file an application: the last line is what stands, the others are its history. For one machine. */
export class FileWitness implements Witness {
  readonly placement = "local";
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async read(application: string, signal: AbortSignal): Promise<WitnessRecord | undefined> {
    return withDeadline(
      `read the witness of ${application}`,
      limitMs,
      signal,
      async () => (await this.#load(application)).record,
    );
  }

  async compareAndSet(
    application: string,
    expectedEpoch: number,
    next: WitnessRecord,
    signal: AbortSignal,
  ): Promise<CompareAndSetResult> {
    const record = requireNext(application, expectedEpoch, next);
    return withDeadline(`write the witness of ${application}`, limitMs, signal, async (inner) => {
      const lock = join(this.#directory, `${encodeURIComponent(application)}.lock.d`);
      const what = `the witness of ${application}`;
      return whileLocked({ lock, note: "witness", what, signal: inner }, () => this.#write(expectedEpoch, record));
    });
  }

  /** Another store has the record now: the file stays, under a name that says so, and counts no more. */
  async retire(application: string): Promise<void> {
    const path = this.#path(application);
    try {
      await rename(path, `${path}.adopted-${Date.now()}`);
      await durable.syncDirectory(this.#directory);
    } catch (error) {
      if (systemCode(error) !== "ENOENT") throw fileError(error, "rename", path);
    }
  }

  async #write(expectedEpoch: number, record: WitnessRecord): Promise<CompareAndSetResult> {
    const { record: current, wholeBytes, bytes } = await this.#load(record.application);
    if ((current?.epoch ?? 0) !== expectedEpoch) return { ok: false, current };
    const path = this.#path(record.application);
    if (bytes > wholeBytes) await durable.truncate(path, wholeBytes);
    try {
      await durable.append(path, `${JSON.stringify(record)}\n`);
    } catch (error) {
      throw fileError(error, "write the witness", path);
    }
    return { ok: true, record };
  }

  async #load(application: string) {
    const path = this.#path(application);
    const bytes = (await durable.read(path)) ?? Buffer.alloc(0);
    const { entries, wholeBytes } = parseJsonLines(bytes, witnessRecordSchema, path);
    const record = entries.at(-1);
    if (record !== undefined && record.application !== application) {
      throw new DriverError("fatal", `${path} is damaged: it speaks of application ${record.application}`);
    }
    return { record, wholeBytes, bytes: bytes.length };
  }

  #path(application: string): string {
    return join(this.#directory, `${encodeURIComponent(application)}.witness.jsonl`);
  }
}
