import { z } from "zod";
import type { DatabaseEndpoint, Site } from "../../../stacks/outputs.ts";
import { DriverError, invalidInput } from "../../domain/errors.ts";
import { ensureRole } from "./foundation.ts";
import { dropFinals } from "./heartbeat.ts";
import { laidSeconds, loginEnds } from "./lease.ts";
import { joinRole } from "./membership.ts";
import { quote } from "./quote.ts";
import type { Session } from "./session.ts";
import { subscriptionOf } from "./subscription.ts";

const login = z.object({ may: z.boolean() });

/** Makes the application's role. New roles cannot log in; an existing one keeps what it may. Grants what an application needs that migrates its own schema. */
export async function ensureApplicationRole(session: Session, endpoint: DatabaseEndpoint): Promise<void> {
  if (endpoint.appUser === endpoint.adminUser) {
    throw invalidInput(
      "database.appUser",
      endpoint.appUser,
      "a role other than the admin: the fence takes its login away",
    );
  }
  const role = quote.identifier(endpoint.appUser);
  // PostgreSQL's default for `create role` is NOLOGIN: fenced until writes are opened.
  await ensureRole(session, endpoint.appUser, endpoint.appPassword, "");
  await session.run(`grant all on database ${quote.identifier(endpoint.name)} to ${role}`);
  await session.run(`grant all on schema public to ${role}`);
  // The admin acts on the role's tables (copy, replicate) and cuts its connections.
  await joinRole(session, endpoint.appUser);
}

export async function mayWrite(session: Session, endpoint: DatabaseEndpoint): Promise<boolean> {
  const row = await session.first(
    login,
    "select rolcanlogin and coalesce(rolvaliduntil > clock_timestamp(), true) as may from pg_roles where rolname = $1",
    [endpoint.appUser],
  );
  return row?.may ?? false;
}

/** Errors: `refused` at a site that still follows the other: what it would write is a second history. */
export async function requireSource(session: Session, site: Site): Promise<void> {
  if ((await subscriptionOf(session, site)) === undefined) return;
  throw new DriverError(
    "refused",
    `writes at ${session.where} stay closed: the ${site} site still follows the other; promote it first`,
  );
}

/** Errors: `refused` as `requireSource`. */
export async function openWrites(session: Session, endpoint: DatabaseEndpoint, site: Site): Promise<void> {
  await requireSource(session, site);
  const role = quote.identifier(endpoint.appUser);
  await session.transaction(async () => {
    await dropFinals(session, site);
    await session.run(`alter role ${role} reset default_transaction_read_only`);
    await session.run(`alter role ${role} login valid until ${await validUntil(session, endpoint)}`);
  });
}

/**
 * Under a lease, one from now: a site that is opened and then cut off closes by itself. For good where no agent has renewed one here yet:
 * nobody is stopped by a lease before there is somebody who keeps it.
 */
async function validUntil(session: Session, endpoint: DatabaseEndpoint): Promise<string> {
  const { writeLease } = endpoint;
  if (writeLease === undefined || !(await loginEnds(session, endpoint))) return "'infinity'";
  // By what is there, not by what is declared since: the witness knows the former.
  const seconds = (await laidSeconds(session)) ?? writeLease.seconds;
  const row = await session.first(
    z.object({ ends: z.string() }),
    "select quote_literal(clock_timestamp() + make_interval(secs => $1)) as ends",
    [seconds],
  );
  if (row === undefined) throw new DriverError("fatal", `${session.where} told no time`);
  return row.ends;
}
