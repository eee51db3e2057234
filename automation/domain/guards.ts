import { z } from "zod";
import { DriverError, type SerialisedError } from "./errors.ts";
import type { Evidence } from "./evidence.ts";

export const guardNameSchema = z.enum([
  "fence-unconfirmed",
  "proof-missing",
  "rpo-exceeded",
  "operation-running",
  "standby-unready",
  "not-reprotected",
  "cooldown",
]);
/** Why an operation may not go on. */
export type GuardName = z.infer<typeof guardNameSchema>;

/** The guards that a person may break; the others only go by their cause going. */
export const overridableGuards: readonly GuardName[] = ["fence-unconfirmed", "proof-missing", "rpo-exceeded"];

/** A guard that stands, in words. `override` is the name to give to break it, undefined where nothing may. */
export interface Guard {
  readonly name: GuardName;
  readonly reason: string;
  readonly override: GuardName | undefined;
}

/** One-shot, named, reasoned break-glass of one guard in one operation. */
export const overrideSchema = z.object({
  guard: guardNameSchema,
  reason: z.string().min(1),
  by: z.string().min(1),
});
export type Override = z.infer<typeof overrideSchema>;

/** Thrown by a stage where it stands before a guard; the runner asks, and tries the stage again with or without an answer. */
export class GuardError extends DriverError {
  readonly guard: Guard;
  /** What the stage had found by then; given back to it when it runs again. */
  readonly found: Evidence;

  constructor(guard: Guard, found: Evidence = {}) {
    super("guard", guard.reason, {
      expected: guard.override === undefined ? "no override breaks this guard" : `override ${guard.override}`,
    });
    this.name = "GuardError";
    this.guard = guard;
    this.found = found;
  }

  override toJSON(): SerialisedError {
    return { ...super.toJSON(), guard: this.guard.name };
  }
}

const overridable = (name: GuardName, reason: string): Guard => ({ name, reason, override: name });
const absolute = (name: GuardName, reason: string): Guard => ({ name, reason, override: undefined });

/** The old active site could not be proven to have stopped writing. */
export function fenceUnconfirmed(site: string, cause: string): Guard {
  return overridable(
    "fence-unconfirmed",
    `the fence of ${site} is not confirmed (${cause}): it may still take writes that would be lost or split from the new site's. ` +
      `Make sure that ${site} is down or cut off, then override`,
  );
}

/** Fenced, but the other site has not received everything up to the proof token. */
export function proofMissing(site: string, lsn: string): Guard {
  return overridable(
    "proof-missing",
    `${site} has not received everything up to the proof token ${lsn}: promoting it now loses what is missing`,
  );
}

/** `lagSeconds` undefined: unknown, which counts as past every bound. */
export function rpoExceeded(lagSeconds: number | undefined, boundSeconds: number): Guard {
  const lag = lagSeconds === undefined ? "unknown (no heartbeat ever arrived)" : `${lagSeconds.toFixed(1)} s`;
  return overridable(
    "rpo-exceeded",
    `replication lag is ${lag}, the bound is ${boundSeconds} s: promotion may lose that much`,
  );
}

/** Somebody else is at work on this application. */
export function operationRunning(operationId: string, owner: string, alive: boolean): Guard {
  return absolute(
    "operation-running",
    alive
      ? `operation ${operationId} is running (${owner}): wait for it, or answer or abort it`
      : `operation ${operationId} was left by ${owner}, which is gone: resume it`,
  );
}

/** The site to move to cannot take over. */
export function standbyUnready(site: string, cause: string): Guard {
  return absolute("standby-unready", `${site} cannot take over: ${cause}`);
}

/** Forced only, where nobody can wait: the first copy of some tables has not arrived. Breaking it is accepting a loss, like that of a lag. */
export function copyUnfinished(site: string, tables: readonly string[]): Guard {
  return overridable(
    "rpo-exceeded",
    `${site} has not received the first copy of ${tables.join(", ")}: promotion loses all rows of it`,
  );
}

/** Going back without a verified copy would lose everything since the failover. */
export function notReprotected(site: string): Guard {
  return absolute(
    "not-reprotected",
    `${site} does not follow the active site yet: run reprotect and let it verify first`,
  );
}

/** No automatic failover soon after another operation. `until` (ISO) undefined or past: nothing stands. */
export function cooldown(until: string | undefined, now: Date): Guard | undefined {
  if (until === undefined || now.getTime() >= Date.parse(until)) return undefined;
  return absolute("cooldown", `an operation ended recently: no automatic failover before ${until}`);
}
