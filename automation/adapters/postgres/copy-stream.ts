import type { Connection, Submittable } from "pg";

/** What `pg` has for COPY beside its declared types. */
interface CopyConnection extends Connection {
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** A `copy … to stdout`: each chunk of rows goes to `take`, which says no while it has more than it can send. */
export class CopyOut implements Submittable {
  readonly #sql: string;
  readonly #sink: CopyIn;
  readonly #done = Promise.withResolvers<void>();

  constructor(sql: string, sink: CopyIn) {
    this.#sql = sql;
    this.#sink = sink;
  }

  /** Settles with the statement. */
  get ended(): Promise<void> {
    return this.#done.promise;
  }

  submit(connection: Connection): void {
    connection.query(this.#sql);
  }

  handleCopyData({ chunk }: { readonly chunk: Buffer }, { stream }: Connection): void {
    if (this.#sink.take(chunk)) return;
    stream.pause();
    this.#sink.whenDrained(() => stream.resume());
  }

  handleCommandComplete(): void {}

  handleReadyForQuery(): void {
    this.#done.resolve();
  }

  handleError(error: Error): void {
    this.#done.reject(error);
  }
}

/** A `copy … from stdin`, fed by a `CopyOut`. */
export class CopyIn implements Submittable {
  readonly #sql: string;
  readonly #begun = Promise.withResolvers<void>();
  readonly #done = Promise.withResolvers<number>();
  #connection: CopyConnection | undefined;
  #rows = 0;

  constructor(sql: string) {
    this.#sql = sql;
    // Whoever waits for the one need not wait for the other.
    this.#begun.promise.catch(() => {});
    this.#done.promise.catch(() => {});
  }

  /** The server takes rows from here on. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  /** Settles with the statement: how many rows there are. */
  get ended(): Promise<number> {
    return this.#done.promise;
  }

  submit(connection: Connection): void {
    connection.query(this.#sql);
  }

  /** False: enough for now. */
  take(chunk: Buffer): boolean {
    this.#connection?.sendCopyFromChunk(chunk);
    return this.#connection?.stream.writableNeedDrain !== true;
  }

  whenDrained(work: () => void): void {
    const { stream } = this.#connection ?? {};
    if (stream === undefined || stream.destroyed) work();
    // One that is closed drains nothing any more: the other side must see its end.
    else stream.once("drain", work).once("close", work);
  }

  finish(): void {
    this.#connection?.endCopyFrom();
  }

  /** Nothing of it stays. */
  fail(): void {
    this.#connection?.sendCopyFail("the source broke off");
  }

  handleCopyInResponse(connection: Connection): void {
    this.#connection = connection as CopyConnection;
    this.#begun.resolve();
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.#rows = Number(/^COPY (\d+)/.exec(text)?.[1] ?? 0);
  }

  handleReadyForQuery(): void {
    this.#done.resolve(this.#rows);
  }

  handleError(error: Error): void {
    this.#connection = undefined;
    this.#begun.reject(error);
    this.#done.reject(error);
  }
}
