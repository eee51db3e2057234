import { names } from "./names.ts";
import { table, userSchema } from "./schema-queries.ts";

/** A key that is checked at once: one that may be checked late identifies no row for PostgreSQL's replication. */
const hasKey =
  "exists (select from pg_index i where i.indrelid = c.oid and i.indisprimary and i.indisvalid and i.indimmediate)";

/** From PostgreSQL 18 on, the whole row is no identity where a column is generated: updates and deletes of such a table are refused. */
const canBeWhole = `(current_setting('server_version_num')::int < 180000 or not exists (
  select from pg_attribute g where g.attrelid = c.oid and g.attnum > 0 and g.attgenerated <> '' and not g.attisdropped))`;

/** Updates and deletes of table `c` may be published. */
const isIdentified = `(case c.relreplident when 'f' then ${canBeWhole} when 'd' then ${hasKey}
  when 'i' then exists (select from pg_index i where i.indrelid = c.oid and i.indisreplident and i.indisvalid and i.indimmediate) else false end)`;

/** A type by which rows can be compared, or that is made of others (which are looked at by themselves). */
const isComparable = `(t.typtype in ('e', 'r', 'm', 'd', 'c') or (t.typelem <> 0 and t.typcategory = 'A') or exists (
  select from pg_opclass o join pg_am m on m.oid = o.opcmethod
  where m.amname in ('btree', 'hash') and o.opcdefault and (o.opcintype = t.oid or exists (
    select from pg_cast k where k.castsource = t.oid and k.casttarget = o.opcintype and k.castmethod = 'b' and k.castcontext = 'i'))))`;

/**
 * Every table that a publication could hold. `identity`: the replica identity to give it, where it has none that serves; `trouble`: why it
 * cannot be followed; `extension`: an extension's own, which only counts where the extension says that users' rows are in it.
 */
export const publishableQuery = `
  with recursive part(relid, attnum, typid) as (
    select a.attrelid, a.attnum, a.atttypid from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relkind = 'r' and c.relpersistence = 'p' and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
    union
    select p.relid, p.attnum, x.typid from part p join pg_type t on t.oid = p.typid cross join lateral (
      select t.typbasetype where t.typtype = 'd'
      union all select t.typelem where t.typelem <> 0 and t.typcategory = 'A'
      union all select f.atttypid from pg_attribute f where t.typtype = 'c' and f.attrelid = t.typrelid and f.attnum > 0 and not f.attisdropped
    ) x(typid)
  ), incomparable as (
    select p.relid, string_agg(distinct format('column %I (%s)', a.attname, format_type(a.atttypid, a.atttypmod)), ', ') as columns
    from part p join pg_type t on t.oid = p.typid join pg_attribute a on a.attrelid = p.relid and a.attnum = p.attnum
    where not ${isComparable} group by p.relid
  )
  select ${table} as name, pr.oid is not null as published, e.objid is not null as extension,
    case when ${isIdentified} then null when ${hasKey} then 'default' else 'full' end as identity,
    case
      when not pg_has_role(current_user, c.relowner, 'usage')
        then format('table %s belongs to %I, whom %I does not stand for: it cannot be published', ${table}, pg_get_userbyid(c.relowner), current_user)
      when not ${hasKey} and not ${canBeWhole} and not ${isIdentified}
        then format('table %s has no key that identifies a row, and a generated column: its updates could not be published; give it a primary key', ${table})
      when i.relid is not null and not ${hasKey} and (c.relreplident = 'f' or not ${isIdentified})
        then format('table %s has no key that identifies a row, and %s has no equality by which rows could be found: give it a primary key', ${table}, i.columns)
    end as trouble
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
  left join incomparable i on i.relid = c.oid
  left join pg_publication p on p.pubname = '${names.publication}'
  left join pg_publication_rel pr on pr.prpubid = p.oid and pr.prrelid = c.oid
  left join pg_depend e on e.classid = 'pg_class'::regclass and e.objid = c.oid and e.deptype = 'e' and e.refclassid = 'pg_extension'::regclass
  left join pg_extension x on x.oid = e.refobjid
  where c.relkind = 'r' and c.relpersistence = 'p' and ${userSchema("n")} and (e.objid is null or c.oid = any (x.extconfig)) order by 1`;

/**
 * Runs at the end of a definition by whomever: a published table that has just lost its identity gets another one in the same transaction,
 * or is published no more where none would do, so that the application's next update is not refused. It never makes the definition fail.
 */
export const identityKeeper = {
  create: `
    create or replace function ${names.schema}.keep_identity() returns event_trigger language plpgsql security definer set search_path = pg_catalog, pg_temp as $keep$
    declare bare record;
    begin
      for bare in
        select ${table} as name, case when ${hasKey} then 'default' when ${canBeWhole} then 'full' end as identity
        from pg_publication p join pg_publication_rel r on r.prpubid = p.oid join pg_class c on c.oid = r.prrelid join pg_namespace n on n.oid = c.relnamespace
        where p.pubname = '${names.publication}' and not ${isIdentified}
      loop
        if bare.identity is null then
          execute format('alter publication ${names.publication} drop table %s', bare.name);
        else
          execute format('alter table %s replica identity %s', bare.name, bare.identity);
        end if;
      end loop;
    exception when others then
      raise warning 'pilotlight could not give a table a replica identity: %', sqlerrm;
    end $keep$`,
  attach: `create event trigger pilotlight_keep_identity on ddl_command_end when tag in ('ALTER TABLE', 'DROP INDEX', 'ALTER INDEX', 'DROP TYPE', 'DROP FUNCTION', 'DROP DOMAIN')
    execute function ${names.schema}.keep_identity()`,
} as const;
