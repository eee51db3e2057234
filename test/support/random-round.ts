import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { readSalvageFile } from "../../automation/adapters/files/read-salvage-file.ts";
import { LocalSalvageFiles } from "../../automation/adapters/files/salvage-files.ts";
import type { PostgresDatabase } from "../../automation/adapters/postgres/database.ts";
import { DriverError } from "../../automation/domain/errors.ts";
import type { StrandedAccount, StrandedWrite } from "../../automation/ports/database.ts";
import type { Site } from "../../stacks/outputs.ts";
import type { Breakage } from "./broken-product.ts";
import { type DatabaseCase, openCase, soon, until } from "./database-case.ts";
import { Ledger } from "./ledger.ts";
import type { PostgresPair } from "./postgres-pair.ts";
import { randomChange } from "./random-change.ts";
import type { RandomTable, Text } from "./random-table.ts";
import { randomMigration, randomTables, randomWrite } from "./random-workload.ts";
import type { Random } from "./seeded-random.ts";

/** What a round did and found; `differences`: rows that nothing accounts for. */
export interface RoundResult {
  readonly story: readonly string[];
  readonly writes: number;
  readonly lost: number;
  readonly compared: number;
  /** Rows that the oracle has read and compared. */
  readonly rows: number;
  readonly moved: "planned" | "forced";
  readonly differences: readonly string[];
}

/**
 * One life of a pair: protected, written, moved (as planned or by force), salvaged, restored and protected again, by the product's own verbs. The
 * oracle is outside: it knows what clients were told, and reads rows by plain SQL.
 */
