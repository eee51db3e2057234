import { createHash } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import type { StrandedWrite } from "../../ports/database.ts";
import type { SalvageFile, SalvageFiles, SalvageReader, SalvageWriter } from "../../ports/salvage-files.ts";
import { durable, fileError } from "./durable.ts";
import { hashOfSalvageFile, readSalvageFile } from "./read-salvage-file.ts";

const bufferedCharacters = 256_000;

/** `<directory>/<operation>.jsonl`, readable by the driver's user alone. */
export class LocalSalvageFiles implements SalvageFiles, SalvageReader {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async create(operationId: string): Promise<SalvageWriter> {
    const path = join(this.#directory, `${operationId}.jsonl`);
    const part = `${path}.part`;
    try {
      await durable.directory(this.#directory);
      await rm(part, { force: true });
      return new Writer(path, part, await open(part, "wx", 0o600));
    } catch (error) {
      throw fileError(error, "begin the salvage file", path);
    }
  }

  read(name: string): AsyncGenerator<StrandedWrite> {
    return readSalvageFile(this.#path(name));
  }

  sha256(name: string): Promise<string> {
    return hashOfSalvageFile(this.#path(name));
  }

  /** A bare name is one of the driver's own files. */
  #path(name: string): string {
    return basename(name) === name ? join(this.#directory, name) : resolve(name);
  }
}

class Writer implements SalvageWriter {
  readonly #path: string;
  readonly #part: string;
  readonly #file: FileHandle;
  readonly #hash = createHash("sha256");
  #buffered = "";
  #rows = 0;
  #bytes = 0;
  #closed = false;

  constructor(path: string, part: string, file: FileHandle) {
    this.#path = path;
    this.#part = part;
    this.#file = file;
  }

  async add(write: StrandedWrite): Promise<void> {
    this.#buffered += `${JSON.stringify(write)}\n`;
    this.#rows += 1;
    if (this.#buffered.length >= bufferedCharacters) await this.#guarded(() => this.#flush());
  }

  async finish(): Promise<SalvageFile | undefined> {
    return this.#guarded(async () => {
      await this.#flush();
      await this.#file.sync();
      await this.#close();
      if (this.#rows === 0) {
        await rm(this.#part, { force: true });
        return undefined;
      }
      await rename(this.#part, this.#path);
      await durable.syncDirectory(join(this.#path, ".."));
      return { name: this.#path, rows: this.#rows, bytes: this.#bytes, sha256: this.#hash.digest("hex") };
    });
  }

  /** Whatever is not finished goes. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    await this.#close();
    await rm(this.#part, { force: true });
  }

  async #flush(): Promise<void> {
    const bytes = Buffer.from(this.#buffered);
    this.#buffered = "";
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await this.#file.writeFile(bytes);
  }

  async #close(): Promise<void> {
    this.#closed = true;
    await this.#file.close();
  }

  async #guarded<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw fileError(error, "write the salvage file", this.#path);
    }
  }
}
