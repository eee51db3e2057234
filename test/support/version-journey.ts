import { otherSite } from "../../automation/domain/protection.ts";
import type { Site } from "../../stacks/outputs.ts";
import { type DatabaseCase, openCase, soon, until } from "./database-case.ts";
import { type PostgresPair, type PostgresVersion, startPostgresPair } from "./postgres-pair.ts";
import { strandedAt } from "./stranded-at.ts";

/** What a journey found, for the test to compare. */
export interface JourneyResult {
  /** Server versions as the servers themselves say, e.g. 15. */
  readonly majors: Readonly<Record<Site, number>>;
  /** Notes of the rows that the salvage named, and how many the client lost. */
  readonly salvaged: readonly string[];
  readonly lost: readonly string[];
  /** All rows of each site after the last move, as text. */
  readonly rows: Readonly<Record<Site, string>>;
  /** Notes that must be there: every acknowledged write that was not lost. */
  readonly acknowledged: readonly string[];
  /** Slots and subscriptions at the end, by site. */
  readonly leftovers: Readonly<Record<Site, { readonly slots: number; readonly subscriptions: number }>>;
}

const schema = `
  create table items (id bigserial primary key, note text unique not null, amount numeric(10,2) default 1.5, tags text[] default '{a,b}');
  create table bag (note text, at timestamptz default now());
  create view dear as select * from items where amount > 10`;

/**
 * Set-up, planned move and home, forced move with loss, reprotect and failback, on a pair of the given versions. `number`: as
 * `startPostgresPair` has it.
 */
export async function versionJourney(
  number: number,
  versions: Readonly<Record<Site, PostgresVersion>>,
): Promise<JourneyResult> {
  await using pair: PostgresPair = await startPostgresPair(number, [], {}, versions);
  await using each = await openCase(pair, "journey");
  const { database } = each;
  const acknowledged: string[] = [];
  const write = async (site: Site, note: string): Promise<void> => {
    await each.sql(
      site,
      `insert into items (note) values ('${note}'); insert into bag (note) values ('${note}')`,
      "app",
    );
  };
  const writeKept = async (site: Site, note: string): Promise<void> => {
    await write(site, note);
    acknowledged.push(note);
  };
  await database.prepare("primary", true, soon());
  await each.sql("primary", schema, "app");
  await writeKept("primary", "before protection");
  await each.protect();
  await writeKept("primary", "streamed");

  for (const from of ["primary", "standby"] as const) {
    await movePlanned(each, from);
    await writeKept(otherSite(from), `after the move to ${otherSite(from)}`);
    await each.beat(otherSite(from));
  }

  // The standby stops receiving: what is written from here on is lost by the forced move.
  await each.cut("standby");
  const lost = ["lost 1", "lost 2"];
  for (const note of lost) await write("primary", note);
  await database.fence("primary", soon());
  await database.promote("standby", soon());
  await database.openWrites("standby", soon());
  await writeKept("standby", "after the forced move");
  const stranded = await strandedAt(database, "primary");
  const salvaged = stranded
    .filter(({ table, kind }) => table === "items" && kind === "insert")
    .map(({ after }) => String(after?.["note"]));

  await database.replicate("standby", "primary", { copy: true }, soon());
  await until("reprotected", () => database.inSync("primary", soon()));
  await writeKept("standby", "after reprotect");
  await movePlanned(each, "standby");
  await writeKept("primary", "at home");
  await each.beat("primary");
  await until("the last row", async () => (await rowsOf(each, "standby")) === (await rowsOf(each, "primary")));
  return {
    majors: { primary: await majorOf(each, "primary"), standby: await majorOf(each, "standby") },
    salvaged,
    lost,
    acknowledged,
    rows: { primary: await rowsOf(each, "primary"), standby: await rowsOf(each, "standby") },
    leftovers: { primary: await leftoversOf(each, "primary"), standby: await leftoversOf(each, "standby") },
  };
}

async function movePlanned({ database }: DatabaseCase, from: Site): Promise<void> {
  const to = otherSite(from);
  const token = await database.fence(from, soon());
  await database.awaitToken(to, token, soon());
  await database.promote(to, soon());
  await database.replicate(to, from, { copy: false }, soon());
  await database.openWrites(to, soon());
}

async function rowsOf(each: DatabaseCase, site: Site): Promise<string> {
  const [row] = await each.sql(
    site,
    `select concat_ws('; ', (select string_agg(i::text, ',' order by id) from items i),
       (select string_agg(b::text, ',' order by note) from bag b), (select count(*) from dear)) as rows`,
  );
  return String(row?.["rows"]);
}

async function majorOf(each: DatabaseCase, site: Site): Promise<number> {
  const [row] = await each.sql(site, "select current_setting('server_version_num')::int / 10000 as major");
  return Number(row?.["major"]);
}

async function leftoversOf(each: DatabaseCase, site: Site) {
  const [row] = await each.sql(
    site,
    "select (select count(*)::int from pg_replication_slots) as slots, (select count(*)::int from pg_subscription) as subscriptions",
  );
  return { slots: Number(row?.["slots"]), subscriptions: Number(row?.["subscriptions"]) };
}
