import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { pause } from "../../lib/interruption.ts";
import { systemTimer } from "../../lib/timer.ts";
import { sqlState } from "./errors.ts";
import { names } from "./names.ts";
import type { Session } from "./session.ts";

const shape = z.object({
  oid: z.number(),
  enabled: z.boolean(),
  slot: z.string().nullable(),
  /** The apply worker; null while none runs. */
  workerPid: z.number().nullable(),
  tables: z.number(),
  tablesReady: z.number(),
  /** Tables (qualified) whose first copy is not complete. */
  copying: z.array(z.string()),
});
export type Subscription = z.infer<typeof shape>;

/** The receiver's subscription to the other site, if there is one. */
export async function subscriptionOf(session: Session, receiver: Site): Promise<Subscription | undefined> {
  return session.first(
    shape,
    `select s.oid, s.subenabled as enabled, s.subslotname::text as slot,
       (select w.pid from pg_stat_subscription w where w.subid = s.oid and w.relid is null and w.pid is not null limit 1) as "workerPid",
       (select count(*)::int from pg_subscription_rel r where r.srsubid = s.oid) as tables,
       (select count(*)::int from pg_subscription_rel r where r.srsubid = s.oid and r.srsubstate = 'r') as "tablesReady",
       array(select format('%I.%I', n.nspname, c.relname) from pg_subscription_rel r join pg_class c on c.oid = r.srrelid join pg_namespace n on n.oid = c.relnamespace
         where r.srsubid = s.oid and r.srsubstate not in ('s', 'r') order by 1)::text[] as copying
     from pg_subscription s where s.subname = $1 and s.subdbid = (select oid from pg_database where datname = current_database())`,
    [names.link(receiver)],
  );
}

/** Disables it and sees its workers gone, so that nothing more is applied. No subscription is success. */
export async function stopReceiving(session: Session, receiver: Site, signal: AbortSignal): Promise<void> {
  const subscription = await subscriptionOf(session, receiver);
  if (subscription === undefined) return;
  await session.run(`alter subscription ${names.link(receiver)} disable`);
  const start = systemTimer.monotonic();
  for (;;) {
    const workers = await session.rows(
      z.object({ pid: z.number() }),
      "select pid from pg_stat_subscription where subid = $1 and pid is not null",
      [subscription.oid],
    );
    if (workers.length === 0) return;
    const waited = systemTimer.monotonic().since(start);
    if (waited > 8000) {
      throw new DriverError(
        "unverified",
        `a replication worker at ${session.where} (pid ${workers[0]?.pid}) does not stop`,
      );
    }
    // One that hangs on a dead source does not look at the catalogue; it does heed SIGTERM.
    if (waited > 1000) {
      for (const { pid } of workers) await session.run("select pg_terminate_backend($1)", [pid]).catch(() => {});
    }
    await pause("stop of the replication worker", 50, signal);
  }
}

/** Where nothing answers, and says so at once. */
const nowhere = "host=127.0.0.1 port=1 connect_timeout=2 user=nobody password=none";

/** Drops it without asking the source: its slots stay there. Workers must have stopped. */
export async function dropSubscription(session: Session, receiver: Site): Promise<void> {
  const subscription = await subscriptionOf(session, receiver);
  if (subscription === undefined) return;
  await session.run(`alter subscription ${names.link(receiver)} set (slot_name = none)`);
  if (subscription.tablesReady < subscription.tables) {
    // For a copy that is not done, PostgreSQL would call at the source, which may be dead and hold up a promotion.
    await session.run(`alter subscription ${names.link(receiver)} connection '${nowhere}'`);
  }
  await session.run(`drop subscription if exists ${names.link(receiver)}`);
}

/** End of the last transaction of the source that was applied here. Undefined: none, or this admin may not know. */
export async function originPosition(session: Session, subscription: Subscription): Promise<string | undefined> {
  try {
    const row = await session.first(
      z.object({ lsn: z.string().nullable() }),
      "select pg_replication_origin_progress(roname, true)::text as lsn from pg_replication_origin where roname = $1",
      [`pg_${subscription.oid}`],
    );
    return row?.lsn ?? undefined;
  } catch (error) {
    if (sqlState(error) === "42501") return undefined;
    throw error;
  }
}
