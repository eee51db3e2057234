import { z } from "zod";
import { DriverError, redact, toDriverError } from "../../domain/errors.ts";
import { majorOf, postgresVersions } from "../../domain/postgres-versions.ts";
import { conninfo } from "./conninfo.ts";
import { sqlState } from "./errors.ts";
import type { Link } from "./link.ts";
import { names } from "./names.ts";
import { describeBlockers } from "./open-transactions.ts";
import { hasOrigins } from "./server-version.ts";
import type { Session } from "./session.ts";
import { slotState } from "./slots.ts";
import { subscriptionOf } from "./subscription.ts";

/** Milliseconds for what waits for the other server. */
const remoteMs = 30_000;
/** Milliseconds for a slot, which waits for the transactions that are open at its server. */
const slotMs = 15_000;
/** Names of what is tried and taken back. */
const trial = "pilotlight_trial";

/** Errors: `refused` for a server that is too old for the driver. */
export async function requireVersion(session: Session): Promise<void> {
  const row = await session.first(
    z.object({ number: z.coerce.number(), text: z.string() }),
    "select current_setting('server_version_num') as number, current_setting('server_version') as text",
  );
  if (row !== undefined) requireSupported(row.number, row.text, session.where);
}

/** `number`: as `server_version_num`, e.g. 160004. */
export function requireSupported(number: number, text: string, where: string): void {
  if (majorOf(number) >= postgresVersions.oldest) return;
  throw new DriverError(
    "refused",
    `PostgreSQL ${text} at ${where} is too old: upgrade it to ${postgresVersions.oldest} or later`,
    {
      ...{
        field: "server_version",
        value: text,
        expected: `PostgreSQL ${postgresVersions.oldest} or later at both sites`,
      },
    },
  );
}

/**
 * The receiver's server can log in at the source, over a connection that it trusts. Tried by a subscription that is taken back at once.
 * Errors: `unreachable`, or `refused` where trying again will not help; both name the two hosts and the remedy.
 */
export async function requireReach(link: Link): Promise<void> {
  const { receiver, sourceEndpoint, receiverEndpoint } = link;
  const modern = await hasOrigins(receiver);
  if (!modern) requireRootsByFile(link);
  // Of a publication that is not there it follows nothing: only the connection is tried.
  const statement = `create subscription ${trial} connection ${conninfo(sourceEndpoint, receiverEndpoint, modern)} publication ${trial}
    with (create_slot = false, slot_name = none, enabled = false, copy_data = false)`;
  try {
    await receiver.transaction(async () => {
      await receiver.run(statement, [], remoteMs);
      throw new TakenBack();
    });
  } catch (error) {
    if (error instanceof TakenBack) return;
    throw unreached(error, link);
  }
}

/** A server before 16 has no name for its operating system's roots. */
function requireRootsByFile({ source, receiver, sourceEndpoint, receiverEndpoint }: Link): void {
  const { sslRootCert = "system" } = receiverEndpoint;
  if (sourceEndpoint.sslMode === "disable" || sslRootCert !== "system") return;
  throw new DriverError(
    "refused",
    `${receiver.where} cannot follow ${source.where}: its PostgreSQL is older than ${postgresVersions.withOrigins} and does not know sslrootcert=system`,
    {
      field: "database.sslRootCert",
      value: sslRootCert,
      expected: `the path of a file with roots at ${receiver.where} (its operating system's own, or the source's authority), or PostgreSQL ${postgresVersions.withOrigins}`,
    },
  );
}

/**
 * Without `origin = none` two directions at once would send each other every row for ever. Errors: `refused` where the source has a
 * subscription of its own to the receiver and one of the two servers cannot tell where a row came from.
 */
export async function requireOneWay({ source, receiver, from, to }: Link): Promise<void> {
  if ((await hasOrigins(source)) && (await hasOrigins(receiver))) return;
  const back = await subscriptionOf(source, from);
  if (back === undefined) return;
  throw new DriverError(
    "refused",
    `${source.where} has a subscription to the ${to} site, which follows it: before PostgreSQL ${postgresVersions.withOrigins} rows would go round for ever`,
    {
      field: names.link(from),
      value: back.enabled ? "enabled" : "disabled",
      expected: `no subscription ${names.link(from)} at ${source.where}: promote that site, or drop it by hand`,
    },
  );
}