export async function randomRound(
  pair: PostgresPair,
  name: string,
  random: Random,
  breakage: Breakage = () => ({}),
): Promise<RoundResult> {
  await using opened = await openCase(pair, name);
  const each = { ...opened, database: broken(opened.database, breakage(opened)) };
  const directory = await mkdtemp(join(tmpdir(), "pilotlight-round-"));
  try {
    return await new Round(each, random, directory).run();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function broken(database: PostgresDatabase, verbs: Partial<PostgresDatabase>): PostgresDatabase {
  return new Proxy(database, {
    get(target, name) {
      const verb: unknown = Reflect.get(verbs, name) ?? Reflect.get(target, name);
      return typeof verb === "function" ? verb.bind(target) : verb;
    },
  });
}

class Round {
  readonly #each: Omit<DatabaseCase, typeof Symbol.asyncDispose>;
  readonly #random: Random;
  readonly #directory: string;
  readonly #story: string[] = [];
  readonly #differences: string[] = [];
  #tables: RandomTable[] = [];
  #lost = 0;
  #rows = 0;
  /** Highest number that a client was given. */
  #ticket = 0;
  #compared = 0;

  constructor(each: Omit<DatabaseCase, typeof Symbol.asyncDispose>, random: Random, directory: string) {
    this.#each = each;
    this.#random = random;
    this.#directory = directory;
  }

  async run(): Promise<RoundResult> {
    const { database } = this.#each;
    await database.prepare("primary", true, soon());
    const ledger = await this.#begin();
    const forced = this.#random.chance(0.75) || !(await this.#movePlanned(ledger));
    if (forced) await this.#moveByForce(ledger);
    await this.#afterwards(ledger);
    return {
      story: this.#story,
      writes: ledger.acknowledged,
      lost: this.#lost,
      compared: this.#compared,
      rows: this.#rows,
      moved: forced ? "forced" : "planned",
      differences: this.#differences,
    };
  }

  /** A schema, rows, protection, and some life under it. */
  async #begin(): Promise<Ledger> {
    this.#tables = randomTables(this.#random);
    for (const { ddl } of this.#tables) await this.#each.sql("primary", ddl, "app");
    await this.#each.sql("primary", "create sequence public.tickets", "app");
    const ledger = new Ledger();
    // Tables without a key are given an identity.
    await this.#each.database.prepare("primary", true, soon());
    await this.#write("primary", ledger, this.#random.integer(0, 40));
    await this.#each.protect();
    await this.#write("primary", ledger, this.#random.integer(0, 30));
    await this.#takeTickets("primary");
    await this.#each.database.heartbeat("primary", soon());
    if (this.#random.chance(0.5)) await this.#change(ledger);
    if (this.#random.chance(0.4)) await this.#migrate(ledger);
    await this.#write("primary", ledger, this.#random.integer(0, 30));
    return ledger;
  }

  /** Numbers for clients: none may be given twice, whatever moves. */
  async #takeTickets(site: Site): Promise<void> {
    const count = this.#random.integer(1, 30);
    const rows = await this.#each.sql(
      site,
      `select min(n)::int as first, max(n)::int as last from (select nextval('public.tickets') as n from generate_series(1, ${count})) x`,
      "app",
    );
    if (Number(rows[0]?.["first"]) <= this.#ticket)
      this.#differences.push(`the ${site} site gave ticket ${rows[0]?.["first"]} again: ${this.#ticket} was given`);
    this.#ticket = Number(rows[0]?.["last"]);
  }

  /** Tables that follow get another form, which the watch carries while clients go on. */
  async #change(ledger: Ledger): Promise<void> {
    const { sql, database } = this.#each;
    for (let number = this.#random.integer(1, 3); number > 0; number--) {
      const keyed = this.#tables.filter(({ key }) => key.length > 0);
      if (keyed.length === 0) return;
      const old = this.#random.pick(keyed);
      const { what, sql: text, table, row } = randomChange(this.#random, old, number);
      this.#story.push(what);
      for (const statement of text.split(";")) await sql("primary", statement, "app");
      this.#tables = this.#tables.with(this.#tables.indexOf(old), table);
      ledger.reshape(table, row);
      await until(`the standby has: ${what}`, async () => {
        await database.heartbeat("primary", soon());
        const isCarried = await database.adoptTables("primary", "standby", soon()).then(
          () => true,
          () => false,
        );
        return isCarried && (await database.inSync("standby", soon()));
      });
      await this.#write("primary", ledger, this.#random.integer(0, 10));
    }
  }

  /** A new table: followed in time, or there and never followed, or only at the primary, or with a copy that does not end. */
  async #migrate(ledger: Ledger): Promise<void> {
    const { sql, database } = this.#each;
    const table = randomMigration(this.#random, this.#tables.length);
    const way = this.#random.pick(["adopted", "never followed", "copy unfinished"]);
    this.#story.push(`new table ${table.name}: ${way}`);
    const { appUser } = await this.#each.endpoint("standby");
    const owner = `alter table public.${table.quoted} owner to ${appUser}`;
    if (way === "copy unfinished") await sql("standby", `${table.ddl.replace(/\)$/, ", check (false))")}; ${owner}`);
    if (way === "never followed") await sql("standby", `${table.ddl}; ${owner}`);
    await sql("primary", table.ddl, "app");
    this.#tables.push(table);
    await this.#write("primary", ledger, this.#random.integer(1, 10), [table]);
    if (way === "adopted") {
      await database.adoptTables("primary", "standby", soon());
      await until("adopted", () => database.inSync("standby", soon()));
    }
    if (way === "copy unfinished") {
      await sql("primary", `alter publication pilotlight add table public.${table.quoted}`);
      await sql("standby", "alter subscription pilotlight_standby refresh publication");
    }
  }

  /** False: the product would not turn round without a copy; it says so before anything is lost. */
  async #movePlanned(ledger: Ledger): Promise<boolean> {
    const { database } = this.#each;
    await this.#write("primary", ledger, this.#random.integer(0, 20));
    // As the plan does: what is new is taken along before anything is fenced, or nothing moves.
    const isAdopted = await database.adoptTables("primary", "standby", soon()).then(
      () => true,
      () => false,
    );
    if (!isAdopted || !(await database.inSync("standby", soon()))) return false;
    const token = await database.fence("primary", soon());
    await database.awaitToken("standby", token, soon());
    await database.promote("standby", soon());
    await this.#compareSites("after a planned move", ledger, await this.#read("standby"));
    try {
      await database.replicate("standby", "primary", { copy: false }, soon());
      this.#story.push("planned move, turned round without a copy");
    } catch (error) {
      if (!(error instanceof DriverError) || error.code !== "refused") throw error;
      this.#story.push(`planned move; not without a copy: ${error.message}`);
    }
    await database.openWrites("standby", soon());
    await this.#takeTickets("standby");
    return true;
  }

  async #moveByForce(ledger: Ledger): Promise<void> {
    const { database, sql } = this.#each;
    if (this.#random.chance(0.8)) {
      // Under load: at whatever instant, some writes have arrived and some have not.
      const writing = this.#write("primary", ledger, this.#random.integer(1, 60));
      await sleep(this.#random.integer(0, 120));
      await this.#each.cut("standby");
      await writing;
      await this.#write("primary", ledger, this.#random.integer(0, 30));
    }
    const spoiled = this.#random.chance(0.25);
    await database.fence("primary", soon());
    await database.promote("standby", soon());
    await database.openWrites("standby", soon());
    await this.#takeTickets("standby");
    if (spoiled) {
      this.#story.push("the slot is dropped");
      const slots = `from pg_replication_slots where database = '${this.#each.name}'`;
      await until(
        "a slot that nobody reads",
        async () => (await sql("primary", `select ${slots} and active`)).length === 0,
      );
      await sql("primary", `select pg_drop_replication_slot(slot_name) ${slots}`);
    }
    const standing = await this.#read("standby");
    const { writes, account, path } = await this.#salvage();
    this.#story.push(`forced move, ${writes.length} changes salvaged`);
    this.#lost += writes.length;
    const compared = new Map(account.compared.map(({ table, rowsElsewhere }) => [table, rowsElsewhere]));
    this.#compared += compared.size;
    this.#account(ledger, standing, writes, compared);
    if (path !== undefined && this.#random.chance(0.6)) await this.#restore(ledger, path, compared, writes);
  }

  async #salvage(): Promise<{ writes: StrandedWrite[]; account: StrandedAccount; path: string | undefined }> {
    const writes: StrandedWrite[] = [];
    await using file = await new LocalSalvageFiles(this.#directory).create("round");
    const take = async (write: StrandedWrite): Promise<void> => {
      writes.push(write);
      await file.add(write);
    };
    const account = await this.#each.database.stranded("primary", take, soon());
    const done = await file.finish();
    for (const { table, reason } of account.unaccounted)
      this.#differences.push(`${table} is not accounted for: ${reason}`);
    return { writes, account, path: done?.name };
  }

  /** Every row that clients were told of is at the standby, or named with its key, its kind and what it was. */
  #account(
    ledger: Ledger,
    standing: ReadonlyMap<string, readonly Text[]>,
    writes: readonly StrandedWrite[],
    compared: ReadonlyMap<string, number>,
  ): void {
    for (const table of this.#tables) {
      const named = writes.filter((write) => write.schema === "public" && write.table === table.name);
      const missing = ledger.beyond(table, standing.get(table.name) ?? []);
      if (compared.has(table.shown)) {
        const told = named.map(({ kind, after }) => `${kind} ${table.text(after ?? {})}`);
        this.#same(`${table.name}, compared`, missing.rows, told);
        this.#same(`${table.name}, at the standby alone`, [String(missing.extra)], [String(compared.get(table.shown))]);
        continue;
      }
      // Read from the stream: exactly the last writes that clients were told of, in their order.
      const told = named.map((write) => `${write.kind} ${table.keyText(write.key)}`);
      const last = ledger.ofTable(table).slice(-told.length || Number.POSITIVE_INFINITY);
      this.#same(
        `${table.name}, streamed`,
        last.map(({ kind, key }) => `${kind} ${key}`),
        told,
        true,
      );
      const explained = new Set(
        named.flatMap((write) => [table.keyText(write.key), table.keyText({ ...write.key, ...write.after })]),
      );
      const emptied = named.some(({ kind }) => kind === "truncate");
      for (const key of missing.keys) {
        if (!emptied && !explained.has(key))
          this.#differences.push(`${table.name} ${key} is at the primary alone, and in no salvage`);
      }
    }
  }

  #same(what: string, expected: readonly string[], found: readonly string[], ordered = false): void {
    const [a, b] = ordered ? [expected, found] : [expected.toSorted(), found.toSorted()];
    if (a.length === b.length && a.every((each, index) => each === b[index])) return;
    const missing = a.filter((each) => !b.includes(each));
    const more = b.filter((each) => !a.includes(each));
    this.#differences.push(`${what}: not told ${missing.join(" | ") || "(order)"}; told beyond ${more.join(" | ")}`);
  }

  /** Nobody has written at the standby yet: everything from the stream comes back. */
  async #restore(
    ledger: Ledger,
    path: string,
    compared: ReadonlyMap<string, number>,
    writes: readonly StrandedWrite[],
  ): Promise<void> {
    const options = { apply: true };
    const result = await this.#each.database.restoreLost("standby", () => readSalvageFile(path), options, soon());
    this.#story.push(`restored: ${JSON.stringify(result.tables)}`);
    const now = await this.#read("standby");
    for (const table of this.#tables) {
      // Which version of a row is newer is not known where tables were compared; without a key, equal rows cannot be told apart.
      if (compared.has(table.shown) || table.key.length === 0) continue;
      // Nobody empties a table by a file.
      if (writes.some((write) => write.table === table.name && write.kind === "truncate")) continue;
      const left = ledger.beyond(table, now.get(table.name) ?? []);
      if (left.keys.length > 0)
        this.#differences.push(
          `${table.name} did not come back: ${left.keys.join(" | ")} ${JSON.stringify(result.conflicts)}`,
        );
    }
  }

  /** Life at the standby, and the primary is made to follow: both must be the same, row by row. */
  async #afterwards(ledger: Ledger): Promise<void> {
    const { database, sql } = this.#each;
    // Triggers of nobody: what a copy that did not end was held up by goes before the application uses the table.
    for (const table of this.#tables)
      await sql(
        "standby",
        `do $$ declare c text; begin for c in select conname from pg_constraint where contype = 'c' and conrelid = to_regclass('public.${table.quoted}') loop execute format('alter table public.${table.quoted} drop constraint %I', c); end loop; end $$`,
      );
    const later = new Ledger(ledger.next);
    const there = await this.#read("standby");
    later.assume(this.#tables, there);
    await this.#write(
      "standby",
      later,
      this.#random.integer(0, 20),
      this.#tables.filter(({ name }) => there.has(name)),
    );
    await database.replicate("standby", "primary", { copy: true }, soon());
    await until("sync", () => database.inSync("primary", soon()));
    await this.#each.beat("standby");
    const [active, follower] = [await this.#read("standby"), await this.#read("primary")];
    await this.#compareSites("after reprotect", later, follower);
    for (const [table, rows] of active)
      this.#same(`${table} at both sites`, rows.map(String), (follower.get(table) ?? []).map(String));
    if (this.#random.chance(0.4)) await this.#goHome(later);
  }

  /** Home again, as planned: without a copy, and without a row too few. */
  async #goHome(ledger: Ledger): Promise<void> {
    const { database } = this.#each;
    await this.#write("standby", ledger, this.#random.integer(0, 20));
    const token = await database.fence("standby", soon());
    await database.awaitToken("primary", token, soon());
    await database.promote("primary", soon());
    await this.#compareSites("at home", ledger, await this.#read("primary"));
    await database.replicate("primary", "standby", { copy: false }, soon());
    await database.openWrites("primary", soon());
    await this.#write("primary", ledger, this.#random.integer(0, 10));
    await this.#each.beat("primary");
    await this.#compareSites("at the standby, home again", ledger, await this.#read("standby"));
    this.#story.push("home again");
  }

  async #compareSites(when: string, ledger: Ledger, found: ReadonlyMap<string, readonly Text[]>): Promise<void> {
    for (const table of this.#tables) {
      if (!found.has(table.name)) continue;
      const { keys } = ledger.beyond(table, found.get(table.name) ?? []);
      if (keys.length > 0) this.#differences.push(`${when}: ${table.name} lacks ${keys.join(" | ")}`);
    }
  }

  /** Every table's rows by plain SQL. */
  async #read(site: Site): Promise<ReadonlyMap<string, readonly Text[]>> {
    await using client = await this.#client(site, "admin");
    const found = new Map<string, readonly Text[]>();
    for (const table of this.#tables) {
      const there = await client.query("select to_regclass($1) is not null as there", [`public.${table.quoted}`]);
      if (there[0]?.["there"] !== true) continue;
      const rows = await client.query(
        `select ${table.columns.map(({ quoted }) => `${quoted}::text`).join(", ")} from public.${table.quoted}`,
      );
      this.#rows += rows.length;
      found.set(table.name, rows.map(textsOf));
    }
    return found;
  }

  async #write(
    site: Site,
    ledger: Ledger,
    count: number,
    tables: readonly RandomTable[] = this.#tables,
  ): Promise<void> {
    if (count === 0 || tables.length === 0) return;
    await using client = await this.#client(site, "app");
    for (let n = 0; n < count; n++) {
      const size = this.#random.chance(0.2) ? this.#random.integer(2, 5) : 1;
      const done: (() => void)[] = [];
      if (size > 1) await client.query("begin");
      for (let each = 0; each < size; each++) {
        const table = this.#random.pick(tables);
        const write = randomWrite(this.#random, table, ledger);
        const rows = (await client.query(write.sql, write.values)).map(textsOf);
        done.push(() => ledger.acknowledge(table, write, rows));
      }
      // Nobody is told of what was rolled back.
      const keeps = size === 1 || this.#random.chance(0.7);
      if (size > 1) await client.query(keeps ? "commit" : "rollback");
      if (keeps) for (const tell of done) tell();
    }
  }

  async #client(site: Site, as: "admin" | "app") {
    const { host, port, name, adminUser, adminPassword, appUser, appPassword } = await this.#each.endpoint(site);
    const login =
      as === "admin" ? { user: adminUser, password: adminPassword } : { user: appUser, password: appPassword };
    const client = new pg.Client({ host, port, database: name, ...login, options: "-c timezone=UTC" });
    client.on("error", () => {});
    await client.connect();
    return {
      async query(text: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
        return (await client.query(text, [...values])).rows;
      },
      [Symbol.asyncDispose]: () => client.end(),
    };
  }
}

function textsOf(row: Record<string, unknown>): Text {
  return Object.values(row).map((value) => (value === null ? null : String(value)));
}
