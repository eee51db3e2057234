import { z } from "zod";

/** A fault to set or to end, as the control API takes it. */
export const faultCommandSchema = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("region"), cloud: z.enum(["aws", "azure"]), state: z.enum(["down", "up"]) }),
  z.strictObject({
    kind: z.literal("link"),
    from: z.enum(["aws", "azure", "outside"]),
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
  z.strictObject({ kind: z.literal("process"), name: z.string().min(1), action: z.enum(["kill", "freeze", "thaw"]) }),
]);
export type FaultCommand = z.infer<typeof faultCommandSchema>;
