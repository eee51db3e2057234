import { z } from "zod";
import { redact } from "../../domain/errors.ts";

/** Whatever reads rows: sessions themselves ask here, so this knows none. */
interface Rows {
  rows<T>(shape: z.ZodType<T>, sql: string, values?: readonly unknown[]): Promise<T[]>;
}

/** Characters of a statement that are shown. */
const shownText = 80;
/** More of them than these say nothing new. */
const most = 5;

const shape = z.object({
  pid: z.number().nullable(),
  gid: z.string().nullable(),
  user: z.string().nullable(),
  database: z.string().nullable(),
  state: z.string().nullable(),
  seconds: z.number(),
  query: z.string().nullable(),
});

/** Who holds the locks that process `pid` waits for, each in words; none: it waits for no lock. */
export async function describeHolders(session: Rows, pid: number): Promise<readonly string[]> {
  const holders = await session.rows(
    shape,
    `select pid, null as gid, usename::text as "user", datname::text as database, state,
       coalesce(extract(epoch from clock_timestamp() - xact_start), 0)::float8 as seconds, query
     from pg_stat_activity where pid = any (pg_blocking_pids($1)) order by seconds desc limit ${most}`,
    [pid],
  );
  return holders.map(inWords);
}

/** The oldest transactions that have written and are still open, in any database of the server: a new slot waits for all of them. */
export async function describeBlockers(session: Rows): Promise<readonly string[]> {
  const open = await session.rows(
    shape,
    `select pid, null as gid, usename::text as "user", datname::text as database, state,
       extract(epoch from clock_timestamp() - xact_start)::float8 as seconds, query
     from pg_stat_activity where backend_xid is not null and xact_start is not null and pid <> pg_backend_pid()
     union all
     select null, gid, owner::text, database::text, 'prepared', extract(epoch from clock_timestamp() - prepared)::float8, null from pg_prepared_xacts
     order by seconds desc limit ${most}`,
  );
  return open.map(inWords);
}

function inWords({ pid, gid, user, database, state, seconds, query }: z.infer<typeof shape>): string {
  const who = pid === null ? `prepared transaction "${gid}"` : `pid ${pid}`;
  const text = query === null ? "" : `, "${cut(redact(query.replaceAll(/\s+/g, " ").trim()))}"`;
  return `${who} (user ${user}, database ${database}, ${state}, open for ${Math.round(seconds)} s${text})`;
}

function cut(text: string): string {
  return text.length <= shownText ? text : `${text.slice(0, shownText)}…`;
}
