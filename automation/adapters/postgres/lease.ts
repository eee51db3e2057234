import { z } from "zod";
import type { DatabaseEndpoint } from "../../../stacks/outputs.ts";
import type { WriteLease } from "../../ports/database.ts";
import { ensureRole } from "./foundation.ts";
import { leaseAgentPassword, names } from "./names.ts";
import { quote } from "./quote.ts";
import type { Session } from "./session.ts";

const { schema, leaseAgent } = names;
/** Advisory lock that every watchman holds. */
const watchLock = { key: 1_346_981_967, sub: 1 } as const;
const renewal = `${schema}.renew_write_lease(timestamptz)`;
/** How often the watchman looks, in seconds: sessions outlive the lease by so much and the moment that ending them takes. */
const watchSeconds = 0.25;

/**
 * The functions behind a write lease, and the agent's role, which may call them and nothing else. `seconds` and the application's role are
 * written into the functions: a table would be replicated to the other site. Changes nobody's validity: the first renewal does. Safe to repeat.
 */
export async function layLease(session: Session, endpoint: DatabaseEndpoint, seconds: number): Promise<void> {
  await ensureRole(session, leaseAgent, leaseAgentPassword(endpoint.adminPassword), "login");
  // A connection that a partition left behind must not stay for ever. The watchman is never idle.
  await session.run(`alter role ${leaseAgent} set idle_session_timeout = '2min'`);
  await session.transaction(async () => {
    await session.run("select pg_advisory_xact_lock(hashtext('pilotlight foundation'))");
    for (const statement of functions(quote.literal(endpoint.appUser), seconds)) await session.run(statement);
    await session.run(`comment on function ${renewal} is '${seconds}'`);
    await session.run(`grant usage on schema ${schema} to ${leaseAgent}`);
    for (const routine of ["renew_write_lease(timestamptz)", "end_expired_writers()", "watch_write_lease()"]) {
      await session.run(`revoke all on routine ${schema}.${routine} from public`);
      await session.run(`grant execute on routine ${schema}.${routine} to ${leaseAgent}`);
    }
  });
}

function functions(role: string, seconds: number): readonly string[] {
  const watching = `l.locktype = 'advisory' and l.classid = ${watchLock.key} and l.objid = ${watchLock.sub} and l.granted
      and l.database = (select oid from pg_database where datname = current_database())`;
  return [
    // `read_at`: this server's clock before the witness was asked. However late this arrives, the lease ends where it would have ended.
    `create or replace function ${schema}.renew_write_lease(read_at timestamptz) returns timestamptz
      language plpgsql security definer set search_path = pg_catalog, pg_temp set datestyle = 'ISO' as $$
      declare
        ends timestamptz := read_at + interval '${seconds} seconds';
        before timestamptz := (select rolvaliduntil from pg_roles where rolname = ${role});
      begin
        if read_at > clock_timestamp() then
          raise 'the lease would begin in the future' using errcode = '22023';
        end if;
        if ends <= clock_timestamp() then
          raise 'the renewal comes too late' using errcode = '57014';
        end if;
        if not exists (select from pg_locks l join pg_stat_activity a using (pid) where ${watching} and a.usename = '${leaseAgent}') then
          raise 'nobody watches over the end of the lease' using errcode = '55000';
        end if;
        if before >= ends and before <= clock_timestamp() + interval '${seconds} seconds' then
          return before;
        end if;
        execute format('alter role %I valid until %L', ${role}, ends);
        return ends;
      end $$`,
    // PostgreSQL looks at VALID UNTIL when somebody logs in, and never again: who is in already is ended here.
    `create or replace function ${schema}.end_expired_writers() returns integer
      language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
      begin
        if not exists (select from pg_roles where rolname = ${role} and rolvaliduntil <= clock_timestamp()) then
          return 0;
        end if;
        return (select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = ${role});
      end $$`,
    // Runs in the server and needs nobody: the agent, its node and its network may freeze or die. A newer one takes over.
    `create or replace procedure ${schema}.watch_write_lease() language plpgsql as $$
      begin
        perform pg_catalog.pg_advisory_lock_shared(${watchLock.key}, ${watchLock.sub});
        perform pg_catalog.pg_terminate_backend(l.pid) from pg_catalog.pg_locks l join pg_catalog.pg_stat_activity a using (pid),
          (select backend_start, pid from pg_catalog.pg_stat_activity where pid = pg_catalog.pg_backend_pid()) me
          where ${watching} and (a.backend_start, a.pid) < (me.backend_start, me.pid) and a.usename = '${leaseAgent}';
        loop
          commit;
          perform ${schema}.end_expired_writers();
          commit;
          perform pg_catalog.pg_sleep(${watchSeconds});
        end loop;
      end $$`,
  ];
}

/** How long one lease lasts by the functions that are there, whatever is declared since; undefined: none are. */
export async function laidSeconds(session: Session): Promise<number | undefined> {
  const row = await session.first(
    z.object({ seconds: z.coerce.number().positive().nullable() }),
    `select obj_description(to_regprocedure('${renewal}'), 'pg_proc') as seconds`,
  );
  return row?.seconds ?? undefined;
}

/** Undefined: the site is declared without one, whatever its database does. */
export async function leaseOf(session: Session, endpoint: DatabaseEndpoint): Promise<WriteLease | undefined> {
  if (endpoint.writeLease === undefined) return undefined;
  const seconds = await laidSeconds(session);
  if (seconds === undefined) return { seconds: endpoint.writeLease.seconds, inForce: false };
  return { seconds, inForce: await loginEnds(session, endpoint) };
}

/** The role's login ends by itself, at a site that is declared without a lease: one that was turned off. */
export async function isLeftLeased(session: Session, endpoint: DatabaseEndpoint): Promise<boolean> {
  return endpoint.writeLease === undefined && (await loginEnds(session, endpoint));
}

/** The application's login ends by itself, or has. */
export async function loginEnds(session: Session, { appUser }: DatabaseEndpoint): Promise<boolean> {
  const row = await session.first(
    z.object({ ends: z.boolean() }),
    "select coalesce(rolvaliduntil < 'infinity', false) as ends from pg_roles where rolname = $1",
    [appUser],
  );
  return row?.ends ?? false;
}
