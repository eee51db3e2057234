import { z } from "zod";

/** A fault to set or to end, as the control API takes it. */
export const faultCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("region"), cloud: z.enum(["aws", "azure"]), state: z.enum(["down", "up"]) }),
  z.strictObject({
    kind: z.literal("link"),
    /** `driver`: processes started with PILOTLIGHT_SANDBOX_SITE=driver, and their children; `outside`: all others. */
    from: z.enum(["aws", "azure", "driver", "outside"]),
    to: z.enum(["aws", "azure"]),
    fault: z.enum(["cut", "slow", "heal"]),
    /** One way, milliseconds; only with `slow`. */
    delayMs: z.number().positive().max(600_000).optional(),
  }),
  z.strictObject({
    kind: z.literal("capacity"),
    cloud: z.literal("azure"),
    /** As Azure names it, or `all`. */
    vmSize: z
      .string()
      .regex(/^(all|(Standard|Basic)_[A-Za-z0-9_-]+)$/, "must be a VM size such as Standard_D2s_v5, or all"),
    action: z.enum(["refuse", "heal"]),
  }),
  z.strictObject({
    kind: z.literal("api"),
    cloud: z.enum(["aws", "azure"]),
    /** Signing name (`rds`) or resource provider, with or without a type (`Microsoft.Network/trafficManagerProfiles`); or `all`. */
    service: z
      .string()
      .regex(/^[A-Za-z0-9-]+([./][A-Za-z0-9-]+)*$/, "must be a service such as rds or Microsoft.Network, or all"),
    action: z.enum(["throttle", "fail", "heal"]),
    /** Of the calls that it hits, above 0 to 1; default all. Not with `heal`. */
    share: z.number().positive().max(1).optional(),
  }),
  z.strictObject({ kind: z.literal("process"), name: z.string().min(1), action: z.enum(["kill", "freeze", "thaw"]) }),
]);
export type FaultCommand = z.infer<typeof faultCommandSchema>;
