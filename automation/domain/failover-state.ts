import { z } from "zod";

const target = z.enum(["primary", "secondary"]);
/** Empty where it never was. */
const moment = z.union([z.literal(""), z.iso.datetime({ offset: true })]);

/** The state of Devoteam-MCloud's functions: the eight fields of the entity `failover`/`state`, with their types. */
export const failoverStateSchema = z.object({
  active_target: target,
  primary_endpoint: z.url(),
  secondary_endpoint: z.url(),
  last_status: z.enum(["OK", "FAILOVER_DONE", "ERROR"]),
  last_reason: z.string(),
  last_check_utc: moment,
  failover_count: z.int().nonnegative(),
  /** No toggle before this. */
  lock_until_utc: moment,
});
export type FailoverState = z.infer<typeof failoverStateSchema>;
export type Target = z.infer<typeof target>;

export const stateKey = { partition: "failover", row: "state" } as const;

export function otherTarget(active: Target): Target {
  return active === "primary" ? "secondary" : "primary";
}

/** Where the application answers at a target. */
export function endpointOf(state: FailoverState, active: Target): string {
  return active === "primary" ? state.primary_endpoint : state.secondary_endpoint;
}
