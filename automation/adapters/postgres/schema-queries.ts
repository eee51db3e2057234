/**
 * The catalogue as DDL: each query gives (kind, identity, create_sql, drop_sql), and the table where the object is a part of one.
 * Run with an empty search_path, so that every name comes out qualified. What an extension owns is left out: the extension brings it.
 */

const userSchema = (alias: string): string =>
  `${alias}.nspname !~ '^pg_' and ${alias}.nspname not in ('information_schema', 'pilotlight')
   and not exists (select from pg_depend e where e.classid = 'pg_namespace'::regclass and e.objid = ${alias}.oid and e.deptype = 'e')`;

const notOfExtension = (catalogue: string, oid: string): string =>
  `not exists (select from pg_depend e where e.classid = '${catalogue}'::regclass and e.objid = ${oid} and e.deptype = 'e')`;

const table = "format('%I.%I', n.nspname, c.relname)";

/** The admin's name differs between sites; whoever copies is the admin at the other. */
const role = (oid: string): string =>
  `(case when ${oid} = 0 then 'public' when pg_get_userbyid(${oid}) = current_user then 'current_user' else quote_ident(pg_get_userbyid(${oid})) end)`;

const sequenceOptions = (s: string): string =>
  `format('increment %s minvalue %s maxvalue %s start %s cache %s %s', ${s}.seqincrement, ${s}.seqmin, ${s}.seqmax, ${s}.seqstart, ${s}.seqcache,
    case when ${s}.seqcycle then 'cycle' else 'no cycle' end)`;

/** Of a column `a` of type `t`, where it is not the type's own. */
const collation = `(case when a.attcollation <> 0 and a.attcollation <> t.typcollation
         then (select format(' collate %I.%I', cn.nspname, co.collname) from pg_collation co join pg_namespace cn on cn.oid = co.collnamespace where co.oid = a.attcollation)
         else '' end)`;

const columns = `
  select a.attrelid, string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
    || ${collation}
    || case
         when a.attgenerated <> '' then format(' generated always as (%s) %s', pg_get_expr(d.adbin, d.adrelid), case a.attgenerated when 's' then 'stored' else 'virtual' end)
         when a.attidentity <> '' then format(' generated %s as identity (sequence name %s %s)',
           case a.attidentity when 'a' then 'always' else 'by default' end, i.name, i.options)
         when d.oid is not null then ' default ' || pg_get_expr(d.adbin, d.adrelid)
         else '' end
    || case when a.attnotnull then ' not null' else '' end, ', ' order by a.attnum) as list
  from pg_attribute a
  join pg_type t on t.oid = a.atttypid
  left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  left join lateral (
    select format('%I.%I', sn.nspname, sc.relname) as name, ${sequenceOptions("s")} as options
    from pg_depend dep join pg_sequence s on s.seqrelid = dep.objid join pg_class sc on sc.oid = s.seqrelid join pg_namespace sn on sn.oid = sc.relnamespace
    where dep.refclassid = 'pg_class'::regclass and dep.refobjid = a.attrelid and dep.refobjsubid = a.attnum and dep.deptype = 'i'
  ) i on true
  where a.attnum > 0 and not a.attisdropped group by a.attrelid`;

