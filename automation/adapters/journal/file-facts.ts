import { join } from "node:path";
import { type ApplicationFact, applicationFactSchema } from "../../domain/application-facts.ts";
import { withDeadline } from "../../lib/interruption.ts";
import type { Facts } from "../../ports/facts.ts";
import { durable, fileError } from "../files/durable.ts";
import { parseJsonLines } from "../files/json-lines.ts";
import { whileLocked } from "../files/while-locked.ts";

/** Milliseconds: an addition is over in a few; longer means that somebody is frozen with the lock in hand. */
const limitMs = 10_000;
const never = new AbortController().signal;

/** In a driver's state directory. */
export function factsDirectory(stateDirectory: string): string {
  return join(stateDirectory, "facts");
}

/** One append-only file an application. For one machine: the directory must not be shared over a network. */
export class FileFacts implements Facts {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async add(application: string, fact: ApplicationFact): Promise<void> {
    const line = `${JSON.stringify(applicationFactSchema.parse(fact))}\n`;
    const what = `the facts of ${application}`;
    await withDeadline(`write ${what}`, limitMs, never, (signal) =>
      whileLocked({ lock: `${this.#path(application)}.lock.d`, note: "facts", what, signal }, async () => {
        const path = this.#path(application);
        const { wholeBytes, bytes } = await this.#load(application);
        try {
          if (bytes > wholeBytes) await durable.truncate(path, wholeBytes);
          await durable.append(path, line);
        } catch (error) {
          throw fileError(error, "write", path);
        }
      }),
    );
  }

  async read(application: string): Promise<readonly ApplicationFact[]> {
    return (await this.#load(application)).entries;
  }

  async #load(application: string) {
    const path = this.#path(application);
    const bytes = (await durable.read(path)) ?? Buffer.alloc(0);
    return { ...parseJsonLines(bytes, applicationFactSchema, path), bytes: bytes.length };
  }

  #path(application: string): string {
    return join(this.#directory, `${encodeURIComponent(application)}.facts.jsonl`);
  }
}
