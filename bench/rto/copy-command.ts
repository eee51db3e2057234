import { once } from "node:events";
import type pg from "pg";

/** What `pg` has for COPY and does not type. */
interface CopyConnection extends pg.Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

type Direction = { readonly out: (chunk: Buffer) => void } | { readonly in: AsyncIterable<Buffer> };

/** One COPY command on a client, as psql's \copy and pg_restore send it. */
export class CopyCommand {
  readonly #text: string;
  readonly #direction: Direction;
  readonly #ended = Promise.withResolvers<void>();
  #error: Error | undefined;

  private constructor(text: string, direction: Direction) {
    this.#text = text;
    this.#direction = direction;
  }

  /** `copy … to stdout`: each chunk is handed over as it comes. */
  static async out(client: pg.Client, text: string, sink: (chunk: Buffer) => void): Promise<void> {
    await client.query(new CopyCommand(text, { out: sink })).#ended.promise;
  }

  /** `copy … from stdin`. */
  static async in(client: pg.Client, text: string, source: AsyncIterable<Buffer>): Promise<void> {
    await client.query(new CopyCommand(text, { in: source })).#ended.promise;
  }

  submit(connection: pg.Connection): void {
    connection.query(this.#text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    this.#send(connection).catch((error: unknown) => {
      connection.sendCopyFail(error instanceof Error ? error.message : String(error));
    });
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }): void {
    // The parser uses its buffer again.
    if ("out" in this.#direction) this.#direction.out(Buffer.from(chunk));
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.#error = error;
    this.#ended.reject(error);
  }

  handleReadyForQuery(): void {
    if (this.#error === undefined) this.#ended.resolve();
  }

  async #send(connection: CopyConnection): Promise<void> {
    if (!("in" in this.#direction)) throw new Error("the server asks for data that nobody has");
    for await (const chunk of this.#direction.in) {
      connection.sendCopyFromChunk(chunk);
      if (connection.stream.writableNeedDrain) await once(connection.stream, "drain");
    }
    connection.endCopyFrom();
  }
}
