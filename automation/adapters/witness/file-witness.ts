import { join } from "node:path";
import { DriverError } from "../../domain/errors.ts";
import { type WitnessRecord, witnessRecordSchema } from "../../domain/witness-record.ts";
import type { CompareAndSetResult, Witness } from "../../ports/witness.ts";
import { pause, withDeadline } from "../deadline.ts";
import { durable, fileError } from "../files/durable.ts";
import { FileLock, type FileLockHandle } from "../files/file-lock.ts";
import { parseJsonLines } from "../files/json-lines.ts";
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
      const lock = await this.#lock(application, inner);
      try {
        const { record: current, wholeBytes, bytes } = await this.#load(application);
        if ((current?.epoch ?? 0) !== expectedEpoch) return { ok: false, current };
        const path = this.#path(application);
        if (bytes > wholeBytes) await durable.truncate(path, wholeBytes);
        try {
          await durable.append(path, `${JSON.stringify(record)}\n`);
        } catch (error) {
          throw fileError(error, "write the witness", path);
        }
        return { ok: true, record };
      } finally {
        await lock.release();
      }
    });
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

  async #lock(application: string, signal: AbortSignal): Promise<FileLockHandle> {
    await durable.directory(this.#directory);
    const lock = new FileLock(join(this.#directory, `${encodeURIComponent(application)}.lock.d`));
    for (;;) {
      const result = await lock.acquire("witness", (holder) => holder.liveness === "dead");
      if ("handle" in result) return result.handle;
      await pause(`lock of the witness of ${application}`, 10, signal);
    }
  }

  #path(application: string): string {
    return join(this.#directory, `${encodeURIComponent(application)}.witness.jsonl`);
  }
}