class TakenBack extends Error {}

/** The failure of a subscription's connection, with the hosts, the cause and the remedy; any other error as it is. */
export function unreached(error: unknown, { source, receiver, receiverEndpoint }: Link): unknown {
  const text = redact(toDriverError(error).message);
  if (!/could not connect to the publisher|sslrootcert|root certificate|weak sslmode/.test(text)) return error;
  const path = `${receiver.where} cannot follow ${source.where}`;
  const cause = text.replace(/^.*?could not connect to the publisher: /s, "").replaceAll(/\s+/g, " ");
  if (/certificate|sslrootcert|weak sslmode|SSL/i.test(text)) {
    return new DriverError("refused", `${path}: its TLS connection is not trusted (${cause})`, {
      field: "database.sslRootCert",
      value: receiverEndpoint.sslRootCert ?? "system",
      expected: `a file at ${receiver.where} with the authority of the certificate of ${source.where}, or "system" where its own roots have it`,
      cause: error,
    });
  }
  if (/authentication failed|no pg_hba\.conf entry|role .* does not exist|not permitted to log in/.test(text)) {
    return new DriverError("denied", `${path}: the login of ${names.replicator} is refused (${cause})`, {
      field: "database.host",
      value: source.where,
      expected: `a server that lets ${names.replicator} in from the receiver's address`,
      cause: error,
    });
  }
  return new DriverError("unreachable", `${path}: ${cause}; its network must let the receiver in`, { cause: error });
}

/**
 * A slot can be made at the source now. Tried by one that ends with its session's statement. Errors: `refused` where all slots are in use;
 * `timeout`, naming the transactions that hold it up.
 */
export async function requireFreeSlot(link: Link): Promise<void> {
  const { sourceSlots, source, to } = link;
  // The link's own old one makes room when it is dropped.
  if ((await slotState(sourceSlots, link.slotOf(to))) !== undefined) return;
  const name = `${trial}_${process.pid}`;
  await createSlot(sourceSlots, source, name, true);
  await sourceSlots.run("select pg_drop_replication_slot($1)", [name]);
}

/** `session`: the replicator's; `admin` sees whose transactions are in the way. Errors: as `requireFreeSlot`. */
export async function createSlot(session: Session, admin: Session, name: string, temporary = false): Promise<void> {
  // It waits for every transaction that has written something: as locks, which have a shorter limit otherwise.
  await session.run(`set lock_timeout = ${slotMs}`);
  try {
    await session.run("select pg_create_logical_replication_slot($1, 'pgoutput', $2)", [name, temporary], slotMs);
  } catch (error) {
    throw await unmade(error, session, admin, name);
  } finally {
    await session.run("reset lock_timeout").catch(() => {});
  }
}

async function unmade(error: unknown, session: Session, admin: Session, name: string): Promise<unknown> {
  if (sqlState(error) === "53400") {
    const row = await admin.first(
      z.object({ max: z.string(), slots: z.string() }),
      `select current_setting('max_replication_slots') as max,
         (select string_agg(format('%s%s', slot_name, case when active then '' else ' (nobody reads it)' end), ', ' order by slot_name)
          from pg_replication_slots) as slots`,
    );
    return new DriverError("refused", `no replication slot is free at ${session.where}: ${row?.slots} are in use`, {
      field: "max_replication_slots",
      value: row?.max ?? "",
      expected: "one more than are in use, then a restart; or drop a slot that nobody needs (pg_drop_replication_slot)",
      cause: error,
    });
  }
  const { code } = toDriverError(error);
  if (code !== "timeout") return error;
  const blockers = await describeBlockers(admin);
  if (blockers.length === 0) return error;
  return new DriverError(
    "timeout",
    `slot ${name} at ${session.where} waits for transactions that are open there: ${blockers.join("; ")}`,
    {
      field: "open transactions",
      value: blockers.join("; "),
      expected: "ended: by their clients, with pg_terminate_backend(pid), or with `rollback prepared`",
      cause: error,
    },
  );
}
