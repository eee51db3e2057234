import { postgresVersions } from "../../domain/postgres-versions.ts";
import {
  allowedExtensions,
  collation,
  notOfExtension,
  ofItsOwn,
  role,
  sequenceOptions,
  table,
  userSchema,
} from "./schema-queries.ts";

/**
 * The catalogue as DDL: each query gives (kind, identity, create_sql, drop_sql), the table where the object is a part of one, and alter_sql
 * where an object of that name can be given this form. Run with an empty search_path, so that every name comes out qualified.
 */

const constraints = (which: string): string => `
  select 'constraint' as kind, format('%I on %s', k.conname, ${table}) as identity,
     format('alter table %I.%I add constraint %I %s', n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid)) as create_sql,
     format('alter table if exists %I.%I drop constraint if exists %I cascade', n.nspname, c.relname, k.conname) as drop_sql, ${table} as "table"
   from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
   where ${which} and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
   order by array_position(array['p', 'u', 'x', 'c', 'f']::"char"[], k.contype), 2`;

const indexes = (which: string): string => `
  select 'index' as kind, i.indexrelid::regclass::text as identity, replace(pg_get_indexdef(i.indexrelid), ' ON ONLY ', ' ON ') as create_sql,
     format('drop index if exists %s cascade', i.indexrelid::regclass) as drop_sql, ${table} as "table"
   from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
   where ${which} and i.indisvalid and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
     and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))`;

