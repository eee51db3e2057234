import pg from "pg";
import type { Settings } from "./settings.ts";

const connectTimeoutMs = 2000;
const statementTimeoutMs = 3000;

/** Serialises the making of tables between replicas and services. */
const schemaLock = 7_318_402;

const schema = `
  create table writes (
    id uuid primary key,
    sequence bigserial,
    payload text not null,
    site text not null,
    created_at timestamptz not null default now(),
    processed_at timestamptz
  );
  create index writes_unprocessed on writes (sequence) where processed_at is null;`;

/** Connection settings with which no call outlives a server that has gone silent. */
export function connectionSettings(database: Settings["database"], application: string): pg.ClientConfig {
  return {
    host: database.host,
    port: database.port,
    database: database.name,
    user: database.user,
    password: database.password,
    application_name: application,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // The server's own limit does not help when the server does not answer.
    query_timeout: statementTimeoutMs + 200,
    keepAlive: true,
    // `require` as libpq means it: encrypted, the certificate's name is not checked.
    ssl: database.sslMode === "require" ? { rejectUnauthorized: false } : false,
  };
}

/** A pool that drops a connection after any error, recycles the others, and so finds its way back after a failover. */
export class Database {
  readonly #pool: pg.Pool;

  constructor(database: Settings["database"], application: string) {
    this.#pool = new pg.Pool({
      ...connectionSettings(database, application),
      max: 10,
      idleTimeoutMillis: 10_000,
      maxLifetimeSeconds: 300,
    });
    // Idle connections that are cut are simply gone; the next query opens another.
    this.#pool.on("error", () => undefined);
  }

  async query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<readonly Row[]> {
    const result = await this.#pool.query<Row>(text, [...values]);
    return result.rows;
  }

  /** Commits when `work` resolves. */
  async transaction<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    let failure: Error | undefined;
    try {
      await client.query("begin");
      const result = await work(client);
      await client.query("commit");
      return result;
    } catch (error) {
      failure = error instanceof Error ? error : new Error(String(error));
      throw error;
    } finally {
      // Closing the connection is also the rollback, and it works when the server is silent.
      client.release(failure);
    }
  }

  /** Throws when the database cannot be reached or does not take writes: fenced, a replica, or without its table. */
  async checkWritable(): Promise<void> {
    const [row] = await this.query<{ read_only: string; may_insert: boolean | null }>(
      `select current_setting('transaction_read_only') as read_only,
              has_table_privilege(to_regclass('writes'), 'insert') as may_insert`,
    );
    if (row?.read_only !== "off") throw new Error("the database is read-only");
    if (row.may_insert !== true)
      throw new Error(`the table "writes" ${row.may_insert === null ? "does not exist yet" : "may not be written"}`);
  }

  async ensureSchema(): Promise<void> {
    // Looked up first: where the table came by replication this role may have no right to make any.
    const exists = "select to_regclass('writes') is not null as exists";
    const [before] = await this.query<{ exists: boolean }>(exists);
    if (before?.exists === true) return;
    await this.transaction(async (client) => {
      await client.query("select pg_advisory_xact_lock($1)", [schemaLock]);
      const { rows } = await client.query<{ exists: boolean }>(exists);
      if (rows[0]?.exists !== true) await client.query(schema);
    });
  }

  /** Waits for running queries at most `milliseconds`. */
  async close(milliseconds: number): Promise<void> {
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, milliseconds).unref();
    });
    await Promise.race([this.#pool.end().catch(() => undefined), late]);
  }
}

/** Repeats `attempt` with growing pauses (0.2 s to 2 s) until it succeeds or `signal` is aborted. */
export async function untilDone(
  attempt: () => Promise<void>,
  onFailure: (error: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  for (let delay = 200; !signal.aborted; delay = Math.min(delay * 2, 2000)) {
    try {
      await attempt();
      return;
    } catch (error) {
      onFailure(error);
    }
    await sleep(delay, signal);
  }
}

/** Ends early, without an error, when `signal` is aborted. */
export function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
  });
}
