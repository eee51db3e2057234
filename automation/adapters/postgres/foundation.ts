import { z } from "zod";
import type { DatabaseEndpoint } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { sqlState } from "./errors.ts";
import { followedTable } from "./followed.ts";
import { names, replicatorPassword } from "./names.ts";
import { ensurePublications } from "./publication.ts";
import { quote } from "./quote.ts";
import { ensurePromotionColumns } from "./relation-states.ts";
import type { Session } from "./session.ts";

const { schema, replicator } = names;
const found = z.object({ found: z.boolean() });
const named = z.object({ name: z.string() });

/**
 * What the driver needs at a site, made where it is missing: its schema (heartbeat and promotion tables), the replicator role and the
 * publication. Safe to repeat; says nothing about who may write.
 */
export async function layFoundation(session: Session, endpoint: DatabaseEndpoint): Promise<void> {
  await requireLogicalWal(session);
  await session.transaction(async () => {
    // Two drivers at once would trip over each other's "if not exists".
    await session.run("select pg_advisory_xact_lock(hashtext('pilotlight foundation'))");
    await session.run(`create schema if not exists ${schema}`);
    // Rows are only ever added, under a key of their own: what one site wrote can never collide at the other.
    await session.run(`create table if not exists ${schema}.heartbeat (
      id uuid primary key default gen_random_uuid(), site text not null, kind text not null check (kind in ('beat', 'final')),
      at timestamptz not null default clock_timestamp(), lsn pg_lsn not null, sequences jsonb not null)`);
    await session.run(`create table if not exists ${schema}.promotion (
      id uuid primary key default gen_random_uuid(), receiver text not null, at timestamptz not null default clock_timestamp(),
      origin_lsn pg_lsn, last_applied_lsn pg_lsn, last_applied_at timestamptz)`);
    await session.run(followedTable);
    await ensurePromotionColumns(session);
  });
  await ensureReplicator(session, endpoint);
  await ensurePublications(session);
}

async function requireLogicalWal(session: Session): Promise<void> {
  const level = await session.first(
    z.object({ setting: z.string(), pending_restart: z.boolean() }),
    "select setting, pending_restart from pg_settings where name = 'wal_level'",
  );
  if (level?.setting === "logical") return;
  const isPending = level?.pending_restart ?? false;
  const what = `wal_level at ${session.where} is "${level?.setting}", logical replication needs "logical"`;
  throw new DriverError(
    "refused",
    isPending
      ? `${what}; another value is set there and waits for a restart, which the driver does not order at a server that serves`
      : what,
    {
      field: "wal_level",
      value: level?.setting ?? "",
      expected: isPending
        ? "a restart of the server in a quiet hour (RDS: aws rds reboot-db-instance; Azure: az postgres flexible-server restart)"
        : "logical (RDS: rds.logical_replication = 1; Azure: wal_level = logical; then a restart)",
    },
  );
}

/** Makes or updates a role that can log in; `attributes` e.g. `replication`. The password travels as a SCRAM verifier. */
export async function ensureRole(session: Session, name: string, password: string, attributes: string): Promise<void> {
  const exists = await roleExists(session, name);
  const verifier = quote.literal(quote.verifier(name, password));
  await session.run(`${exists ? "alter" : "create"} role ${quote.identifier(name)} ${attributes} password ${verifier}`);
}

export async function roleExists(session: Session, name: string): Promise<boolean> {
  const row = await session.first(found, "select exists (select from pg_roles where rolname = $1) as found", [name]);
  return row?.found ?? false;
}

async function ensureReplicator(session: Session, endpoint: DatabaseEndpoint): Promise<void> {
  const password = replicatorPassword(endpoint.adminPassword);
  // RDS hands the right out through a role of its own; elsewhere it is an attribute.
  if (await roleExists(session, "rds_replication")) {
    await ensureRole(session, replicator, password, "login");
    await session.run(`grant rds_replication to ${replicator}`);
  } else {
    await ensureRole(session, replicator, password, "login replication");
  }
  try {
    // Row security would show it some rows and hide others. Who may not hand this out cannot follow tables that have it.
    await session.run(`alter role ${replicator} bypassrls`);
  } catch (error) {
    if (sqlState(error) !== "42501") throw error;
  }
  await session.run(`grant usage on schema ${schema} to ${replicator}`);
  await session.run(`grant select on all tables in schema ${schema} to ${replicator}`);
  try {
    await session.run(`grant pg_read_all_data to ${replicator}`);
  } catch (error) {
    if (sqlState(error) !== "42501") throw error;
    await grantReadsOneByOne(session);
  }
}

/** For admins who may not hand out `pg_read_all_data`. */
async function grantReadsOneByOne(session: Session): Promise<void> {
  const schemas = await session.rows(
    named,
    "select quote_ident(nspname) as name from pg_namespace where nspname !~ '^pg_' and nspname <> 'information_schema'",
  );
  for (const { name } of schemas) {
    await session.run(`grant usage on schema ${name} to ${replicator}`);
    await session.run(`grant select on all tables in schema ${name} to ${replicator}`);
    await session.run(`alter default privileges in schema ${name} grant select on tables to ${replicator}`);
  }
}