const columns = `
  select a.attrelid, string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod))
    || ${collation}
    || case
         when a.attgenerated <> '' then format(' generated always as (%s) %s', pg_get_expr(d.adbin, d.adrelid), case a.attgenerated when 's' then 'stored' else 'virtual' end)
         when a.attidentity <> '' and i.name is not null then format(' generated %s as identity (sequence name %s %s)',
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
     format('create domain %I.%I as %s', n.nspname, t.typname, format_type(t.typbasetype, t.typtypmod)),
     format('drop domain if exists %I.%I cascade', n.nspname, t.typname)
   from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'd' and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}
   union all
   select 'composite type', ${table}, format('create type %I.%I as (%s)', n.nspname, c.relname,
       coalesce((select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)) || ${collation}, ', ' order by a.attnum)
         from pg_attribute a join pg_type t on t.oid = a.atttypid where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '')),
     format('drop type if exists %I.%I cascade', n.nspname, c.relname)
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'c' and ${userSchema("n")} and ${notOfExtension("pg_type", "c.reltype")}
   union all
   select 'range type', format('%I.%I', n.nspname, t.typname), format('create type %I.%I as range (subtype = %s, multirange_type_name = %I.%I%s%s)', n.nspname, t.typname,
       format_type(r.rngsubtype, null), mn.nspname, m.typname,
       case when o.opcdefault then '' else format(', subtype_opclass = %I.%I', oc.nspname, o.opcname) end,
       case when r.rngsubdiff = 0 then '' else format(', subtype_diff = %s', r.rngsubdiff::regproc) end),
     format('drop type if exists %I.%I cascade', n.nspname, t.typname)
   from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_range r on r.rngtypid = t.oid join pg_opclass o on o.oid = r.rngsubopc join pg_namespace oc on oc.oid = o.opcnamespace
   join pg_type m on m.oid = r.rngmultitypid join pg_namespace mn on mn.oid = m.typnamespace
   where t.typtype = 'r' and r.rngcanonical = 0 and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}`,

  `select 'domain form' as kind, format('%I.%I', n.nspname, t.typname) as identity,
     format('alter domain %I.%I %s; alter domain %I.%I %s not null', n.nspname, t.typname, coalesce('set default ' || t.typdefault, 'drop default'), n.nspname, t.typname, case when t.typnotnull then 'set' else 'drop' end) as create_sql,
     null as drop_sql, null as "table", format('alter domain %I.%I %s; alter domain %I.%I %s not null', n.nspname, t.typname, coalesce('set default ' || t.typdefault, 'drop default'), n.nspname, t.typname, case when t.typnotnull then 'set' else 'drop' end) as alter_sql
   from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typtype = 'd' and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}`,

  `select 'domain constraint' as kind, format('%I of %I.%I', k.conname, n.nspname, t.typname) as identity,
     format('alter domain %I.%I add constraint %I %s', n.nspname, t.typname, k.conname, pg_get_constraintdef(k.oid)) as create_sql,
     format('alter domain %I.%I drop constraint if exists %I', n.nspname, t.typname, k.conname) as drop_sql
   from pg_constraint k join pg_type t on t.oid = k.contypid join pg_namespace n on n.oid = t.typnamespace where k.contype = 'c' and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}`,

  `select 'sequence' as kind, ${table} as identity,
     format('create sequence %I.%I as %s %s', n.nspname, c.relname, format_type(s.seqtypid, null), ${sequenceOptions("s")}) as create_sql,
     format('drop sequence if exists %I.%I cascade', n.nspname, c.relname) as drop_sql, null as "table",
     format('alter sequence %I.%I as %s %s', n.nspname, c.relname, format_type(s.seqtypid, null), ${sequenceOptions("s")}) as alter_sql
   from pg_sequence s join pg_class c on c.oid = s.seqrelid join pg_namespace n on n.oid = c.relnamespace
   where ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
     and not exists (select from pg_depend i where i.classid = 'pg_class'::regclass and i.objid = c.oid and i.deptype = 'i')`,

  `select 'function' as kind, p.oid::regprocedure::text as identity, pg_get_functiondef(p.oid) as create_sql,
     format('drop routine if exists %s cascade', p.oid::regprocedure) as drop_sql, null as "table", pg_get_functiondef(p.oid) as alter_sql
   from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind in ('f', 'p', 'w') and ${userSchema("n")} and ${ofItsOwn("pg_proc", "p.oid")}`,

  `select 'table' as kind, ${table} as identity,
     format('create %stable %I.%I (%s)%s%s', case c.relpersistence when 'u' then 'unlogged ' else '' end, n.nspname, c.relname, coalesce(k.list, ''),
       case c.relkind when 'p' then ' partition by ' || pg_get_partkeydef(c.oid) else '' end,
       coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', '')) as create_sql,
     format('drop table if exists %I.%I cascade', n.nspname, c.relname) as drop_sql
   from pg_class c join pg_namespace n on n.oid = c.relnamespace left join (${columns}) k on k.attrelid = c.oid
   where c.relkind in ('r', 'p') and c.relpersistence <> 't' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  `select 'sequence owner' as kind, ${table} as identity, format('alter sequence %I.%I owned by %I.%I.%I', n.nspname, c.relname, tn.nspname, tc.relname, a.attname) as create_sql, null as drop_sql
   from pg_depend d join pg_class c on c.oid = d.objid and c.relkind = 'S' join pg_namespace n on n.oid = c.relnamespace
   join pg_class tc on tc.oid = d.refobjid join pg_namespace tn on tn.oid = tc.relnamespace
   join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
   where d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype = 'a' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  constraints("c.relkind = 'r' and k.contype in ('p', 'u', 'x', 'c')"),
  indexes("c.relkind in ('r', 'm')"),

  // Once the parts have what they need of their own, so that nothing is made twice and every name stays.
  `select 'partition' as kind, ${table} as identity,
     case when c.relispartition then format('alter table %I.%I attach partition %I.%I %s', pn.nspname, pc.relname, n.nspname, c.relname, pg_get_expr(c.relpartbound, c.oid))
       else format('alter table %I.%I inherit %I.%I', n.nspname, c.relname, pn.nspname, pc.relname) end as create_sql,
     case when c.relispartition then format('alter table %I.%I detach partition %I.%I', pn.nspname, pc.relname, n.nspname, c.relname)
       else format('alter table %I.%I no inherit %I.%I', n.nspname, c.relname, pn.nspname, pc.relname) end as drop_sql, ${table} as "table"
   from pg_inherits h join pg_class c on c.oid = h.inhrelid join pg_namespace n on n.oid = c.relnamespace join pg_class pc on pc.oid = h.inhparent join pg_namespace pn on pn.oid = pc.relnamespace
   where c.relkind in ('r', 'p') and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  constraints("c.relkind = 'p' and k.contype in ('p', 'u', 'x', 'c') and k.conparentid = 0 and k.conislocal"),
  indexes("c.relkind = 'p' and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)"),
  constraints("c.relkind in ('r', 'p') and k.contype = 'f' and k.conparentid = 0"),

  `select 'statistics' as kind, format('%I.%I', n.nspname, x.stxname) as identity, pg_get_statisticsobjdef(x.oid) as create_sql, format('drop statistics if exists %I.%I', n.nspname, x.stxname) as drop_sql
   from pg_statistic_ext x join pg_namespace n on n.oid = x.stxnamespace where ${userSchema("n")}`,

  `select 'view' as kind, ${table} as identity,
     format('create %sview %I.%I%s as %s%s', case c.relkind when 'm' then 'materialized ' else '' end, n.nspname, c.relname,
       coalesce(' with (' || array_to_string(c.reloptions, ', ') || ')', ''), rtrim(pg_get_viewdef(c.oid), '; '), case c.relkind when 'm' then ' with no data' else '' end) as create_sql,
     format('drop %sview if exists %I.%I cascade', case c.relkind when 'm' then 'materialized ' else '' end, n.nspname, c.relname) as drop_sql
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('v', 'm') and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  `select 'trigger' as kind, format('%I on %s', g.tgname, ${table}) as identity, pg_get_triggerdef(g.oid)
       || case g.tgenabled when 'O' then '' else format('; alter table %I.%I %s trigger %I', n.nspname, c.relname, case g.tgenabled when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end, g.tgname) end as create_sql,
     format('drop trigger if exists %I on %I.%I', g.tgname, n.nspname, c.relname) as drop_sql, ${table} as "table"
   from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace where not g.tgisinternal and g.tgparentid = 0 and ${userSchema("n")} and ${notOfExtension("pg_trigger", "g.oid")}`,

  `select 'rule' as kind, format('%I on %s', r.rulename, ${table}) as identity, pg_get_ruledef(r.oid)
       || case r.ev_enabled when 'O' then '' else format('; alter table %I.%I %s rule %I', n.nspname, c.relname, case r.ev_enabled when 'D' then 'disable' when 'A' then 'enable always' else 'enable replica' end, r.rulename) end as create_sql,
     format('drop rule if exists %I on %I.%I', r.rulename, n.nspname, c.relname) as drop_sql, ${table} as "table"
   from pg_rewrite r join pg_class c on c.oid = r.ev_class join pg_namespace n on n.oid = c.relnamespace where r.rulename <> '_RETURN' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  `select 'row security' as kind, ${table} as identity, format('alter table %I.%I enable row level security%s', n.nspname, c.relname, case when c.relforcerowsecurity then format('; alter table %I.%I force row level security', n.nspname, c.relname) else '' end) as create_sql,
     format('alter table if exists %I.%I disable row level security; alter table if exists %I.%I no force row level security', n.nspname, c.relname, n.nspname, c.relname) as drop_sql, ${table} as "table"
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p') and c.relrowsecurity and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  `select 'policy' as kind, format('%I on %s', l.polname, ${table}) as identity,
     format('create policy %I on %I.%I as %s for %s to %s%s%s', l.polname, n.nspname, c.relname, case when l.polpermissive then 'permissive' else 'restrictive' end,
       case l.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end,
       (select string_agg(${role("u.id")}, ', ' order by 1) from unnest(l.polroles) u(id)),
       coalesce(' using (' || pg_get_expr(l.polqual, l.polrelid) || ')', ''), coalesce(' with check (' || pg_get_expr(l.polwithcheck, l.polrelid) || ')', '')) as create_sql,
     format('drop policy if exists %I on %I.%I', l.polname, n.nspname, c.relname) as drop_sql, ${table} as "table"
   from pg_policy l join pg_class c on c.oid = l.polrelid join pg_namespace n on n.oid = c.relnamespace where ${userSchema("n")}`,

  `select 'replica identity' as kind, ${table} as identity, format('alter table %I.%I replica identity %s', n.nspname, c.relname,
     case c.relreplident when 'f' then 'full' when 'n' then 'nothing' else (select format('using index %I', x.relname) from pg_index i join pg_class x on x.oid = i.indexrelid where i.indrelid = c.oid and i.indisreplident) end) as create_sql,
     format('alter table %I.%I replica identity default', n.nspname, c.relname) as drop_sql, ${table} as "table"
   from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and c.relpersistence = 'p' and (c.relreplident = 'f' or c.relreplident = 'n' or c.relreplident = 'i' and exists (select from pg_index i where i.indrelid = c.oid and i.indisreplident)) and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}`,

  `select 'owner' as kind, o.what as identity, format('alter %s owner to %s', o.what, ${role("o.owner")}) as create_sql, null as drop_sql
   from (
     select format('schema %I', n.nspname) as what, n.nspowner as owner from pg_namespace n where n.nspname <> 'public' and ${userSchema("n")}
     union all
     select format('%s %s', case c.relkind when 'S' then 'sequence' when 'v' then 'view' when 'm' then 'materialized view' else 'table' end, ${table}), c.relowner
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'S', 'v', 'm') and c.relpersistence <> 't' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
       and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S')
     union all
     select format('%s %s', case t.typtype when 'd' then 'domain' else 'type' end, format('%I.%I', n.nspname, t.typname)), t.typowner
     from pg_type t join pg_namespace n on n.oid = t.typnamespace where (t.typtype in ('e', 'd', 'r') or exists (select from pg_class k where k.oid = t.typrelid and k.relkind = 'c')) and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}
     union all
     select format('routine %s', p.oid::regprocedure), p.proowner
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind in ('f', 'p', 'w') and ${userSchema("n")} and ${ofItsOwn("pg_proc", "p.oid")}
   ) o`,

  `select 'grant' as kind, format('%s on %s to %s', a.privilege_type, o.what, ${role("a.grantee")}) as identity,
     format('grant %s on %s to %s%s', a.privilege_type, o.what, ${role("a.grantee")}, case when a.is_grantable then ' with grant option' else '' end) as create_sql,
     format('revoke %s on %s from %s', a.privilege_type, o.what, ${role("a.grantee")}) as drop_sql
   from (
     select format('schema %I', n.nspname) as what, n.nspowner as owner, n.nspacl as acl from pg_namespace n where ${userSchema("n")}
     union all
     select format('%s %s', case c.relkind when 'S' then 'sequence' else 'table' end, ${table}), c.relowner, c.relacl
     from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'S', 'v', 'm') and c.relpersistence <> 't' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
     union all
     select format('type %I.%I', n.nspname, t.typname), t.typowner, t.typacl
     from pg_type t join pg_namespace n on n.oid = t.typnamespace where t.typacl is not null and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}
     union all
     select format('routine %s', p.oid::regprocedure), p.proowner, p.proacl
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind in ('f', 'p', 'w') and ${userSchema("n")} and ${ofItsOwn("pg_proc", "p.oid")}
   ) o cross join lateral aclexplode(o.acl) a
   where a.grantee <> o.owner and (a.grantee = 0 or pg_get_userbyid(a.grantee) !~ '^(pg_|rds|azure|pilotlight_)')
   union all
   select 'grant', format('%s (%I) on table %s to %s', a.privilege_type, k.attname, ${table}, ${role("a.grantee")}),
     format('grant %s (%I) on table %I.%I to %s%s', a.privilege_type, k.attname, n.nspname, c.relname, ${role("a.grantee")}, case when a.is_grantable then ' with grant option' else '' end),
     format('revoke %s (%I) on table %I.%I from %s', a.privilege_type, k.attname, n.nspname, c.relname, ${role("a.grantee")})
   from pg_attribute k join pg_class c on c.oid = k.attrelid join pg_namespace n on n.oid = c.relnamespace cross join lateral aclexplode(k.attacl) a
   where k.attacl is not null and not k.attisdropped and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
     and a.grantee <> c.relowner and (a.grantee = 0 or pg_get_userbyid(a.grantee) !~ '^(pg_|rds|azure|pilotlight_)')
   union all
   select 'revoke', format('%s of public', o.what), format('revoke all on %s from public', o.what), null
   from (
     select format('routine %s', p.oid::regprocedure) as what, p.proacl as acl
     from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prokind in ('f', 'p', 'w') and ${userSchema("n")} and ${ofItsOwn("pg_proc", "p.oid")}
   ) o where o.acl is not null and not exists (select from aclexplode(o.acl) a where a.grantee = 0)`,

  `select 'default privilege' as kind, format('%s on %s of %s in %s to %s', a.privilege_type, k.what, ${role("d.defaclrole")}, coalesce(n.nspname, 'every schema'), ${role("a.grantee")}) as identity,
     format('alter default privileges for role %s%s grant %s on %s to %s%s', ${role("d.defaclrole")}, coalesce(' in schema ' || quote_ident(n.nspname), ''), a.privilege_type, k.what, ${role("a.grantee")},
       case when a.is_grantable then ' with grant option' else '' end) as create_sql,
     format('alter default privileges for role %s%s revoke %s on %s from %s', ${role("d.defaclrole")}, coalesce(' in schema ' || quote_ident(n.nspname), ''), a.privilege_type, k.what, ${role("a.grantee")}) as drop_sql
   from pg_default_acl d left join pg_namespace n on n.oid = d.defaclnamespace
   cross join lateral (select case d.defaclobjtype when 'r' then 'tables' when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' else 'schemas' end as what) k
   cross join lateral aclexplode(d.defaclacl) a
   where d.defaclobjtype in ('r', 'S', 'f', 'T', 'n') and a.grantee <> d.defaclrole and (a.grantee = 0 or pg_get_userbyid(a.grantee) !~ '^(pg_|rds|azure|pilotlight_)') and pg_get_userbyid(d.defaclrole) !~ '^(pg_|rds|azure|pilotlight_)'`,
];

/**
 * Kinds that are not made here but by a person, at both sites. Where both have the same, nothing is in the way of a copy. `create_sql`: a form to
 * compare by.
 */
export const byHandQuery = `
  select 'foreign table' as kind, ${table} as identity, (select string_agg(format('%I %s', a.attname, format_type(a.atttypid, a.atttypmod)), ', ' order by a.attnum) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as create_sql
    from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'f' and ${userSchema("n")} and ${notOfExtension("pg_class", "c.oid")}
  union all select 'foreign server', quote_ident(s.srvname), s.srvname from pg_foreign_server s where ${notOfExtension("pg_foreign_server", "s.oid")}
  union all select 'range type', format('%I.%I', n.nspname, t.typname), format('range of %s with %s', format_type(r.rngsubtype, null), r.rngcanonical::regproc)
    from pg_type t join pg_namespace n on n.oid = t.typnamespace join pg_range r on r.rngtypid = t.oid where r.rngcanonical <> 0 and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}
  union all select 'base type', format('%I.%I', n.nspname, t.typname), t.typname from pg_type t join pg_namespace n on n.oid = t.typnamespace
    where t.typtype = 'b' and (t.typelem = 0 or t.typcategory <> 'A') and ${userSchema("n")} and ${notOfExtension("pg_type", "t.oid")}
  union all select 'aggregate', p.oid::regprocedure::text, format('%s %s', a.aggtransfn::regprocedure, format_type(a.aggtranstype, null)) from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_aggregate a on a.aggfnoid = p.oid
    where p.prokind = 'a' and ${userSchema("n")} and ${ofItsOwn("pg_proc", "p.oid")}
  union all select 'operator', o.oid::regoperator::text, o.oprcode::text from pg_operator o join pg_namespace n on n.oid = o.oprnamespace where ${userSchema("n")} and ${notOfExtension("pg_operator", "o.oid")}
  union all select 'operator class', format('%I.%I', n.nspname, o.opcname), format_type(o.opcintype, null) from pg_opclass o join pg_namespace n on n.oid = o.opcnamespace where ${userSchema("n")} and ${notOfExtension("pg_opclass", "o.oid")}
  union all select 'cast', format('%s to %s', format_type(k.castsource, null), format_type(k.casttarget, null)), k.castfunc::regproc::text from pg_cast k where k.oid >= 16384 and ${ofItsOwn("pg_cast", "k.oid")}
  union all select 'collation', format('%I.%I', n.nspname, o.collname), concat_ws(' ', o.collprovider, o.collcollate, o.collctype, o.collisdeterministic) from pg_collation o join pg_namespace n on n.oid = o.collnamespace where ${userSchema("n")} and ${notOfExtension("pg_collation", "o.oid")}
  union all select 'text search configuration', format('%I.%I', n.nspname, o.cfgname), o.cfgname from pg_ts_config o join pg_namespace n on n.oid = o.cfgnamespace where ${userSchema("n")} and ${notOfExtension("pg_ts_config", "o.oid")}
  union all select 'text search dictionary', format('%I.%I', n.nspname, o.dictname), o.dictinitoption from pg_ts_dict o join pg_namespace n on n.oid = o.dictnamespace where ${userSchema("n")} and ${notOfExtension("pg_ts_dict", "o.oid")}
  union all select 'event trigger', quote_ident(g.evtname), format('%s %s %s', g.evtevent, g.evtfoid::regproc, g.evtenabled) from pg_event_trigger g where g.evtname !~ '^pilotlight_' and ${notOfExtension("pg_event_trigger", "g.oid")}
  order by 1, 2`;

/** What belongs to the database and the server as a whole. */
export const factsQuery = `
  select pg_encoding_to_char(d.encoding) as encoding, concat_ws('/', lower(replace(d.datcollate, '-', '')), lower(replace(d.datctype, '-', ''))) as locale,
    current_setting('server_version_num')::int / 10000 as version,
    array(select quote_ident(rolname) from pg_roles where rolname !~ '^pg_')::text[] as roles,
    array(select extname || ' ' || extversion from pg_extension order by 1)::text[] as extensions, ${allowedExtensions} as "allowedExtensions",
    array(select ${table} from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'm' and c.relispopulated and ${userSchema("n")})::text[] as populated,
    array(select ${table} from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'm') and ${userSchema("n")} and pg_relation_size(c.oid) > $1::int8)::text[] as large,
    coalesce((select jsonb_agg(jsonb_build_object('index', x.indexrelid::regclass::text, 'table', ${table},
        'building', exists (select from pg_stat_progress_create_index g where g.index_relid = x.indexrelid and g.datid = d.oid)
          or exists (select from pg_locks l where l.locktype = 'relation' and l.database = d.oid and l.relation = c.oid and l.mode = 'ShareUpdateExclusiveLock' and l.granted
            and exists (select from pg_stat_progress_create_index g where g.pid = l.pid))) order by 1)
      from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid join pg_namespace n on n.oid = c.relnamespace
      where not x.indisvalid and i.relkind = 'i' and c.relpersistence <> 't' and ${userSchema("n")}), '[]') as unfinished
  from pg_database d where d.datname = current_database()`;

/** What nothing here carries, and no preparation of the follower either. */
export const refusalQuery = `select format('%s large objects: keep their content in a bytea column', count(*)) as what from pg_largeobject_metadata having count(*) > 0`;

/** What keeps a table's rows from arriving as they are, looked at where it is followed from. */
export const receivingQuery = `
  select format('trigger %I on %s fires while rows are received (enable always or replica): what it writes would be there twice; enable it as an ordinary trigger', g.tgname, ${table}) as what
    from pg_trigger g join pg_class c on c.oid = g.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where not g.tgisinternal and g.tgenabled in ('A', 'R') and c.relkind in ('r', 'p') and ${userSchema("n")}
  union all select format('row security of %s hides rows from %I, which copies them: alter role %I bypassrls', ${table}, $1::text, $1::text)
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and c.relrowsecurity and ${userSchema("n")} and not exists (select from pg_roles r where r.rolname = $1::text and (r.rolbypassrls or r.rolsuper))
  union all select format('row security of %s is forced, also upon its owner %I, as whom rows are applied: no force row level security, or alter role %I bypassrls', ${table}, pg_get_userbyid(c.relowner), pg_get_userbyid(c.relowner))
    from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_roles r on r.oid = c.relowner
    where c.relkind = 'r' and c.relrowsecurity and c.relforcerowsecurity and not r.rolbypassrls and not r.rolsuper and ${userSchema("n")}
  union all select format('subscription %I brings rows that are not sent on to a follower (origin = none): let both sites subscribe, or load the rows as a client', s.subname)
    from pg_subscription s join pg_database d on d.oid = s.subdbid
    where d.datname = current_database() and s.subenabled and s.subname !~ '^pilotlight_' and current_setting('server_version_num')::int >= ${postgresVersions.withOrigins}0000
  order by 1`;