/** In the order of creation; what still fails for a missing neighbour is tried again by the caller. */
export const describeQueries: readonly string[] = [
  `select 'schema' as kind, format('%I', n.nspname) as identity, format('create schema if not exists %I', n.nspname) as create_sql, null as drop_sql
   from pg_namespace n where ${userSchema("n")}`,

  `select 'extension' as kind, e.extname as identity, format('create extension if not exists %I with schema %I', e.extname, n.nspname) as create_sql, null as drop_sql
   from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname <> 'plpgsql'`,

  `select 'type' as kind, format('%I.%I', n.nspname, t.typname) as identity,
     format('create type %I.%I as enum (%s)', n.nspname, t.typname, (select string_agg(quote_literal(l.enumlabel), ', ' order by l.enumsortorder) from pg_enum l where l.enumtypid = t.oid)) as create_sql,
     format('drop type if exists %I.%I cascade', n.nspname, t.typname) as drop_sql
   from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'e' and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}
   union all
   select 'type', format('%I.%I', n.nspname, t.typname),
     format('create domain %I.%I as %s%s%s%s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod),
       coalesce(' default ' || t.typdefault, ''), case when t.typnotnull then ' not null' else '' end,
       coalesce((select string_agg(format(' constraint %I %s', k.conname, pg_get_constraintdef(k.oid)), '' order by k.conname) from pg_constraint k where k.contypid = t.oid and k.contype = 'c'), '')),
     format('drop domain if exists %I.%I cascade', n.nspname, t.typname)
   from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'd' and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}`,

  `select 'sequence' as kind, ${table} as identity,
     format('create sequence %I.%I as %s %s', n.nspname, c.relname, format_type(s.seqtypid, null), ${sequenceOptions("s")}) as create_sql,
     format('drop sequence if exists %I.%I cascade', n.nspname, c.relname) as drop_sql
   from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
   where ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
     and not exists (select from pg_depend i where i.classid = 'pg_class'::regclass and i.objid = c.oid and i.deptype = 'i')`,

  `select 'function' as kind, p.oid::regprocedure::text as identity, pg_get_functiondef(p.oid) as create_sql,
     format('drop routine if exists %s cascade', p.oid::regprocedure) as drop_sql
   from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind in ('f', 'p', 'w') and ${userSchema("n")} and ${notOfExtension("pg_proc", "p.oid")}`,

  `select 'table' as kind, ${table} as identity,
     format('create %stable %I.%I (%s)%s', case c.relpersistence when 'u' then 'unlogged ' else '' end, n.nspname, c.relname, coalesce(k.list, ''),
       coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '')) as create_sql,
     format('drop table if exists %I.%I cascade', n.nspname, c.relname) as drop_sql
   from pg_class c join pg_namespace n on n.oid = c.relnamespace left join (${columns}) k on k.attrelid = c.oid
   where c.relkind = 'r' and c.relpersistence <> 't' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  `select 'sequence owner' as kind, ${table} as identity, format('alter sequence %I.%I owned by %I.%I.%I', n.nspname, c.relname, tn.nspname, tc.relname, a.attname) as create_sql, null as drop_sql
   from pg_depend d join pg_class c on c.oid = d.objid and c.relkind = 'S' join pg_namespace n on n.oid = c.relnamespace
   join pg_class tc on tc.oid = d.refobjid join pg_namespace tn on tn.oid = tc.relnamespace
   join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
   where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype = 'a' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  `select 'constraint' as kind, format('%I on %s', k.conname, ${table}) as identity,
     format('alter table %I.%I add constraint %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) as create_sql,
     format('alter table if exists %I.%I drop constraint if exists %I cascade', n.nspname, c.relname, k.conname) as drop_sql, ${table} as "table"
   from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   where k.contype in ('p', 'u', 'x', 'c', 'f') and c.relkind = 'r' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
   order by array_position(array['p', 'u', 'x', 'c', 'f']::"char"[], k.contype), 2`,

  `select 'index' as kind, i.indexrelid::regclass::text as identity, pg_get_indexdef(i.indexrelid) as create_sql, format('drop index if exists %s cascade', i.indexrelid::regclass) as drop_sql,
     ${table} as "table"
   from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'm') and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
     and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))`,

  `select 'view' as kind, ${table} as identity,
     format('create %sview %I.%I%s as %s%s', case c.relkind when 'm' then 'materialized ' else '' end, n.nspname, c.relname,
       coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', ''), rtrim(pg_get_viewdef(c.oid), '; '), case c.relkind when 'm' then ' with no data' else '' end) as create_sql,
     format('drop %sview if exists %I.%I cascade', case c.relkind when 'm' then 'materialized ' else '' end, n.nspname, c.relname) as drop_sql
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('v', 'm') and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  `select 'trigger' as kind, format('%I on %s', g.tgname, ${table}) as identity, pg_get_triggerdef(g.oid)
       || case g.tgenabled when 'O' then '' else format('; alter table %I.%I %s trigger %I', n.nspname, c.relname, case g.tgenabled when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end, g.tgname) end as create_sql,
     format('drop trigger if exists %I on %I.%I', g.tgname, n.nspname, c.relname) as drop_sql, ${table} as "table"
   from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace where not g.tgisinternal and ${userSchema("n")}`,

  `select 'replica identity' as kind, ${table} as identity, format('alter table %I.%I replica identity %s', n.nspname, c.relname,
     case c.relreplident when 'f' then 'full' when 'n' then 'nothing' else (select format('using index %I', x.relname) from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid and i.indisreplident) end) as create_sql, null as drop_sql, ${table} as "table"
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and c.relreplident <> 'd' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  `select 'owner' as kind, o.what as identity, format('alter %s owner to %s', o.what, ${role("o.owner")}) as create_sql, null as drop_sql
   from (
     select format('schema %I', n.nspname) as what, n.nspowner as owner from pg_namespace n where n.nspname <> 'public' and ${userSchema("n")}
     union all
     select format('%s %s', case c.relkind when 'r' then 'table' when 'S' then 'sequence' when 'v' then 'view' else 'materialized view' end, ${table}), c.relowner
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'S', 'v', 'm') and c.relpersistence <> 't' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S')
     union all
     select format('%s %s', case t.typtype when 'd' then 'domain' else 'type' end, format('%I.%I', n.nspname, t.typname)), t.typowner
     from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype in ('e', 'd') and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}
     union all
     select format('routine %s', p.oid::regprocedure), p.proowner
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind in ('f', 'p', 'w') and ${userSchema("n")} and ${notOfExtension("pg_proc", "p.oid")}
   ) o`,

  `select 'grant' as kind, format('%s on %s to %s', a.privilege_type, o.what, ${role("a.grantee")}) as identity,
     format('grant %s on %s to %s%s', a.privilege_type, o.what, ${role("a.grantee")}, case when a.is_grantable then ' with grant option' else '' end) as create_sql, null as drop_sql
   from (
     select format('schema %I', n.nspname) as what, n.nspowner as owner, n.nspacl as acl from pg_namespace n where ${userSchema("n")}
     union all
     select format('%s %s', case c.relkind when 'S' then 'sequence' else 'table' end, ${table}), c.relowner, c.relacl
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'S', 'v', 'm') and c.relpersistence <> 't' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
     union all
     select format('routine %s', p.oid::regprocedure), p.proowner, p.proacl
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind in ('f', 'p', 'w') and ${userSchema("n")} and ${notOfExtension("pg_proc", "p.oid")}
   ) o cross join lateral aclexplode(o.acl) a
   where a.grantee <> o.owner and (a.grantee = 0 or pg_get_userbyid(a.grantee) !~ '^(pg_|rds|azure|pilotlight_)')`,
];

