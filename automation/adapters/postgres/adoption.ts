import { DriverError } from "../../domain/errors.ts";
import type { SchemaDifference } from "../../ports/database.ts";
import type { Link } from "./link.ts";

export interface Adoption {
  /** Taken into the replication now. */
  readonly tables: readonly string[];
  /** What differs still and holds back a move, in words. */
  readonly troubles: readonly string[];
  /** Of those, by what a promotion now would lose rows. */
  readonly losing: readonly string[];
}

/** Their absence loses no row: the application works without them, or a person makes them afterwards. */
export const rowless: ReadonlySet<string> = new Set([
  ...[
    "index",
    "constraint",
    "view",
    "materialized rows",
    "function",
    "trigger",
    "rule",
    "policy",
    "row security",
    "statistics",
  ],
  ...[
    "grant",
    "default privilege",
    "owner",
    "sequence owner",
    "revoke",
    "replica identity",
    "extension version",
    "database",
    "not null",
    "default",
  ],
  ...[
    "aggregate",
    "operator",
    "operator class",
    "cast",
    "text search configuration",
    "text search dictionary",
    "event trigger",
  ],
  ...["foreign table", "foreign server", "order of columns", "sequence", "domain form", "domain constraint"],
]);

/** Errors: `refused`, naming everything that was not carried. */
export function requireCarried({ source, receiver }: Link, { troubles }: Pick<Adoption, "troubles">): void {
  if (troubles.length === 0) return;
  const list = troubles.join("; ");
  throw new DriverError(
    "refused",
    `changes of the schema at ${source.where} do not get to ${receiver.where}: ${list}`,
    {
      field: "schema",
      value: list,
      expected: "the same schema at both sites: `pilotlight db check` says what removes each difference",
    },
  );
}

export function textOf({ kind, object, source, follower, remedy }: SchemaDifference): string {
  const form = (text: string | undefined): string => (text === undefined ? "not there" : text);
  return `${kind} ${object}: ${form(source)} at the source, ${form(follower)} at the follower (${remedy})`;
}
