import type { StrandedWrite } from "./database.ts";

/** A finished file: one JSON object per line. */
export interface SalvageFile {
  /** Where it is, for whoever restores from it. */
  readonly name: string;
  readonly rows: number;
  readonly bytes: number;
  /** SHA-256 of the whole file, in hex. */
  readonly sha256: string;
}

export interface SalvageWriter extends AsyncDisposable {
  add(write: StrandedWrite): Promise<void>;
  /** On the disk and under its name when this returns. Undefined: nothing was added, and there is no file. */
  finish(): Promise<SalvageFile | undefined>;
}

/** Where the rows of a salvage are kept: they may be many, and hold anything that the application's tables do. */
export interface SalvageFiles {
  /** Begins an operation's file anew; what an attempt before this one wrote is replaced when this one is finished. */
  create(operationId: string): Promise<SalvageWriter>;
}

/** A salvage file, for whoever puts its rows back. `name`: as the report gives it, or another path. */
export interface SalvageReader {
  /** One at a time. Errors: `invalid-input` for no such file, or with the number of a line that is no lost change. */
  read(name: string): AsyncGenerator<StrandedWrite>;
  /** SHA-256 of the whole file, in hex. */
  sha256(name: string): Promise<string>;
}
