import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/interruption.ts";
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
const watch = `call ${schema}.watch_write_lease()`;

/** The agent's side of a write lease: one connection that renews, and one in whose server process the watchman runs. */
export class LeaseRenewal implements AsyncDisposable {
  readonly #options: LeaseRenewalOptions;
  readonly #end = new AbortController();
  #session: Session | undefined;

  constructor(options: LeaseRenewalOptions) {
    this.#options = options;
  }

  /** A watchman stands: without one the database refuses to renew. */
  async ensureWatched(signal: AbortSignal): Promise<void> {
    if (await this.#isWatched(signal)) return;
    const session = await this.#open("watch", signal, this.#end.signal);
    // It has to outlive us: by default a server may look whether its client is still there.
    await session.run("set client_connection_check_interval = 0");
    const ended = session.run(watch, [], watchMs);
    void ended.catch(() => undefined).finally(() => session[Symbol.asyncDispose]());
  }

  /** Anybody's watchman is as good as ours: another agent's, or one whose agent is gone. An old one is replaced before its time is over. */
  async #isWatched(signal: AbortSignal): Promise<boolean> {
    const found = await this.#call("look for a watchman", signal, (session) =>
      session.first(
        z.object({ watched: z.boolean() }),
        `select exists (select from pg_stat_activity where usename = '${leaseAgent}' and datname = current_database()
           and state = 'active' and query = '${watch}' and query_start > clock_timestamp() - interval '6 hours') as watched`,
      ),
    );
    return found?.watched ?? false;
  }

  /** The server's clock: ISO, with its microseconds. */
  async readClock(signal: AbortSignal): Promise<string> {
    const row = await this.#call("read the clock", signal, (session) =>
      session.first(
        z.object({ at: z.string() }),
        `select to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
      ),
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
