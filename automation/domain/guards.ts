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
  "paused",
  "witness-lost",
  "advice-holds",
  "approval-missing",
  "capacity-refused",
  "loss-unknown",
]);
/** Why an operation may not go on. */
export type GuardName = z.infer<typeof guardNameSchema>;

export interface GuardKind {
  /** When it stands. */
  readonly stands: string;
  readonly holds: "every operation" | "moves" | "automatic moves" | "forced moves" | "failback" | "reprotect";
  /** A person may break it; the others only go by their cause going. */
  readonly overridable: boolean;
  /** What an override says, or what to do where nothing breaks it. */
  readonly instead: string;
}

/** Every guard there is. */
export const guardCatalogue: Readonly<Record<GuardName, GuardKind>> = {
  "operation-running": {
    stands: "an operation of the application is under way, was left by its driver, or needs an operator",
    holds: "every operation",
    overridable: false,
    instead: "wait for it, answer it, abort it, or resume it",
  },
  "witness-lost": {
    stands: "the witness does not answer: nobody can say which site is active, or make another one so",
    holds: "every operation",
    overridable: false,
    instead: "bring the witness back",
  },
  paused: {
    stands: "a person paused the application",
    holds: "every operation",
    overridable: true,
    instead: "this operation may begin all the same; an automatic one never may",
  },
  cooldown: {
    stands: "a move ended recently (for self-heal and zonal-recovery: the same was tried recently)",
    holds: "automatic moves",
    overridable: false,
    instead: "a person may start one at any time",
  },
  "approval-missing": {
    stands: "the mode is `approve`, and nobody approved the failover that the watch asks for",
    holds: "automatic moves",
    overridable: false,
    instead: "approve it, or start it by hand",
  },
  "advice-holds": {
    stands: "the advisor does not advise a failover with high confidence",
    holds: "automatic moves",
    overridable: false,
    instead: "a person may start one at any time: advice binds the watch alone",
  },
  "not-reprotected": {
    stands: "the site to go home to is not verified to follow the active one",
    holds: "failback",
    overridable: false,
    instead: "run reprotect and let it verify",
  },
  "standby-unready": {
    stands: "the site to move to cannot take over: no answer, no replication, or its first copy has not arrived",
    holds: "moves",
    overridable: false,
    instead: "repair the site",
  },
  "rpo-exceeded": {
    stands: "the replication lag is past the bound or unknown, or the first copy of some tables has not arrived",
    holds: "moves",
    overridable: true,
    instead: "the loss is accepted; it is measured afterwards",
  },
  "fence-unconfirmed": {
    stands: "the old site could not be proven to have stopped writing",
    holds: "forced moves",
    overridable: true,
    instead: "a person has made sure that the old site is down or cut off",
  },
  "proof-missing": {
    stands: "the old site is fenced, and the new one has not received everything up to the proof token",
    holds: "forced moves",
    overridable: true,
    instead: "the loss is accepted; it is measured afterwards",
  },
  "capacity-refused": {
    stands: "the cloud refuses the capacity that the standby's compute needs",
    holds: "moves",
    overridable: true,
    instead: "the compute that is there is enough, or was lit by other means",
  },
  "loss-unknown": {
    stands: "of some tables it cannot be told which rows never reached the new site, and the copy would erase them",
    holds: "reprotect",
    overridable: true,
    instead: "these tables' rows at the old site may be erased uncounted",
  },
};

/** The guards that a person may break. */
export const overridableGuards: readonly GuardName[] = guardNameSchema.options.filter(
  (name) => guardCatalogue[name].overridable,
);

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

const guard = (name: GuardName, reason: string): Guard => ({
  name,
  reason,
  override: guardCatalogue[name].overridable ? name : undefined,
});

/** The old active site could not be proven to have stopped writing. */
export function fenceUnconfirmed(site: string, cause: string): Guard {
  return guard(
    "fence-unconfirmed",
    `the fence of ${site} is not confirmed (${cause}): it may still take writes that would be lost or split from the new site's. ` +
      `Make sure that ${site} is down or cut off, then override`,
  );
}

/** Fenced, but the other site has not received everything up to the proof token. */
export function proofMissing(site: string, lsn: string): Guard {
  return guard(
    "proof-missing",
    `${site} has not received everything up to the proof token ${lsn}: promoting it now loses what is missing`,
  );
}

