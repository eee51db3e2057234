import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { pause } from "../../lib/interruption.ts";
import { names } from "./names.ts";
import { publishable } from "./publication.ts";
import { unequalTables } from "./row-counts.ts";
import { followedTables } from "./schema-drift.ts";
import type { Session } from "./session.ts";
import { type Subscription, subscriptionOf } from "./subscription.ts";

/** Looks at the number of rows before a difference is believed: rows may be on their way. */
const looks = 3;
/** Milliseconds between two looks. */
const lookEveryMs = 500;

/**
 * Why the receiver cannot be said to have everything that its source has; undefined: it can. `openSource` gives undefined where the source
 * does not answer: then there is nothing to count against.
 */
export async function whyNotInSync(
  receiver: Session,
  to: Site,
  openSource: () => Promise<Session | undefined>,
  signal: AbortSignal,
): Promise<string | undefined> {
  const subscription = await subscriptionOf(receiver, to);
  if (subscription === undefined || !subscription.enabled || subscription.workerPid === null)
    return `${receiver.where} receives nothing`;
  if (subscription.tables === 0) return `${receiver.where} follows no table`;
  if (subscription.tables !== subscription.tablesReady)
    return `tables are still being copied${subscription.copying.length === 0 ? "" : `: ${subscription.copying.join(", ")}`}`;
  const source = await openSource();
  if (source === undefined) return undefined;
  await using there = source;
  return await differenceOfRows(there, receiver, subscription, signal);
}

async function differenceOfRows(
  source: Session,
  receiver: Session,
  subscription: Subscription,
  signal: AbortSignal,
): Promise<string | undefined> {
  const followed = await followedTables(receiver, subscription);
  const strangers = await filledTables(source, followed);
  if (strangers.length > 0) return `tables with rows are not followed: ${strangers.join(", ")}`;
  const counted = [...followed].filter((name) => !name.startsWith(`${names.schema}.`));
  let unequal: readonly string[] = [];
  for (let look = 0; look < looks; look++) {
    if (look > 0) await pause("arrival of rows", lookEveryMs, signal);
    unequal = await unequalTables(source, receiver, counted);
    if (unequal.length === 0) return undefined;
  }
  return `tables do not have as many rows as at the source: ${unequal.join(", ")}`;
}

/** Tables that hold rows, and are outside `followed` or no longer published. Those of extensions follow only where both administrators own them: they are left out. */
async function filledTables(source: Session, followed: ReadonlySet<string>): Promise<readonly string[]> {
  const others = (await publishable(source)).filter(
    ({ name, extension, published }) => !extension && !(published && followed.has(name)),
  );
  if (others.length === 0) return [];
  const looksInto = others.map(({ name }, place) => `select ${place} as place where exists (select from only ${name})`);
  const rows = await source.rows(z.object({ place: z.number() }), looksInto.join(" union all "));
  return rows.map(({ place }) => others[place]?.name ?? "");
}
