import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { type Catalog, type Column, readCatalog } from "./catalog.ts";
import { compareCatalogs, type SchemaStep } from "./compare-catalogs.ts";
import { type FollowedRecord, readFollowed } from "./followed.ts";
import { findRenames, type Renames } from "./renames.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "./subscription.ts";

/** How a source's schema differs from what the receiver has and follows. */
export interface SchemaDrift {
  readonly source: Catalog;
  readonly follower: Catalog;
  readonly record: FollowedRecord | undefined;
  readonly following: ReadonlySet<string>;
  readonly renames: Renames;
  /** Tables that the subscription does not know, whether there is one of that name at the receiver or not. */
  readonly tables: readonly string[];
  /** Columns of following tables that the receiver lacks. */
  readonly columns: readonly Column[];
  /** Every difference, the above among them. */
  readonly steps: readonly SchemaStep[];
}

/** Two looks at catalogues, one at each site. `subscription` undefined: nothing follows yet. */
export async function schemaDrift(
  source: Session,
  receiver: Session,
  to: Site,
  subscription: Subscription | undefined,
  patient = false,
): Promise<SchemaDrift> {
  const [here, there] = await Promise.all([readCatalog(source), readCatalog(receiver)]);
  const record = subscription === undefined ? undefined : await readFollowed(receiver, to);
  const following = subscription === undefined ? new Set<string>() : await followedTables(receiver, subscription);
  return { ...drifted(here, there, record, following, patient), source: here, follower: there, record, following };
}

export async function followedTables(receiver: Session, subscription: Subscription): Promise<ReadonlySet<string>> {
  const followed = await receiver.rows(
    z.object({ name: z.string() }),
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_subscription_rel r join pg_class c on c.oid = r.srrelid join pg_namespace n on n.oid = c.relnamespace where r.srsubid = $1`,
    [subscription.oid],
  );
  return new Set(followed.map(({ name }) => name));
}

function drifted(
  source: Catalog,
  follower: Catalog,
  record: FollowedRecord | undefined,
  following: ReadonlySet<string>,
  patient: boolean,
): Pick<SchemaDrift, "renames" | "tables" | "columns" | "steps"> {
  const renames = findRenames(record, source.columns, follower.columns);
  const adrift = new Set(renames.lost.map(({ table }) => table));
  const there = new Set(follower.columns.map(({ table, name }) => `${table}.${name}`));
  const lacking = source.columns.filter(({ table, name }) => following.has(table) && !there.has(`${table}.${name}`));
  const lost = renames.lost.map(
    ({ table, what }): SchemaStep => ({
      ...{
        kind: "identity",
        object: table,
        source: what,
        follower: undefined,
        class: "blocks",
        loosen: [],
        settle: [],
      },
      remedy: "run `pilotlight reprotect` (a full copy)",
    }),
  );
  const known = new Set(record?.known ?? []);
  return {
    renames,
    tables: [...new Set(source.columns.map(({ table }) => table))].filter((table) => !following.has(table)),
    columns: lacking.filter(({ table }) => !adrift.has(table)),
    steps: [...lost, ...compareCatalogs({ source, follower, known, patient })],
  };
}

/** Nothing that anybody has to do something about. */
export function isNothing({ tables, columns, renames, steps }: SchemaDrift): boolean {
  return (
    [tables, columns, renames.steps].every((list) => list.length === 0) &&
    steps.every((step) => step.class === "harmless")
  );
}
