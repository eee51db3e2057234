import { z } from "zod";
import type { SequenceForm } from "./sequence-position.ts";
import type { Session } from "./session.ts";

/** Milliseconds for one column: by its index this is a matter of a few pages. */
const readMs = 2000;

const shape = z.object({
  /** OID of the sequence. */
  sequence: z.number(),
  table: z.string(),
  column: z.string(),
  /** Base type, of a domain too. */
  type: z.string(),
  modifier: z.number(),
  /** A valid, complete B-tree index leads with it. */
  indexed: z.boolean(),
  /** Its values are the sequence's numbers, as they are. */
  tells: z.boolean(),
});
export type FedColumn = z.infer<typeof shape>;

/** Columns that own a sequence or take it as their default. */
export async function fedColumns(session: Session): Promise<readonly FedColumn[]> {
  return await session.rows(
    shape,
    `select f.sequence, format('%I.%I', n.nspname, c.relname) as "table", quote_ident(a.attname) as "column", b.typname::text as type,
       a.atttypmod as modifier,
       exists (select from pg_index i join pg_class x on x.oid = i.indexrelid join pg_am m on m.oid = x.relam
         where i.indrelid = c.oid and m.amname = 'btree' and i.indisvalid and i.indpred is null and i.indkey[0] = a.attnum) as indexed,
       b.typname in ('int2', 'int4', 'int8', 'numeric') and coalesce(
         pg_get_expr(d.adbin, d.adrelid) ~ '^\\(?nextval\\(''.+''::regclass\\)\\)?(::[a-z ]+(\\([0-9,]+\\))?)?$', true) as tells
     from (
       select objid as sequence, refobjid as relation, refobjsubid as number from pg_depend
         where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and deptype in ('a', 'i') and refobjsubid > 0
       union
       select p.refobjid, e.adrelid, e.adnum from pg_depend p join pg_attrdef e on e.oid = p.objid
         where p.classid = 'pg_attrdef'::regclass and p.refclassid = 'pg_class'::regclass
     ) f
     join pg_sequence s on s.seqrelid = f.sequence
     join pg_class c on c.oid = f.relation and c.relkind in ('r', 'p') and c.relpersistence <> 't' join pg_namespace n on n.oid = c.relnamespace
     join pg_attribute a on a.attrelid = f.relation and a.attnum = f.number and not a.attisdropped
     left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
     cross join lateral (
       with recursive base(oid, next, depth) as (
         select oid, typbasetype, 0 from pg_type where oid = a.atttypid
         union all select t.oid, t.typbasetype, depth + 1 from base join pg_type t on t.oid = base.next)
       select t.typname from base join pg_type t using (oid) order by depth desc limit 1
     ) b order by 1, 2, 3`,
  );
}

/** The furthest number of a column within the sequence's range, by its index. Undefined: none. */
export async function columnExtreme(
  session: Session,
  { table, column, type }: FedColumn,
  { increment, minimum, maximum }: SequenceForm,
): Promise<string | undefined> {
  const extreme = BigInt(increment) > 0n ? "max" : "min";
  const cast = type === "numeric" ? "numeric" : "bigint";
  const [row] = await session.rows(
    z.object({ value: z.string().nullable() }),
    // The range leaves out "not a number", infinities, and what somebody put in by hand beyond the sequence's end.
    `select ${extreme}(${column})::text as value from ${table} where ${column} between $1::${cast} and $2::${cast}`,
    [minimum, maximum],
    readMs,
  );
  return row?.value ?? undefined;
}

/** The same sequence with no more room than the column has that takes its numbers. */
export function columnLimits<T extends SequenceForm>(sequence: T, { type, modifier, tells }: FedColumn): T {
  const limit = tells ? largest(type, modifier) : undefined;
  if (limit === undefined) return sequence;
  const narrower = (value: string): string => {
    const number = BigInt(value);
    return (number > limit ? limit : number < -limit - 1n ? -limit - 1n : number).toString();
  };
  return { ...sequence, minimum: narrower(sequence.minimum), maximum: narrower(sequence.maximum) };
}

function largest(type: string, modifier: number): bigint | undefined {
  if (type === "int2") return 32_767n;
  if (type === "int4") return 2_147_483_647n;
  if (type !== "numeric" || modifier < 4) return undefined;
  // Precision in the upper half, scale (11 bits) in the lower.
  const [precision, scale] = [((modifier - 4) >> 16) & 0xffff, (modifier - 4) & 0x7ff];
  return scale > precision || scale > 1000 ? undefined : 10n ** BigInt(precision - scale) - 1n;
}
