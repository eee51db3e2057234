/** Questions to the catalogue. What an extension owns is left out: the extension brings it. */

export const userSchema = (alias: string): string =>
  `${alias}.nspname !~ '^pg_' and ${alias}.nspname not in ('information_schema', 'pilotlight')
   and not exists (select from pg_depend e where e.classid = 'pg_namespace'::regclass and e.objid = ${alias}.oid and e.deptype = 'e')`;

export const notOfExtension = (catalogue: string, oid: string): string =>
  `not exists (select from pg_depend e where e.classid = '${catalogue}'::regclass and e.objid = ${oid} and e.deptype = 'e')`;

/** As `notOfExtension`, and not made along with a type either (the functions and casts of a range). */
export const ofItsOwn = (catalogue: string, oid: string): string =>
  `not exists (select from pg_depend e where e.classid = '${catalogue}'::regclass and e.objid = ${oid} and e.deptype in ('e', 'i'))`;

export const table = "format('%I.%I', n.nspname, c.relname)";

/** The admin's name differs between sites; whoever copies is the admin at the other. */
export const role = (oid: string): string =>
  `(case when ${oid} = 0 then 'public' when pg_get_userbyid(${oid}) = current_user then 'current_user' else quote_ident(pg_get_userbyid(${oid})) end)`;

export const sequenceOptions = (s: string): string =>
  `format('increment %s minvalue %s maxvalue %s start %s cache %s %s', ${s}.seqincrement, ${s}.seqmin, ${s}.seqmax, ${s}.seqstart, ${s}.seqcache,
    case when ${s}.seqcycle then 'cycle' else 'no cycle' end)`;

/** Of a column `a` of type `t`, where it is not the type's own. */
export const collation = `(case when a.attcollation <> 0 and a.attcollation <> t.typcollation
         then (select format(' collate %I.%I', cn.nspname, co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace where co.oid = a.attcollation)
         else '' end)`;

/** Ordinary user tables with their columns: what logical replication needs equal. */
export const tableColumnsQuery = `
  select ${table} as name, array_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attname)::text[] as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relkind = 'r' and c.relpersistence = 'p' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")} group by 1`;

/**
 * Every column of every user table that could be published. `missing`: what rows older than the column hold, as a literal, where PostgreSQL keeps that
 * apart; `constant`: the default is the same whenever it is asked for; `inherited`: of a partition or an inheriting table.
 */
export const columnDetailsQuery = `
  select ${table} as "table", c.oid::int8::text as relid, n.oid::int8::text as schemaid, a.attnum::int as attnum, exists (select from pg_inherits h where h.inhrelid = c.oid) as inherited, format('%I', a.attname) as name,
    format_type(a.atttypid, a.atttypmod) || ${collation} as type, a.attnotnull as required,
    a.attgenerated::text as generated, a.attidentity::text as identity, pg_get_expr(d.adbin, d.adrelid) as "defaultSql",
    coalesce(d.adbin::text like '{CONST%', false) as constant,
    case when a.atthasmissing then quote_literal((a.attmissingval::text::text[])[1]) end as missing
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where c.relkind = 'r' and c.relpersistence = 'p' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")} order by c.oid, a.attnum`;

/** Of every user table that holds rows of its own, the columns whose values are kept: no generated ones. */
export const storedColumnsQuery = `
  select ${table} as name, array_agg(quote_ident(a.attname) order by a.attnum)::text[] as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relkind = 'r' and c.relpersistence <> 't' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")} group by 1 order by 1`;

/** User tables that the role $1 may write, by whatever way it came to that. */
export const writableTablesQuery = `
  select ${table} as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and ${userSchema("n")} and has_schema_privilege($1::name, n.oid, 'usage')
    and has_table_privilege($1::name, c.oid, 'insert, update, delete, truncate') order by 1`;

/** User schemas. */
export const userSchemas = `select quote_ident(n.nspname) as name from pg_namespace n where ${userSchema("n")} order by 1`;

/** User sequences with their form and position. */
export const sequencesQuery = `
  select s.seqrelid as oid, format('%I.%I', n.nspname, c.relname) as name, s.seqincrement::text as increment, s.seqmin::text as minimum,
    s.seqmax::text as maximum, s.seqstart::text as start, s.seqcycle as cycles, ps.last_value::text as last_value
  from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_sequences ps on ps.schemaname = n.nspname and ps.sequencename = c.relname
  where ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")} order by 2`;

/** Qualified names of all user tables that hold rows of their own. */
export const userTables = `
  select ${table} as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence <> 't' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")} order by 1`;

/** What flexible server lists in `azure.extensions`, in lower case; null at every other server. */
export const allowedExtensions =
  "string_to_array(lower(replace(current_setting('azure.extensions', true), ' ', '')), ',')";
