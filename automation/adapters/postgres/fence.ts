import type { DatabaseEndpoint, Site } from "../../../stacks/outputs.ts";
import type { ProofToken } from "../../ports/database.ts";
import { directWriters, endSessions, otherWriters } from "./application-sessions.ts";
import { finalToken, writeHeartbeat } from "./heartbeat.ts";
import { endPrepared, requireNonePrepared } from "./prepared-transactions.ts";
import { quote } from "./quote.ts";
import type { Session } from "./session.ts";
import { mayWrite } from "./writes.ts";

export interface FenceRun {
  /** Milliseconds to wait for clients that do not go. */
  readonly patienceMs: number;
  /** Roll back transactions that are prepared; false: refuse while there are any. */
  readonly endPrepared: boolean;
  readonly signal: AbortSignal;
}

/**
 * Takes the login away, cuts who is connected, and sees that nobody is left. Safe to repeat. Returns how many sessions were found.
 * Errors: `unverified` when a client of the role is still there at the end of `patienceMs`.
 */
export async function closeWrites(
  session: Session,
  endpoint: DatabaseEndpoint,
  patienceMs: number,
  signal: AbortSignal,
): Promise<number> {
  const role = quote.identifier(endpoint.appUser);
  await session.run(`alter role ${role} nologin`);
  await session.run(`alter role ${role} set default_transaction_read_only = on`);
  return await endSessions(session, endpoint.appUser, patienceMs, signal);
}

/**
 * Fence with proof: the position after which this site wrote nothing. A site that is fenced already gives the token it gave before. The
 * token stands once a look after it has found nobody. `notes`: what was ended, and who is not stopped by this fence.
 * Errors: `refused` for prepared transactions, before anything is closed where they are known by then; `unverified` as `closeWrites`.
 */
export async function fence(
  session: Session,
  endpoint: DatabaseEndpoint,
  site: Site,
  { patienceMs, endPrepared: mayEnd, signal }: FenceRun,
): Promise<ProofToken> {
  const wasClosed = !(await mayWrite(session, endpoint));
  if (!mayEnd) await requireNonePrepared(session, endpoint, signal);
  const found = await closeWrites(session, endpoint, patienceMs, signal);
  const ended = mayEnd ? await endPrepared(session, endpoint) : [];
  if (!mayEnd) await requireNonePrepared(session, endpoint, signal);
  const others = await otherWriters(session, endpoint.appUser);
  const uncovered = `not stopped by the fence at ${session.where}: ${others.join(", ")}, who may log in and write as ${endpoint.appUser}`;
  const direct = await directWriters(session, endpoint.appUser);
  const granted = `not stopped by the fence at ${session.where}: ${direct.join(", ")}, who may log in and write by rights of their own`;
  const notes = [...ended, ...(others.length > 0 ? [uncovered] : []), ...(direct.length > 0 ? [granted] : [])];
  // Opening writes removes the token, so one that is here was given after the last write, unless somebody was found since.
  const before = wasClosed && found + ended.length === 0 ? await finalToken(session, site) : undefined;
  let token = before ?? (await writeHeartbeat(session, site, "final"));
  while ((await endSessions(session, endpoint.appUser, patienceMs, signal)) > 0) {
    token = await writeHeartbeat(session, site, "final");
  }
  return notes.length === 0 ? token : { ...token, notes };
}
