import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { allowListQuery, allowListStatements } from "./allow-list.ts";
import { scramVerifier } from "./scram.ts";

const connectTimeoutMs = 5_000;
const statementTimeoutMs = 30_000;

export interface AdministrationOptions {
  readonly socketDirectory: string;
  readonly port: number;
  readonly bootstrapUser: string;
}

/** What the service does inside a server, as its bootstrap superuser over the Unix socket. */
export class Administration {
  readonly #options: AdministrationOptions;

  constructor(options: AdministrationOptions) {
    this.#options = options;
  }

  /** Accepts connections and statements. */
  async isReady(): Promise<boolean> {
    return this.#with(async (client) => (await client.query("select 1")).rowCount === 1).catch(() => false);
  }

  /** The server reads its configuration again. Returns the parameters that wait for a restart. */
  async reload(): Promise<readonly string[]> {
    const loadedAt = (): Promise<string> =>
      this.#with(async (client) => textOf(await client.query("select pg_conf_load_time()::text as value")));
    const before = await loadedAt();
    await this.#with((client) => client.query("select pg_reload_conf()"));
    for (let round = 0; round < 100 && (await loadedAt()) === before; round += 1) await sleep(50);
    return this.#with(async (client) => {
      const result = await client.query<{ name: string }>("select name from pg_settings where pending_restart");
      return result.rows.map((row) => row.name);
    });
  }

  /**
   * Makes the administrator that the customer logs in as. On RDS and flexible server it is no superuser but a member of
   * `rds_superuser` or `azure_pg_admin`, which may do what PostgreSQL lets only superusers do and Pilotlight needs
   * (publications for all tables, reading slots, ending any backend). Those roles are made by patches of the providers' own,
   * so SUPERUSER is the nearest that there is.
   */
  async ensureAdmin(name: string): Promise<void> {
    await this.#with(async (client) => {
      const found = await client.query("select from pg_roles where rolname = $1", [name]);
      const verb = found.rowCount === 0 ? "create" : "alter";
      await client.query(
        `${verb} role ${client.escapeIdentifier(name)} with login superuser createdb createrole replication bypassrls`,
      );
    });
  }

  async setPassword(role: string, password: string): Promise<void> {
    const verifier = await scramVerifier(password);
    await this.#with((client) =>
      client.query(`alter role ${client.escapeIdentifier(role)} password ${client.escapeLiteral(verifier)}`),
    );
  }

  /** Refuses extensions that `azure.extensions` does not list, in every database made from now on. */
  async enforceAllowList(): Promise<void> {
    for (const database of ["template1", "postgres"]) {
      await this.#with(async (client) => {
        if ((await client.query(allowListQuery)).rowCount !== 0) return;
        for (const statement of allowListStatements(this.#options.bootstrapUser)) await client.query(statement);
      }, database);
    }
  }

  /** Makes those that are missing; never drops one. */
  async ensureDatabases(names: readonly string[], owner: string): Promise<void> {
    await this.#with(async (client) => {
      for (const name of names) {
        const found = await client.query("select from pg_database where datname = $1", [name]);
        if (found.rowCount !== 0) continue;
        await client.query(`create database ${client.escapeIdentifier(name)} owner ${client.escapeIdentifier(owner)}`);
      }
    });
  }

  async #with<T>(work: (client: pg.Client) => Promise<T>, database = "postgres"): Promise<T> {
    const client = new pg.Client({
      host: this.#options.socketDirectory,
      port: this.#options.port,
      user: this.#options.bootstrapUser,
      database,
      application_name: "pilotlight-sandbox",
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: statementTimeoutMs,
      // Whatever the customer has made the default.
      options: "-c default_transaction_read_only=off -c synchronous_commit=local",
    });
    client.on("error", () => undefined); // a server that dies under us fails the statement as well
    try {
      await client.connect();
      return await work(client);
    } finally {
      void client.end().catch(() => undefined);
    }
  }
}

/** Whether `password` opens the server at its own address. Throws when the server cannot be asked. */
export async function acceptsPassword(host: string, port: number, user: string, password: string): Promise<boolean> {
  const client = new pg.Client({
    ...{ host, port, user, password, database: "postgres", connectionTimeoutMillis: connectTimeoutMs, ssl: false },
    application_name: "pilotlight-sandbox",
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    // No password yet and a wrong one look the same from outside.
    if (error instanceof pg.DatabaseError && error.code === "28P01") return false;
    throw error;
  } finally {
    void client.end().catch(() => undefined);
  }
}

function textOf(result: pg.QueryResult<{ value: string }>): string {
  return result.rows[0]?.value ?? "";
}
