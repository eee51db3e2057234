import { mkdir, open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import { z } from "zod";
import type { Json } from "./json.ts";

const schema = z.record(z.string(), z.record(z.string(), z.unknown()));

/** Secrets of resources by resource key, in a file that only its owner can read (0600). */
export class SecretFile {
  readonly #path: string;
  #entries = new Map<string, Json>();
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  async load(): Promise<void> {
    const text = await readFile(this.#path, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return "{}";
      throw error;
    });
    this.#entries = new Map(Object.entries(schema.parse(JSON.parse(text))));
  }

  get(key: string): Json {
    return this.#entries.get(key) ?? {};
  }

  /** Undefined forgets the entry. */
  set(key: string, value: Json | undefined): Promise<void> {
    if (value === undefined || Object.keys(value).length === 0) this.#entries.delete(key);
    else this.#entries.set(key, value);
    this.#writing = this.#writing.catch(() => {}).then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(JSON.stringify(Object.fromEntries(this.#entries)));
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }
}
