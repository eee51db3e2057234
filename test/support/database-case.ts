import { setTimeout as sleep } from "node:timers/promises";
import { PostgresDatabase } from "../../automation/adapters/postgres/database.ts";
import type { DatabaseEndpoint, Site } from "../../stacks/outputs.ts";
import { machineText, patience } from "./patience.ts";
import type { PostgresPair } from "./postgres-pair.ts";

/** One database of its own on both servers of a pair, gone again at the end: servers start once, cases do not meet. */
export interface DatabaseCase extends AsyncDisposable {
  readonly name: string;
  readonly database: PostgresDatabase;
  readonly endpoint: (site: Site) => Promise<DatabaseEndpoint>;
  sql(site: Site, text: string, as?: "admin" | "app"): Promise<Record<string, unknown>[]>;
  /** The standby follows the primary, which the application may write; the first copy is done. */
  protect(): Promise<void>;
  /** A heartbeat of now has been applied at `receiver`. */
  beat(source: Site): Promise<void>;
  /** The follower stops receiving: from here on the source's writes are lost. */
  cut(receiver: Site): Promise<void>;
}

export const soon = (): AbortSignal => AbortSignal.timeout(60_000);

export async function until(what: string, check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patience(20_000); Date.now() < end; await sleep(50)) if (await check()) return;
  throw new Error(`${what}: not within ${patience(20_000) / 1000} s (${machineText()})`);
}

export async function openCase(pair: PostgresPair, name: string): Promise<DatabaseCase> {
  for (const site of ["primary", "standby"] as const)
    await pair.sql(site, `create database ${name}`, "admin", "postgres");
  const endpoint = async (site: Site) => ({ ...pair.endpoints[site], name });
  const database = new PostgresDatabase({
    endpoints: { primary: () => endpoint("primary"), standby: () => endpoint("standby") },
    further: name,
  });
  const sql: DatabaseCase["sql"] = (site, text, as = "admin") => pair.sql(site, text, as, name);
  return {
    name,
    database,
    endpoint,
    sql,
    async protect() {
      await database.prepare("standby", false, soon());
      await database.prepare("primary", true, soon());
      await database.replicate("primary", "standby", { copy: true }, soon());
      await until("sync", () => database.inSync("standby", soon()));
    },
    async beat(source) {
      const receiver = source === "primary" ? "standby" : "primary";
      const before = (await database.lag(receiver, soon())).lastHeartbeatLsn;
      await database.heartbeat(source, soon());
      await until("a heartbeat", async () => (await database.lag(receiver, soon())).lastHeartbeatLsn !== before);
    },
    async cut(receiver) {
      await sql(receiver, `alter subscription pilotlight_${receiver} disable`);
      await until("the end of the stream", async () => {
        const rows = await sql(receiver, "select pid from pg_stat_subscription where pid is not null");
        return rows.length === 0;
      });
    },
    async [Symbol.asyncDispose]() {
      for (const site of ["primary", "standby"] as const) await endSubscription(sql, site);
      for (const site of ["primary", "standby"] as const) await dropDatabase(pair, site, name);
    },
  };
}

/** A database of its own, protected, with whatever tables `schema` makes. */
export async function protectedCase(pair: PostgresPair, name: string, schema: string): Promise<DatabaseCase> {
  const each = await openCase(pair, name);
  await each.database.prepare("primary", true, soon());
  await each.sql("primary", schema, "app");
  await each.protect();
  return each;
}

/** A forced move to the standby, as far as the database goes. */
export async function takeOver({ database }: DatabaseCase): Promise<void> {
  await database.fence("primary", soon());
  await database.promote("standby", soon());
  await database.openWrites("standby", soon());
}

async function endSubscription(sql: DatabaseCase["sql"], site: Site): Promise<void> {
  const name = `pilotlight_${site}`;
  const found = await sql(
    site,
    `select from pg_subscription where subname = '${name}' and subdbid = (select oid from pg_database where datname = current_database())`,
  );
  if (found.length === 0) return;
  await sql(site, `alter subscription ${name} disable`);
  await sql(site, `alter subscription ${name} set (slot_name = none)`);
  await sql(site, `alter subscription ${name} connection 'host=127.0.0.1 port=1 connect_timeout=2'`);
  await sql(site, `drop subscription ${name}`);
}

async function dropDatabase(pair: PostgresPair, site: Site, name: string): Promise<void> {
  const slots = `from pg_replication_slots where database = '${name}'`;
  await until("unread slots", async () => {
    await pair.sql(
      site,
      `select pg_terminate_backend(active_pid) ${slots} and active_pid is not null`,
      "admin",
      "postgres",
    );
    await pair.sql(
      site,
      `select pg_drop_replication_slot(slot_name) ${slots} and active_pid is null`,
      "admin",
      "postgres",
    );
    return (await pair.sql(site, `select ${slots}`, "admin", "postgres")).length === 0;
  });
  await pair.sql(site, `drop database ${name} with (force)`, "admin", "postgres");
}
