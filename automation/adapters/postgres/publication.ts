import { z } from "zod";
import { sqlState } from "./errors.ts";
import { names } from "./names.ts";
import { identityKeeper, publishableQuery } from "./publication-queries.ts";
import { userTables } from "./schema-queries.ts";
import type { Session } from "./session.ts";

const { publication, inserts, schema } = names;
const named = z.object({ name: z.string() });
const publishableShape = z.object({
  name: z.string(),
  published: z.boolean(),
  extension: z.boolean(),
  identity: z.enum(["default", "full"]).nullable(),
  trouble: z.string().nullable(),
});
export type Publishable = z.infer<typeof publishableShape>;

/** Every table that can be published at a site, or why not. */
export function publishable(session: Session): Promise<readonly Publishable[]> {
  return session.rows(publishableShape, publishableQuery);
}

/** The publications, empty but for the driver's own tables: what is followed is added once the follower has it. */
export async function ensurePublications(session: Session): Promise<void> {
  const existing = await session.first(
    z.object({ all: z.boolean() }),
    'select puballtables as "all" from pg_publication where pubname = $1',
    [publication],
  );
  const own = `${schema}.heartbeat, ${schema}.promotion`;
  if (existing === undefined) await session.run(`create publication ${publication} for table ${own}`);
  if (existing?.all) {
    const tables = (await publishable(session)).filter(
      ({ trouble, identity, extension }) => trouble === null && identity === null && !extension,
    );
    await session.transaction(async () => {
      await session.run(`drop publication ${publication}`);
      await session.run(
        `create publication ${publication} for table ${[own, ...tables.map(({ name }) => only(name))].join(", ")}`,
      );
    });
  }
  // Both are for superusers, or for whom a managed service lets; what goes without them is in docs/database.md.
  await unlessDenied(async () => {
    const there = await session.first(z.object({}), "select from pg_publication where pubname = $1", [inserts]);
    if (there === undefined)
      await session.run(`create publication ${inserts} for all tables with (publish = 'insert, truncate')`);
  });
  await unlessDenied(async () => {
    await session.run(identityKeeper.create);
    const there = await session.first(
      z.object({}),
      "select from pg_event_trigger where evtname = 'pilotlight_keep_identity'",
    );
    if (there === undefined) await session.run(identityKeeper.attach);
  });
}

/** Tables at the follower whose rows may be replaced by the source's: all users' own, and those of extensions that may be emptied. */
export async function ableToFollow(source: Session, follower: Session): Promise<ReadonlySet<string>> {
  const own = await follower.rows(named, userTables);
  const extension = await extensionTables(source, follower);
  return new Set([...own, ...extension.map((name) => ({ name }))].map(({ name }) => name));
}

/** Tables in which an extension keeps rows of its users, and which both sites let us copy. */
export async function extensionTables(source: Session, follower: Session): Promise<readonly string[]> {
  const here = (await publishable(source)).filter(({ extension, trouble }) => extension && trouble === null);
  const there = new Set(
    (await publishable(follower)).filter(({ trouble }) => trouble === null).map(({ name }) => name),
  );
  return here.map(({ name }) => name).filter((name) => there.has(name));
}

export interface Published {
  /** A subscription has to be refreshed. */
  readonly changed: boolean;
  /** What cannot be followed, in words. */
  readonly unfollowed: readonly string[];
}

/**
 * Publishes what of `there` (tables that the follower has) can be followed, each with an identity that serves, and takes out what no
 * longer can. A table that cannot be followed is never published, so no update of it is refused.
 */
export async function publishTables(session: Session, there: ReadonlySet<string>): Promise<Published> {
  const tables = await publishable(session);
  const out = tables.filter(({ name, published, trouble }) => published && (trouble !== null || !there.has(name)));
  if (out.length > 0) await session.run(`alter publication ${publication} drop table ${listOf(out)}`);
  const followed = tables.filter(({ name, trouble }) => trouble === null && there.has(name));
  for (const { name, identity } of followed) {
    if (identity === null) continue;
    await session.transaction(async () => {
      // Whoever waits behind this lock is the application.
      await session.run("set local lock_timeout = '2s'");
      await session.run(`alter table ${name} replica identity ${identity}`);
    });
  }
  const fresh = followed.filter(({ published }) => !published);
  if (fresh.length > 0) await session.run(`alter publication ${publication} add table ${listOf(fresh)}`);
  return {
    changed: out.length + fresh.length > 0,
    unfollowed: tables.flatMap(({ trouble, extension }) => (trouble === null || extension ? [] : [trouble])),
  };
}

function listOf(tables: readonly Publishable[]): string {
  return tables.map(({ name }) => only(name)).join(", ");
}

/** Without what inherits from it: that is published by itself. */
function only(name: string): string {
  return `only ${name}`;
}

async function unlessDenied(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (sqlState(error) !== "42501") throw error;
  }
}