/** `lagSeconds` undefined: unknown, which counts as past every bound. */
export function rpoExceeded(lagSeconds: number | undefined, boundSeconds: number): Guard {
  const lag = lagSeconds === undefined ? "unknown (no heartbeat ever arrived)" : `${lagSeconds.toFixed(1)} s`;
  return guard(
    "rpo-exceeded",
    `replication lag is ${lag}, the bound is ${boundSeconds} s: promotion may lose that much`,
  );
}

/** What the copy that follows would erase is not known. */
export function lossUnknown(
  site: string,
  tables: readonly { readonly table: string; readonly reason: string }[],
): Guard {
  const list = tables.map(({ table, reason }) => `${table} (${reason})`).join("; ");
  return guard(
    "loss-unknown",
    `what ${site} holds and never passed on is not known of ${list}: going on erases it. Save these tables by hand, then override`,
  );
}

/** Somebody else is at work on this application. */
export function operationRunning(operationId: string, owner: string, alive: boolean): Guard {
  return guard(
    "operation-running",
    alive
      ? `operation ${operationId} is running (${owner}): wait for it, or answer or abort it`
      : `operation ${operationId} was left by ${owner}, which is gone: resume it`,
  );
}

/** Automatic only: what needs an operator is left by a person, never by the watch. */
export function operatorNeeded(operationId: string): Guard {
  return guard(
    "operation-running",
    `operation ${operationId} needs an operator: nothing begins by itself before a person has resumed or replaced it`,
  );
}

/** The site to move to cannot take over. */
export function standbyUnready(site: string, cause: string): Guard {
  return guard("standby-unready", `${site} cannot take over: ${cause}`);
}

/** Forced only, where nobody can wait: the first copy of some tables has not arrived. Breaking it is accepting a loss, like that of a lag. */
export function copyUnfinished(site: string, tables: readonly string[]): Guard {
  return guard(
    "rpo-exceeded",
    `${site} has not received the first copy of ${tables.join(", ")}: promotion loses all rows of it`,
  );
}

/** Forced only: by the last look, what the source had did not all get there. Breaking it is accepting a loss. */
export function schemaDiffers(site: string, reasons: readonly string[]): Guard {
  return guard("rpo-exceeded", `${site} lacks what its source had: ${reasons.join("; ")}: promotion loses that`);
}

/** Going back without a verified copy would lose everything since the failover. */
export function notReprotected(site: string): Guard {
  return guard("not-reprotected", `${site} does not follow the active site yet: run reprotect and let it verify first`);
}

/** No automatic failover soon after another operation. `until` (ISO) undefined or past: nothing stands. */
export function cooldown(until: string | undefined, now: Date): Guard | undefined {
  if (until === undefined || now.getTime() >= Date.parse(until)) return undefined;
  return guard("cooldown", `an operation ended recently: no automatic failover before ${until}`);
}

/** Automatic only: what a restart (or a move out of a zone) a moment ago did not repair, another one will not. */
export function healedRecently(what: string, operationId: string, until: string): Guard {
  return guard("cooldown", `${operationId} has tried to repair ${what}: not again by itself before ${until}`);
}

/** Nothing begins while a person works on the application. `until` (ISO): it ends by itself then. */
export function paused(by: string, reason: string, until: string | undefined): Guard {
  return guard(
    "paused",
    `paused by ${by} (${reason})${until === undefined ? "" : ` until ${until}`}: no operation begins`,
  );
}

/** Which site is active cannot be known, so neither can what to move. */
export function witnessLost(cause: string): Guard {
  return guard("witness-lost", `the witness does not answer (${cause}): which site is active is not known for certain`);
}

/** Advice can hold a failover back; alone it never causes one. */
export function adviceHolds(cause: string): Guard {
  return guard("advice-holds", `the advisor holds the failover back: ${cause}`);
}

/** Mode `approve`: the watch asks, a person approves. */
export function approvalMissing(askedFor: string): Guard {
  return guard("approval-missing", `nobody has approved ${askedFor}: run \`pilotlight approve\`, or start it by hand`);
}

/** The cloud has no room, or the quota is used up: tried again while it waits. */
export function capacityRefused(site: string, cause: string): Guard {
  return guard(
    "capacity-refused",
    `the cloud refuses capacity for ${site} (${cause}): raise the quota, free some, or choose another size`,
  );
}
