import { z } from "zod";
import { columnDetailsQuery } from "./schema-queries.ts";
import type { Session } from "./session.ts";
import type { Subscription } from "./subscription.ts";

const columnShape = z.object({
  table: z.string(),
  inherited: z.boolean(),
  name: z.string(),
  type: z.string(),
  required: z.boolean(),
  generated: z.string(),
  identity: z.boolean(),
  defaultSql: z.string().nullable(),
  constant: z.boolean(),
  missing: z.string().nullable(),
});
export type Column = z.infer<typeof columnShape>;

/** How a source's published tables have changed since the receiver learnt of them. */
export interface SchemaDrift {
  /** Tables that the subscription does not know, whether there is one of that name at the receiver or not. */
  readonly tables: readonly string[];
  /** Of those, what is part of a partitioned or inherited table: not carried. */
  readonly inherited: readonly string[];
  /** Columns of following tables that the receiver lacks. */
  readonly columns: readonly Column[];
  /** The receiver insists on a value where the source has ceased to. */
  readonly relaxed: readonly Column[];
  /** Default or "not null" is not the source's yet. */
  readonly unsettled: readonly Column[];
  /** Differences that nothing here removes, in words. */
  readonly problems: readonly string[];
}

/** Two looks at catalogues, one at each site. */
export async function schemaDrift(
  source: Session,
  receiver: Session,
  subscription: Subscription,
): Promise<SchemaDrift> {
  const followed = await receiver.rows(
    z.object({ name: z.string() }),
    `select format('%I.%I', n.nspname, c.relname) as name
     from pg_subscription_rel r join pg_class c on c.oid = r.srrelid join pg_namespace n on n.oid = c.relnamespace where r.srsubid = $1`,
    [subscription.oid],
  );
  const following = new Set(followed.map(({ name }) => name));
  return compare(await columnsOf(source), await columnsOf(receiver), following);
}

async function columnsOf(session: Session): Promise<readonly Column[]> {
  await session.run("set search_path = ''");
  return session.rows(columnShape, columnDetailsQuery);
}

export function compare(
  source: readonly Column[],
  receiver: readonly Column[],
  following: ReadonlySet<string>,
): SchemaDrift {
  const key = (column: Column): string => `${column.table}.${column.name}`;
  const there = new Map(receiver.map((column) => [key(column), column]));
  const sent = new Set(source.map(key));
  const sentTables = new Set(source.map((column) => column.table));
  const fresh = source.filter((column) => !following.has(column.table));
  const pairs = source
    .filter((column) => following.has(column.table))
    .map((wanted) => ({ wanted, present: there.get(key(wanted)) }));
  const both = pairs.flatMap(({ wanted, present }) => (present === undefined ? [] : [{ wanted, present }]));
  const settled = ({ wanted, present }: (typeof both)[number]): boolean =>
    wanted.generated !== "" ||
    ((present.required || !wanted.required) && (wanted.identity || wanted.defaultSql === present.defaultSql));
  return {
    tables: [...new Set(fresh.map((column) => column.table))],
    inherited: [...new Set(fresh.filter((column) => column.inherited).map((column) => column.table))],
    columns: pairs.flatMap(({ wanted, present }) => (present === undefined ? [wanted] : [])),
    relaxed: both.filter(({ wanted, present }) => present.required && !wanted.required).map(({ wanted }) => wanted),
    unsettled: both.filter((pair) => !settled(pair)).map(({ wanted }) => wanted),
    problems: [
      ...both
        .filter(({ wanted, present }) => wanted.type !== present.type)
        .map(({ wanted, present }) => `column ${key(wanted)} is ${wanted.type} there and ${present.type} here`),
      ...receiver
        .filter((column) => following.has(column.table) && sentTables.has(column.table) && !sent.has(key(column)))
        .filter((column) => column.required && column.defaultSql === null && !column.identity)
        .map((column) => `column ${key(column)} was dropped or renamed there and must have a value here`),
    ],
  };
}

export function isNothing(drift: SchemaDrift): boolean {
  return Object.values(drift).every((list: readonly unknown[]) => list.length === 0);
}
