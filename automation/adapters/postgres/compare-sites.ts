import type { Site } from "../../../stacks/outputs.ts";
import type { SchemaDifference } from "../../ports/database.ts";
import { directWriters, otherWriters } from "./application-sessions.ts";
import { publishable } from "./publication.ts";
import { schemaDrift } from "./schema-drift.ts";
import type { Session } from "./session.ts";
import { subscriptionOf } from "./subscription.ts";

/**
 * Everything that differs, for a person: the schemas, names that have changed, tables that cannot be followed or are not, and
 * who may write at the receiver besides `appUser`, the application's role.
 */
export async function compareSites(
  source: Session,
  receiver: Session,
  to: Site,
  appUser: string,
): Promise<readonly SchemaDifference[]> {
  const subscription = await subscriptionOf(receiver, to);
  const drift = await schemaDrift(source, receiver, to, subscription, true);
  const tables = await publishable(source);
  const renamed = drift.renames.steps.map(
    ({ what }): SchemaDifference => ({
      ...{ kind: "name", object: what, source: "renamed", follower: "not yet", class: "carried" },
      remedy: "the watch carries it once the rows before it have arrived",
    }),
  );
  const unfollowed = tables.flatMap(({ name, trouble, extension }): SchemaDifference[] =>
    trouble === null || extension
      ? []
      : [
          {
            kind: "replication",
            object: name,
            source: "not published",
            follower: undefined,
            class: "blocks",
            remedy: trouble,
          },
        ],
  );
  const able = new Set(tables.filter(({ trouble }) => trouble === null).map(({ name }) => name));
  const fresh = subscription === undefined ? [] : drift.tables.filter((table) => able.has(table));
  const waiting = fresh.map(
    (name): SchemaDifference => ({
      ...{ kind: "replication", object: name, source: "there", follower: "not followed", class: "carried" },
      remedy: "the watch takes it into the replication; at once: `pilotlight db sync-schema --yes`",
    }),
  );
  const writers = [...(await otherWriters(receiver, appUser)), ...(await directWriters(receiver, appUser))].map(
    (object): SchemaDifference => ({
      ...{ kind: "writer", object, source: undefined, follower: "may log in and write", class: "harmless" },
      remedy: `the driver stops the application's role alone: at the follower, alter role ${object} nologin (it is not carried), or revoke its rights`,
    }),
  );
  return [
    ...writers,
    ...unfollowed,
    ...renamed,
    ...waiting,
    ...drift.steps.map(({ kind, object, source: here, follower, class: verdict, remedy }) => ({
      ...{ kind, object, source: here, follower, class: verdict, remedy },
    })),
  ];
}

/** A table that could be followed has no identity that serves, or one that is followed cannot be any more. */
export async function isUnpublished(source: Session): Promise<boolean> {
  return (await publishable(source)).some(
    ({ published, identity, trouble, extension }) =>
      !extension && (published ? identity !== null || trouble !== null : trouble !== null),
  );
}
