import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { pause } from "../../lib/interruption.ts";
import { systemTimer } from "../../lib/timer.ts";
import { names } from "./names.ts";
import { userSchema } from "./schema-queries.ts";
import type { Session } from "./session.ts";

const withPid = z.object({ pid: z.number() });
/** Milliseconds between two looks. */
const lookEveryMs = 50;

/**
 * Cuts every session of a role whose login has been taken away, until none is left and none can still come: a client that was let in just
 * before is not listed yet while its server process starts. Returns how many sessions were found.
 * Errors: `unverified` when somebody is still there at the end of `patienceMs`.
 */
export async function endSessions(
  session: Session,
  role: string,
  patienceMs: number,
  signal: AbortSignal,
): Promise<number> {
  const began = systemTimer.monotonic();
  const found = new Set<number>();
  // Whoever starts after this look meets the role without its login: clients that try again and again are not waited for.
  let starting = await startingProcesses(session);
  for (;;) {
    const left = await session.rows(
      withPid,
      "select pid from pg_stat_activity, lateral pg_terminate_backend(pid) as asked where usename = $1 and pid <> pg_backend_pid()",
      [role],
    );
    for (const { pid } of left) found.add(pid);
    if (left.length === 0 && starting.length === 0) return found.size;
    const waited = systemTimer.monotonic().since(began);
    if (waited > patienceMs) {
      const who =
        left.length > 0
          ? `${left.length} clients of ${role} are still connected`
          : `${starting.length} clients are still logging in, perhaps as ${role} (pid ${starting.join(", ")})`;
      throw new DriverError("unverified", `fence at ${session.where}: ${who} after ${patienceMs} ms`);
    }
    // Only a superuser may; others wait.
    if (waited > patienceMs / 2) for (const pid of starting) await terminate(session, pid);
    await pause("fence", lookEveryMs, signal);
    // Before the sessions are looked at: who leaves this list is on that one.
    const still = starting.length === 0 ? [] : await startingProcesses(session);
    starting = starting.filter((pid) => still.includes(pid));
  }
}

async function terminate(session: Session, pid: number): Promise<void> {
  await session.run("select pg_terminate_backend($1)", [pid]).catch(() => {});
}

/**
 * Server processes between their start and their entry in the list of sessions. From PostgreSQL 18 on they are listed without a user, and
 * one that waits for its client has not been let in yet: it will meet the role without its login. Before 18 only their locks show.
 */
async function startingProcesses(session: Session): Promise<readonly number[]> {
  const locking = await session.rows(
    withPid,
    "select distinct pid from pg_locks where locktype = 'virtualxid' and pid is not null and pid <> pg_backend_pid()",
  );
  if (locking.length === 0) return [];
  const starting = await session.rows(
    withPid,
    `select l.pid from unnest($1::int[]) as l(pid) left join pg_stat_activity a using (pid)
     where a.pid is null or (a.usesysid is null and a.backend_type = 'client backend' and a.wait_event_type is distinct from 'Client')`,
    [locking.map(({ pid }) => pid)],
  );
  return starting.map(({ pid }) => pid);
}

/** That role `r` logs in by itself, and is none that nobody has to stop: superusers, the driver's own roles, the services', the session's. */
const logsInItself = `r.rolcanlogin and not r.rolsuper and r.rolname not in (current_user, session_user)
  and r.rolname not in ('${names.replicator}', '${names.leaseAgent}', '${names.drill}') and r.rolname !~ '^(rds|azure)'`;
/** That role `r` may act as role $1; not where there is no such role. */
const mayActAs = "exists (select from pg_roles a where a.rolname = $1 and pg_has_role(r.oid, a.oid, 'member'))";

/**
 * Roles that log in by themselves and may write users' tables without being of the application's role: by rights of their own, or of a role
 * that they are of. Superusers, the driver's own roles, the services' and the session's are left out.
 */
export async function directWriters(session: Session, role: string): Promise<readonly string[]> {
  const writers = await session.rows(
    z.object({ name: z.string() }),
    `select r.rolname::text as name from pg_roles r
     where ${logsInItself} and r.rolname <> $1 and not ${mayActAs} and exists (
         select from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and ${userSchema("n")} and has_schema_privilege(r.oid, n.oid, 'usage')
           and (has_table_privilege(r.oid, c.oid, 'insert, update, delete, truncate') or has_any_column_privilege(r.oid, c.oid, 'insert, update')))
     order by 1`,
    [role],
  );
  return writers.map(({ name }) => name);
}

/**
 * Roles that may act as the application's and log in by themselves: taking away the login of the application's role does not stop them.
 * Superusers, the driver's own roles and the session's are left out.
 */
export async function otherWriters(session: Session, role: string): Promise<readonly string[]> {
  const members = await session.rows(
    z.object({ name: z.string() }),
    `select r.rolname::text as name from pg_roles r
     where ${logsInItself} and r.rolname <> $1 and ${mayActAs} order by 1`,
    [role],
  );
  return members.map(({ name }) => name);
}
