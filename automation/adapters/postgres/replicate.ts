import { z } from "zod";
import type { DatabaseEndpoint } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { adopt } from "./adopt.ts";
import type { Link } from "./link.ts";
import { names, replicatorPassword } from "./names.ts";
import { settlePromotions } from "./promote.ts";
import { quote } from "./quote.ts";
import { copySchema, requireCopyable, requireEqualTables } from "./schema-copy.ts";
import { userTables } from "./schema-queries.ts";
import { dropCopySlots, dropSlot, slotState } from "./slots.ts";
import { dropSubscription, stopReceiving, subscriptionOf } from "./subscription.ts";

/** Statements that wait for the other server or for running transactions there. */
const remoteMs = 30_000;

/** What the source's schema has gained while replication runs in this direction; nothing where it does not run. */
export async function adoptNews(link: Link): Promise<readonly string[]> {
  const subscription = await subscriptionOf(link.receiver, link.to);
  if (subscription === undefined || !subscription.enabled || subscription.slot === null) return [];
  const slot = await slotState(link.sourceSlots, subscription.slot);
  return slot === undefined || slot.lost ? [] : adopt(link, subscription);
}

/** A replication that runs in this direction already: kept, told where the source is now, and given tables made since. */
export async function keepRunning(link: Link): Promise<boolean> {
  const name = names.link(link.to);
  const subscription = await subscriptionOf(link.receiver, link.to);
  if (subscription === undefined || subscription.slot === null) return false;
  const slot = await slotState(link.sourceSlots, subscription.slot);
  if (slot === undefined || slot.lost) return false;
  await link.receiver.run(`alter subscription ${name} connection ${conninfo(link.sourceEndpoint)}`);
  if (!subscription.enabled) await link.receiver.run(`alter subscription ${name} enable`);
  await adopt(link, subscription);
  await copySchema(link.source, link.receiver, false);
  await link.receiver.run(`alter subscription ${name} refresh publication`, [], remoteMs);
  return true;
}

/** Empties the receiver, gives it the source's schema, and follows with a full copy. */
export async function startWithCopy(link: Link): Promise<void> {
  await requireCopyable(link.source);
  await clearOldLinks(link);
  await copySchema(link.source, link.receiver, true);
  const tables = await link.receiver.rows(z.object({ name: z.string() }), userTables);
  const all = [...tables.map((table) => table.name), `${names.schema}.heartbeat`, `${names.schema}.promotion`];
  // One statement, so that foreign keys between them do not matter.
  await link.receiver.run(`truncate ${all.join(", ")}`, [], remoteMs);
  // What the receiver had and the source lacked is gone: nobody may look for it any more.
  await settlePromotions(link.source, link.from);
  await subscribe(link, true);
}

/** Follows from here on. The caller has seen that nothing is stranded on either side and that both are fenced. */
export async function startWithoutCopy(link: Link): Promise<void> {
  await copySchema(link.source, link.receiver, false);
  await requireEqualTables(link.source, link.receiver);
  await clearOldLinks(link);
  await subscribe(link, false);
}

/** Removes what an older direction or an interrupted attempt left: a slot nobody reads would hold WAL for ever. */
async function clearOldLinks(link: Link): Promise<void> {
  if ((await subscriptionOf(link.source, link.from)) !== undefined) {
    throw new DriverError(
      "refused",
      `${link.source.where} still follows the ${link.to} site; promote it before the direction turns`,
    );
  }
  await stopReceiving(link.receiver, link.to, link.signal);
  await dropSubscription(link.receiver, link.to);
  await dropSlot(link.receiverSlots, link.slotOf(link.from), link.signal);
  await dropSlot(link.sourceSlots, link.slotOf(link.to), link.signal);
  await dropCopySlots(link.receiverSlots, link.source, link.signal);
  await dropCopySlots(link.sourceSlots, link.receiver, link.signal);
  // Positions of an earlier link must not be held against the slot of this one; the source's rows come over with a copy.
  for (const session of [link.source, link.receiver]) {
    await session.run(`delete from ${names.schema}.promotion where receiver = $1`, [link.to]);
  }
}

async function subscribe(link: Link, copy: boolean): Promise<void> {
  const name = names.link(link.to);
  const slot = link.slotOf(link.to);
  // Made here and not by "create subscription", which would wait for it inside the receiver without any deadline at the source.
  await link.sourceSlots.run("select pg_create_logical_replication_slot($1, 'pgoutput')", [slot], remoteMs);
  await link.receiver.run(
    `create subscription ${name} connection ${conninfo(link.sourceEndpoint)} publication ${names.publication}
     with (create_slot = false, slot_name = ${quote.identifier(slot)}, copy_data = ${copy}, origin = none)`,
    [],
    remoteMs,
  );
}

/** For the receiver's server; it must hold the password, there is no other way for a server to log in at another. */
function conninfo(source: DatabaseEndpoint): string {
  const values: Readonly<Record<string, string>> = {
    host: source.host,
    port: String(source.port),
    dbname: source.name,
    user: names.replicator,
    password: replicatorPassword(source.adminPassword),
    sslmode: source.sslMode,
    connect_timeout: "5",
    keepalives_idle: "5",
    keepalives_interval: "2",
    keepalives_count: "3",
  };
  return quote.literal(
    Object.entries(values)
      .map(([key, value]) => `${key}=${quote.conninfo(value)}`)
      .join(" "),
  );
}
