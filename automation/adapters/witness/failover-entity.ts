import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { FailoverState, Target } from "../../domain/failover-state.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";

/** Where the application answers at each site, for the functions' health check. */
export interface FailoverEndpoints {
  readonly primary: string;
  readonly secondary: string;
}

/** `do_failover` made another target the active one than the record names. */
export interface Toggle {
  readonly application: string;
  /** What the functions want active. */
  readonly wanted: Target;
  /** What is active, by the record. */
  readonly active: Target;
  /** `failover_count` with this toggle. */
  readonly count: number;
  readonly reason: string;
}

/** What matters of the functions' entity; the rest is theirs. Lenient where the writer may be another version of them. */
const entitySchema = z.object({
  active_target: z.enum(["primary", "secondary"]),
  failover_count: z.coerce.number().int().nonnegative().default(0),
  lock_until_utc: z.string().default(""),
  last_status: z.string().optional(),
  last_reason: z.string().default(""),
  last_check_utc: z.string().optional(),
  /** Ours: the epoch of the record beside it. Gone where the functions replaced their row. */
  pilotlight_epoch: z.coerce.number().int().positive().optional(),
});
export type FoundEntity = z.infer<typeof entitySchema>;

const targets = { primary: "primary", standby: "secondary" } as const satisfies Record<
  WitnessRecord["activeSite"],
  Target
>;

/** Errors: `fatal` for an entity that cannot be understood. */
export function requireEntity(value: unknown, where: string): FoundEntity {
  const parsed = entitySchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new DriverError("fatal", `${where} is damaged: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  if (parsed.data.lock_until_utc !== "" && Number.isNaN(instant(parsed.data.lock_until_utc))) {
    throw new DriverError("fatal", `${where} is damaged: lock_until_utc ${parsed.data.lock_until_utc} is no time`);
  }
  return parsed.data;
}

/** The toggle that the record has not followed (yet). */
export function toggleOf(record: WitnessRecord, entity: FoundEntity | undefined): Toggle | undefined {
  const active = targets[record.activeSite];
  if (entity === undefined || entity.active_target === active) return undefined;
  const { active_target: wanted, failover_count: count, last_reason: reason } = entity;
  return { application: record.application, wanted, active, count, reason };
}

/**
 * The record with the functions' lock as its cooldown where that ends later. Not while a toggle waits: its lock keeps the functions from
 * toggling back, and must not keep the driver from doing what was asked for.
 */
export function withLock(record: WitnessRecord, entity: FoundEntity | undefined): WitnessRecord {
  if (entity === undefined || entity.lock_until_utc === "" || toggleOf(record, entity) !== undefined) return record;
  const lock = instant(entity.lock_until_utc);
  if (record.cooldownUntil !== undefined && Date.parse(record.cooldownUntil) >= lock) return record;
  return { ...record, cooldownUntil: new Date(lock).toISOString() };
}

/**
 * What to write into the functions' entity together with `next`. A toggle that waits is never overwritten silently: it stays until the
 * record follows, or until the operation that was to follow was undone, which then stands in `last_status` and `last_reason`.
 */
export function entityFor(
  next: WitnessRecord,
  current: WitnessRecord | undefined,
  found: FoundEntity | undefined,
  endpoints: FailoverEndpoints,
): Partial<FailoverState> {
  const to = targets[next.activeSite];
  const declared = { primary_endpoint: endpoints.primary, secondary_endpoint: endpoints.secondary };
  const trouble = troubleOf(next);
  if (found === undefined) {
    const moved = current !== undefined && current.activeSite !== next.activeSite;
    return {
      ...declared,
      active_target: to,
      last_status: trouble === undefined ? "OK" : "ERROR",
      last_reason: trouble ?? "",
      last_check_utc: "",
      failover_count: moved ? 1 : 0,
      lock_until_utc: lockFor(next, undefined),
    };
  }
  // Those that an older version of the functions may have left out.
  const kept = {
    ...declared,
    failover_count: found.failover_count,
    last_check_utc: found.last_check_utc ?? "",
  };
  const from = current === undefined ? found.active_target : targets[current.activeSite];
  const waiting = from !== found.active_target;
  const lock = { lock_until_utc: lockFor(next, found) };
  if (from !== to) {
    const what = `${next.lastOperation?.plan ?? "failover"} ${next.promotion?.operationId ?? ""}`.trim();
    const last_reason = `${what} moved ${next.application} from ${from} to ${to}`;
    // A toggle that was followed has counted itself.
    const failover_count = found.failover_count + (waiting ? 0 : 1);
    return { ...kept, ...lock, active_target: to, failover_count, last_status: "FAILOVER_DONE", last_reason };
  }
  if (waiting) {
    if (!undone(next)) return kept;
    const last_reason = `${trouble}: ${to} stays active, not ${found.active_target}`;
    const failover_count = found.failover_count + 1;
    return { ...kept, ...lock, active_target: to, failover_count, last_status: "ERROR", last_reason };
  }
  if (trouble !== undefined) return { ...kept, ...lock, active_target: to, last_status: "ERROR", last_reason: trouble };
  return {
    ...kept,
    ...lock,
    active_target: to,
    ...(found.last_status === undefined ? { last_status: "OK" as const, last_reason: found.last_reason } : {}),
  };
}

/** A lock only ever grows: the functions may have set a later one. Written with an offset: Python before 3.11 reads no `Z`. */
function lockFor(next: WitnessRecord, found: FoundEntity | undefined): string {
  const theirs = found === undefined || found.lock_until_utc === "" ? undefined : instant(found.lock_until_utc);
  const ours = next.cooldownUntil === undefined ? undefined : Date.parse(next.cooldownUntil);
  if (ours === undefined || (theirs !== undefined && theirs >= ours)) return found?.lock_until_utc ?? "";
  return new Date(ours).toISOString().replace("Z", "+00:00");
}

function troubleOf({ lastOperation }: WitnessRecord): string | undefined {
  if (lastOperation === undefined) return undefined;
  const { plan, id, state } = lastOperation;
  if (state === "needs-operator") return `${plan} ${id} needs an operator`;
  return state === "failed" || state === "aborted" ? `${plan} ${id} ${state} and was undone` : undefined;
}

function undone({ lastOperation }: WitnessRecord): boolean {
  if (lastOperation?.plan !== "failover" && lastOperation?.plan !== "failback") return false;
  return lastOperation.state === "failed" || lastOperation.state === "aborted";
}

/** The field's name says UTC, so a time without an offset is that. */
function instant(text: string): number {
  return Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`);
}
