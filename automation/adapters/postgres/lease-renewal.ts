import { performance } from "node:perf_hooks";
import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { withDeadline } from "../deadline.ts";
import { names } from "./names.ts";
import { Session } from "./session.ts";

const { schema, leaseAgent } = names;

export interface LeaseRenewalOptions {
  /** The site's own database, as its cluster reaches it. */
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly sslMode: "require" | "disable";
  /** Of the agent's role; never an administrator's. */
  readonly password: string;
  /** PEM of the authorities behind the server's certificate; without it encryption is not verified. */
  readonly authority?: string;
  /** Milliseconds for one call. */
  readonly callMs: number;
}

/** Longest that one watchman stands, in milliseconds; replaced long before. */
const watchMs = 24 * 3_600_000;
const replaceMs = 6 * 3_600_000;

/** The agent's side of a write lease: one connection that renews, and one in whose server process the watchman runs. */
export class LeaseRenewal implements AsyncDisposable {
  readonly #options: LeaseRenewalOptions;
  readonly #end = new AbortController();
  #session: Session | undefined;
  #watch: { readonly session: Session; readonly since: number } | undefined;

  constructor(options: LeaseRenewalOptions) {
    this.#options = options;
  }

  /** A watchman stands: without one the database refuses to renew. */
  async ensureWatched(signal: AbortSignal): Promise<void> {
    const before = this.#watch;
    if (before !== undefined && performance.now() - before.since < replaceMs) return;
    const session = await this.#open("watch", signal, this.#end.signal);
    const watch = { session, since: performance.now() };
    // It has to outlive us: by default a server may look whether its client is still there.
    await session.run("set client_connection_check_interval = 0");
    const ended = session.run(`call ${schema}.watch_write_lease()`, [], watchMs);
    this.#watch = watch;
    void ended
      .catch(() => undefined)
      .finally(async () => {
        if (this.#watch === watch) this.#watch = undefined;
        await session[Symbol.asyncDispose]();
      });
  }

  /** The server's clock, as text that loses nothing of it. */
  async readClock(signal: AbortSignal): Promise<string> {
    const row = await this.#call("read the clock", signal, (session) =>
      session.first(z.object({ at: z.string() }), "select clock_timestamp()::text as at"),
    );
    if (row === undefined) throw new DriverError("fatal", "the database told no time");
    return row.at;
  }

  /** `readAt`: what `readClock` said before the witness was asked. Answers until when the application may log in. */
  async renew(readAt: string, signal: AbortSignal): Promise<Date> {
    const row = await this.#call("renew the write lease", signal, (session) =>
      session.first(z.object({ ends: z.date() }), `select ${schema}.renew_write_lease($1::timestamptz) as ends`, [
        readAt,
      ]),
    );
    if (row === undefined) throw new DriverError("fatal", "the database did not say until when the lease lasts");
    return row.ends;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end.abort();
    await this.#session?.[Symbol.asyncDispose]();
    this.#session = undefined;
  }

  async #call<T>(what: string, signal: AbortSignal, work: (session: Session) => Promise<T>): Promise<T> {
    try {
      return await withDeadline(what, this.#options.callMs, signal, async (inner) => {
        this.#session ??= await this.#open(what, inner, this.#end.signal);
        return await work(this.#session);
      });
    } catch (error) {
      // One that failed may have died: the next call has a new one.
      const broken = this.#session;
      this.#session = undefined;
      void broken?.[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** `asking` ends with the call, `living` with the connection. */
  #open(what: string, asking: AbortSignal, living: AbortSignal): Promise<Session> {
    const { host, port, name, sslMode, password, authority, callMs } = this.#options;
    return withDeadline(`connect to ${what}`, callMs, asking, () =>
      Session.open(
        { host, port, name, sslMode, adminUser: leaseAgent, adminPassword: password },
        { signal: living, timeouts: { connect: callMs, statement: callMs }, authority },
      ),
    );
  }
}
