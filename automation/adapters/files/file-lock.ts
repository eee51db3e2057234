import { randomUUID } from "node:crypto";
import { link, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { durable, fileError, systemCode, withRoom } from "./durable.ts";
import { type Liveness, livenessOf, ownIdentity, processIdentitySchema } from "./process-identity.ts";

const recordSchema = z.object({ owner: processIdentitySchema, acquiredAt: z.string(), note: z.string() });

export interface LockHolder extends z.infer<typeof recordSchema> {
  readonly liveness: Liveness;
}

/** A lock that is held. `release` twice, or after somebody took over, does nothing. */
export interface FileLockHandle {
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

export type AcquireResult = { readonly handle: FileLockHandle } | { readonly busy: LockHolder };

/**
 * A lock between processes of one machine, in a directory of its own. Each holder makes the next generation (`7.lock`, by an exclusive
 * link) and ends it (`7.free`); nothing is ever taken away from under somebody, so two that take over the same dead holder cannot both win.
 */
export class FileLock {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async holder(): Promise<LockHolder | undefined> {
    return (await this.#newest()).holder;
  }

  /** `note` says what for. `mayTake` decides on a holder that is there; one that lives on is never to be taken over. */
  async acquire(note: string, mayTake: (holder: LockHolder) => boolean | Promise<boolean>): Promise<AcquireResult> {
    await durable.directory(this.#directory);
    const record = { owner: await ownIdentity(), acquiredAt: new Date().toISOString(), note };
    const draft = join(this.#directory, `${randomUUID()}.draft`);
    await durable.create(draft, JSON.stringify(record));
    try {
      for (;;) {
        const newest = await this.#newest();
        if (newest.holder !== undefined && !(await mayTake(newest.holder))) return { busy: newest.holder };
        const generation = newest.generation + 1;
        if (!(await this.#claim(draft, generation))) continue;
        await durable.syncDirectory(this.#directory);
        await this.#forget(generation);
        return { handle: this.#handle(generation) };
      }
    } catch (error) {
      throw fileError(error, "lock", this.#directory);
    } finally {
      await rm(draft, { force: true });
    }
  }

  async #claim(draft: string, generation: number): Promise<boolean> {
    const path = join(this.#directory, `${generation}.lock`);
    try {
      await withRoom("write", path, () => link(draft, path));
    } catch (error) {
      if (systemCode(error) === "EEXIST") return false;
      throw error;
    }
    // We may have looked so long ago that this generation had come and gone.
    if ((await this.#newest()).generation === generation) return true;
    await rm(path, { force: true });
    return false;
  }

  #handle(generation: number): FileLockHandle {
    const isHeld = async (): Promise<boolean> => {
      const newest = await this.#newest();
      return newest.generation === generation && newest.holder !== undefined;
    };
    return {
      isHeld,
      release: async () => {
        if (!(await isHeld())) return;
        await durable.create(join(this.#directory, `${generation}.free`), "").catch((error) => {
          if (systemCode(error) !== "EEXIST") throw fileError(error, "release", this.#directory);
        });
        await durable.syncDirectory(this.#directory);
      },
    };
  }

  async #newest(): Promise<{ readonly generation: number; readonly holder: LockHolder | undefined }> {
    const names = await readdir(this.#directory).catch((error): string[] => {
      if (systemCode(error) === "ENOENT") return [];
      throw fileError(error, "read", this.#directory);
    });
    const generation = Math.max(
      0,
      ...names.filter((name) => name.endsWith(".lock")).map((name) => Number.parseInt(name, 10)),
    );
    if (generation === 0 || names.includes(`${generation}.free`)) return { generation, holder: undefined };
    const path = join(this.#directory, `${generation}.lock`);
    const text = await durable.read(path);
    // Removed between the two looks: there is a newer one.
    if (text === undefined) return this.#newest();
    const record = recordSchema.safeParse(parseJson(text.toString("utf8")));
    if (!record.success) {
      throw new DriverError(
        "fatal",
        `the lock ${path} cannot be read; remove it once nobody works on this application`,
      );
    }
    return { generation, holder: { ...record.data, liveness: await livenessOf(record.data.owner) } };
  }

  async #forget(below: number): Promise<void> {
    for (const name of await readdir(this.#directory)) {
      if (/^\d+\.(lock|free)$/.test(name) && Number.parseInt(name, 10) < below)
        await rm(join(this.#directory, name), { force: true });
    }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
