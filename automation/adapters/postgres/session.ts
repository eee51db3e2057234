import { Socket } from "node:net";
import pg from "pg";
import { z } from "zod";
import type { DatabaseEndpoint } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { interruption } from "../../lib/interruption.ts";
import { CopyIn, CopyOut } from "./copy-stream.ts";
import { heldBy, postgresError } from "./errors.ts";
import { describeHolders } from "./open-transactions.ts";
import { verifiedTls } from "./trusted-roots.ts";

/** Milliseconds to wait for a lock: whoever waits for one holds up everybody who comes after. */
const lockMs = 5000;
/** Milliseconds after which a statement is looked at from beside it: does it wait for a lock, and whose? Less than any lock's limit. */
const lookAtLocksAfterMs = 1200;

/** Milliseconds. */
export interface SessionTimeouts {
  readonly connect: number;
  /** One statement, where the caller does not say otherwise. */
  readonly statement: number;
}

/** Of an endpoint, what a connection needs. */
export type SessionEndpoint = Pick<
  DatabaseEndpoint,
  "host" | "port" | "name" | "sslMode" | "adminUser" | "adminPassword"
>;

export interface SessionOptions {
  readonly signal: AbortSignal;
  readonly timeouts: SessionTimeouts;
  /** Default: the admin. */
  readonly login?: { readonly user: string; readonly password: string };
  /** PEM of the only authorities to trust. Default: the system's and the clouds' own, see trusted-roots.ts. */
  readonly authority?: string | undefined;
}

/**
 * One connection. Every statement has a deadline, at the server and here: a server that is frozen or cut off has its socket destroyed,
 * so that no call outlives its time.
 */
export class Session implements AsyncDisposable {
  readonly where: string;
  readonly #client: pg.Client;
  readonly #socket: Socket;
  readonly #endpoint: SessionEndpoint;
  /** This one looks at what another waits for; nobody looks at it, or a slow server would get one connection after the other. */
  #isBeside = false;
  readonly #options: SessionOptions;
  #serverLimit: number;