/** What this copy does not carry, named so that a person can decide. */
export const refusalQuery = `
  select format('partitioned table %s', ${table}) as what from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'p' and ${userSchema("n")}
  union all select format('inherited table %s', ${table}) from pg_inherits h join pg_class c on c.oid = h.inhrelid join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and not c.relispartition and ${userSchema("n")}
  union all select format('foreign table %s', ${table}) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'f' and ${userSchema("n")}
  union all select format('composite type %s', ${table}) from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'c' and ${userSchema("n")} and ${notOfExtension("pg_type", "c.reltype")}
  union all select format('range type %I.%I', n.nspname, t.typname) from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'r' and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}
  union all select format('aggregate %s', p.oid::regprocedure) from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind = 'a' and ${userSchema("n")} and ${notOfExtension("pg_proc", "p.oid")}
  union all select format('row security policy %I on %s', l.polname, ${table}) from pg_policy l join pg_class c on c.oid = l.polrelid join pg_namespace n on n.oid = c.relnamespace where ${userSchema("n")}
  union all select format('rule %I on %s', r.rulename, ${table}) from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace where r.rulename <> '_RETURN' and ${userSchema("n")}
  union all select format('%s large objects', count(*)) from pg_largeobject_metadata having count(*) > 0
  order by 1`;

/** Ordinary user tables with their columns: what logical replication needs equal. */
export const tableColumnsQuery = `
  select ${table} as name, array_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) order by a.attname)::text[] as columns
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.relkind = 'r' and c.relpersistence = 'p' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")} group by 1`;

/**
 * Every column of every published user table. `missing`: what rows older than the column hold, as a literal, where PostgreSQL keeps that
 * apart; `constant`: the default is the same whenever it is asked for; `inherited`: of a partition or an migrating table.
 */
export const columnDetailsQuery = `
  select ${table} as "table", exists (select from pg_inherits h where h.inhrelid = c.oid) as inherited, format('%I', a.attname) as name,
    format_type(a.atttypid, a.atttypmod) || ${collation} as type, a.attnotnull as required,
    a.attgenerated::text as generated, a.attidentity <> '' as identity, pg_get_expr(d.adbin, d.adrelid) as "defaultSql",
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

/** User tables whose updates could not be published: no primary key and no other replica identity. */
export const withoutIdentityQuery = `
  select ${table} as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence = 'p' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
    and c.relreplident = 'd' and not exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary)`;

/** User sequences with their position and, where a column owns them, that column. */
export const sequencesQuery = `
  select format('%I.%I', n.nspname, c.relname) as name, s.seqincrement::text as increment, s.seqmin::text as minimum, s.seqmax::text as maximum,
    s.seqcycle as cycles, ps.last_value::text as last_value, o.table_name, o.column_name
  from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
  join pg_sequences ps on ps.schemaname = n.nspname and ps.sequencename = c.relname
  left join lateral (
    select format('%I.%I', tn.nspname, tc.relname) as table_name, quote_ident(a.attname) as column_name
    from pg_depend d join pg_class tc on tc.oid = d.refobjid join pg_namespace tn on tn.oid = tc.relnamespace
    join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i') and tc.relkind = 'r' limit 1
  ) o on true
  where ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")} order by 1`;

/** Qualified names of all user tables that hold rows of their own. */
export const userTables = `
  select ${table} as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where c.relkind = 'r' and c.relpersistence <> 't' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")} order by 1`;
