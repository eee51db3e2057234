import type { PostgresDatabase } from "../../automation/adapters/postgres/database.ts";
import type { DatabaseCase } from "./database-case.ts";

/** Verbs of a case's database with a fault in them, in place of the product's own. */
export type Breakage = (each: DatabaseCase) => Partial<PostgresDatabase>;

/** Faults that random rounds have to notice, each of a kind that has cost somebody rows. */
export const breakages: Readonly<Record<string, Breakage>> = {
  "a salvage that leaves out tables that were not followed": ({ database }) => ({
    async stranded(site, take, signal) {
      const account = await database.stranded(
        site,
        async (write) => {
          if (write.basis !== "comparison") await take(write);
        },
        signal,
      );
      return { ...account, compared: [] };
    },
  }),
  "a salvage that forgets updates": ({ database }) => ({
    stranded: (site, take, signal) =>
      database.stranded(
        site,
        async (write) => {
          if (write.kind !== "update") await take(write);
        },
        signal,
      ),
  }),
  "a promotion that leaves sequences where they were": ({ database, sql }) => ({
    async promote(site, signal) {
      const evidence = await database.promote(site, signal);
      await sql(site, "select setval('public.tickets', 1)");
      return evidence;
    },
  }),
  "a rename that is taken for a new column": ({ database, sql }) => ({
    async adoptTables(from, to, signal) {
      const names =
        "select format('%I.%I', table_name, column_name) as name from information_schema.columns where table_schema = 'public'";
      const before = new Set((await sql(to, names)).map(({ name }) => name));
      const adopted = await database.adoptTables(from, to, signal);
      const fresh = (
        await sql(
          to,
          `select format('%I', table_name) as t, format('%I', column_name) as c, format('%I.%I', table_name, column_name) as name
        from information_schema.columns where table_schema = 'public' and column_name like 'New "%'`,
        )
      ).filter(({ name }) => !before.has(name));
      for (const { t, c } of fresh) await sql(to, `update public.${t} set ${c} = null`);
      return adopted;
    },
  }),
  "an adoption that empties what it takes over, and says in sync": ({ database, sql }) => ({
    async adoptTables(from, to, signal) {
      const adopted = await database.adoptTables(from, to, signal);
      for (const table of adopted) await sql(to, `delete from ${table}`);
      return adopted;
    },
    inSync: async () => true,
  }),
};