  private constructor(endpoint: SessionEndpoint, options: SessionOptions) {
    this.where = `${endpoint.host}:${endpoint.port}/${endpoint.name}`;
    this.#endpoint = endpoint;
    this.#options = options;
    this.#socket = new Socket();
    this.#serverLimit = options.timeouts.statement;
    this.#client = new pg.Client({
      host: endpoint.host,
      port: endpoint.port,
      database: endpoint.name,
      user: options.login?.user ?? endpoint.adminUser,
      password: options.login?.password ?? endpoint.adminPassword,
      application_name: "pilotlight",
      statement_timeout: options.timeouts.statement,
      // Before the statement's own limit, so that the error says what it was.
      lock_timeout: Math.min(lockMs, Math.trunc(options.timeouts.statement * 0.6)),
      stream: () => this.#socket,
      ssl: endpoint.sslMode === "disable" ? false : verifiedTls(endpoint.host, options.authority),
    });
    // A connection that dies between two statements shows at the next one.
    this.#client.on("error", () => {});
  }

  static async open(endpoint: SessionEndpoint, options: SessionOptions): Promise<Session> {
    const session = new Session(endpoint, options);
    await session.#limited("connect", options.timeouts.connect, () => session.#client.connect());
    return session;
  }

  /** Rows, parsed. Errors: `DriverError`, see errors.ts. */
  async rows<T>(shape: z.ZodType<T>, sql: string, values: readonly unknown[] = [], timeoutMs?: number): Promise<T[]> {
    const result = await this.#query(sql, values, timeoutMs);
    return z.array(shape).parse(result.rows);
  }

  async first<T>(shape: z.ZodType<T>, sql: string, values: readonly unknown[] = []): Promise<T | undefined> {
    return (await this.rows(shape, sql, values))[0];
  }

  async run(sql: string, values: readonly unknown[] = [], timeoutMs?: number): Promise<void> {
    await this.#query(sql, values, timeoutMs);
  }

  /** In one transaction; rolled back when `work` throws. */
  async transaction<T>(work: () => Promise<T>): Promise<T> {
    await this.run("begin");
    try {
      const result = await work();
      await this.run("commit");
      return result;
    } catch (error) {
      // The first error is the one that tells; a broken connection rolls back by itself.
      await this.run("rollback").catch(() => {});
      throw error;
    }
  }

  /** Streams the rows of `copy … to stdout` here into `copy … from stdin` at `target`. How many there were; all of them, or none. */
  async copyTo(target: Session, out: string, into: string, timeoutMs: number): Promise<number> {
    await Promise.all([this.#limitServer(timeoutMs), target.#limitServer(timeoutMs)]);
    const sink = new CopyIn(into);
    const source = new CopyOut(out, sink);
    const filled = target.#limited("copy", timeoutMs, () => target.#client.query(sink).ended);
    filled.catch(() => {});
    // What cannot begin there says so in `filled`.
    await sink.begun.catch(() => filled);
    try {
      await this.#limited("copy", timeoutMs, () => this.#client.query(source).ended);
    } catch (error) {
      sink.fail();
      throw error;
    }
    sink.finish();
    return await filled;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = this.#client.end().catch(() => {});
    const late = new Promise<void>((resolve) => setTimeout(resolve, 300).unref());
    await Promise.race([ended, late]);
    this.#socket.destroy();
  }

  async #query(sql: string, values: readonly unknown[], timeoutMs?: number): Promise<pg.QueryResult> {
    const limit = timeoutMs ?? this.#options.timeouts.statement;
    await this.#limitServer(limit);
    let holders: readonly string[] = [];
    const look = this.#isBeside
      ? undefined
      : setTimeout(() => void this.#lockHolders().then((found) => (holders = found)), lookAtLocksAfterMs);
    try {
      return await this.#limited("statement", limit, () =>
        values.length === 0 ? this.#client.query(sql) : this.#client.query(sql, [...values]),
      );
    } catch (error) {
      throw holders.length === 0 ? error : heldBy(error, holders);
    } finally {
      clearTimeout(look);
    }
  }

  /** By a connection of its own: this one waits. Who holds what is a help, never a reason to fail. */
  async #lockHolders(): Promise<readonly string[]> {
    try {
      // As the server told at the start; the driver's types leave it out.
      const { processID: pid } = z.object({ processID: z.number() }).parse(this.#client);
      await using beside = await Session.open(this.#endpoint, this.#options);
      beside.#isBeside = true;
      return await describeHolders(beside, pid);
    } catch {
      return [];
    }
  }

  async #limitServer(limit: number): Promise<void> {
    if (limit === this.#serverLimit) return;
    await this.#limited("statement", limit, () => this.#client.query(`set statement_timeout = ${Math.trunc(limit)}`));
    this.#serverLimit = limit;
  }

  async #limited<T>(what: string, milliseconds: number, work: () => Promise<T>): Promise<T> {
    const { signal } = this.#options;
    const label = `${what} at ${this.where}`;
    const stopped = Promise.withResolvers<never>();
    const stop = (error: DriverError): void => {
      stopped.reject(error);
      this.#socket.destroy();
    };
    const onAbort = (): void => stop(interruption(label, signal));
    // The server's own limit comes first, so that a slow statement keeps its connection and says what it was.
    const grace = what === "connect" ? 0 : 500;
    const timer = setTimeout(
      () => stop(new DriverError("timeout", `${label}: no answer within ${milliseconds} ms`)),
      milliseconds + grace,
    );
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      if (signal.aborted) throw interruption(label, signal);
      return await Promise.race([work(), stopped.promise]);
    } catch (error) {
      throw postgresError(error, what, this.where);
    } finally {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
    }
  }
}
