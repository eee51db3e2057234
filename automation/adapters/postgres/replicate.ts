import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { adopt } from "./adopt.ts";
import { type Adoption, requireCarried, textOf } from "./adoption.ts";
import { conninfo } from "./conninfo.ts";
import { followedNow, forgetFollowed, writeFollowed } from "./followed.ts";
import { writeHeartbeat } from "./heartbeat.ts";
import type { Link } from "./link.ts";
import { names } from "./names.ts";
import { settlePromotions } from "./promote.ts";
import { ableToFollow, extensionTables, publishTables } from "./publication.ts";
import { quote } from "./quote.ts";
import { createSlot, requireOneWay, requireReach, unreached } from "./requirements.ts";
import { copySchema, requireEqualTables, requireFollowable } from "./schema-copy.ts";
import { schemaDrift } from "./schema-drift.ts";
import { userTables } from "./schema-queries.ts";
import { hasOrigins } from "./server-version.ts";
import { dropCopySlots, dropSlot, slotState } from "./slots.ts";
import { dropSubscription, stopReceiving, subscriptionOf } from "./subscription.ts";

/** Statements that wait for the other server or for running transactions there. */
const remoteMs = 30_000;

/** What the source's schema has become while replication runs in this direction; undefined where it does not run. */
export async function adoptNews(link: Link, patient = false): Promise<Adoption | undefined> {
  const subscription = await subscriptionOf(link.receiver, link.to);
  if (subscription === undefined || !subscription.enabled || subscription.slot === null) return undefined;
  const slot = await slotState(link.sourceSlots, subscription.slot);
  return slot === undefined || slot.lost ? undefined : adopt(link, subscription, { patient });
}

/**
 * A replication that runs in this direction already: kept, told where the source is now, and given what its schema has gained. False: there is
 * none, or (where a copy may be made) what differs needs one. Errors: `refused` where it does and none may be made.
 */
export async function keepRunning(link: Link, copy: boolean): Promise<boolean> {
  const name = names.link(link.to);
  const subscription = await subscriptionOf(link.receiver, link.to);
  if (subscription === undefined || subscription.slot === null) return false;
  const slot = await slotState(link.sourceSlots, subscription.slot);
  if (slot === undefined || slot.lost) return false;
  await requireOneWay(link);
  await requireReach(link);
  const modern = await hasOrigins(link.receiver);
  await link.receiver.run(
    `alter subscription ${name} connection ${conninfo(link.sourceEndpoint, link.receiverEndpoint, modern)}`,
  );
  if (!subscription.enabled) await link.receiver.run(`alter subscription ${name} enable`);
  const adoption = await adopt(link, subscription);
  if (adoption.troubles.length > 0 && copy) return false;
  requireCarried(link, adoption);
  return true;
}

/** Empties the receiver, gives it the source's schema, and follows with a full copy. */
export async function startWithCopy(link: Link): Promise<void> {
  await requireFollowable(link.source, link.receiver);
  await clearOldLinks(link);
  await copySchema(link.source, link.receiver, true);
  const tables = await link.receiver.rows(z.object({ name: z.string() }), userTables);
  const all = [
    ...tables.map(({ name }) => name),
    // The extension has filled them there already.
    ...(await extensionTables(link.source, link.receiver)),
    ...[`${names.schema}.heartbeat`, `${names.schema}.promotion`],
  ];
  // One statement, so that foreign keys between them do not matter.
  await link.receiver.run(`truncate ${all.join(", ")}`, [], remoteMs);
  // What the receiver had and the source lacked is gone: nobody may look for it any more.
  await settlePromotions(link.source, link.from);
  await follow(link, true);
}

/** Follows from here on. The caller has seen that nothing is stranded on either side and that both are fenced. */
export async function startWithoutCopy(link: Link): Promise<void> {
  await copySchema(link.source, link.receiver, false);
  await requireEqualTables(link.source, link.receiver);
  await clearOldLinks(link);
  await follow(link, false);
}

/** With the schemas equal, and written down as such: what changes from here on is told by that. */
async function follow(link: Link, copy: boolean): Promise<void> {
  const { unfollowed } = await publishTables(link.source, await ableToFollow(link.source, link.receiver));
  const { source, follower, steps } = await schemaDrift(link.source, link.receiver, link.to, undefined);
  const left = [...unfollowed, ...steps.filter((step) => step.class === "blocks").map(textOf)];
  requireCarried(link, { troubles: left });
  await subscribe(link, copy);
  const following = new Set(source.columns.map(({ table }) => table));
  await writeFollowed(
    link.receiver,
    link.to,
    followedNow(source, follower, following, { tables: new Set(), record: undefined }),
  );
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
  await forgetFollowed(link.receiver, link.to);
  // Positions of an earlier link must not be held against the slot of this one; the source's rows come over with a copy.
  for (const session of [link.source, link.receiver]) {
    await session.run(`delete from ${names.schema}.promotion where receiver = $1`, [link.to]);
  }
}

async function subscribe(link: Link, copy: boolean): Promise<void> {
  const name = names.link(link.to);
  const slot = link.slotOf(link.to);
  // Made here and not by "create subscription", which would wait for it inside the receiver without any deadline at the source.
  await createSlot(link.sourceSlots, link.source, slot);
  // The slot has something to pass on from its first moment: one that never did is not this one.
  await writeHeartbeat(link.source, link.from, "beat");
  const modern = await hasOrigins(link.receiver);
  const origin = modern ? ", origin = none" : "";
  const following = link.receiver.run(
    `create subscription ${name} connection ${conninfo(link.sourceEndpoint, link.receiverEndpoint, modern)} publication ${names.publication}
     with (create_slot = false, slot_name = ${quote.identifier(slot)}, copy_data = ${copy}${origin})`,
    [],
    remoteMs,
  );
  await following.catch((error: unknown) => {
    throw unreached(error, link);
  });
}
