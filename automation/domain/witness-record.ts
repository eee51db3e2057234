import { z } from "zod";
import { siteSchema } from "../../stacks/outputs.ts";
import { modeSchema, operationStateSchema, planNameSchema } from "./operation.ts";
import { witnessLeaseSchema } from "./write-lease.ts";

export const protectionSchema = z.enum([
  "unprotected",
  "protecting",
  "protected",
  "warming",
  "warm",
  "standing-down",
  "drilling",
  "failing-over",
  "promoting",
  "failed-over",
  "reprotecting",
  "reprotected",
  "failing-back",
  "promoting-home",
]);
/** Where an application stands; the moves between these are the table in `protection.ts`. */
export type Protection = z.infer<typeof protectionSchema>;

/** One application in the witness. */
export const witnessRecordSchema = z.object({
  application: z.string().min(1),
  /** The site that may write and gets traffic. */
  activeSite: siteSchema,
  /** Fencing number: grows with every write of this record, so whoever knows an older one can write nothing. */
  epoch: z.number().int().positive(),
  protection: protectionSchema,
  lastOperation: z
    .object({ id: z.string(), plan: planNameSchema, mode: modeSchema, state: operationStateSchema })
    .optional(),
  /** The failover or failback that made `activeSite` active, and when it was let write (ISO). */
  promotion: z.object({ operationId: z.string(), at: z.iso.datetime() }).optional(),
  /** The lease under which the active site writes, where there is one (`write-lease.ts`). */
  writeLease: witnessLeaseSchema.optional(),
  /** No automatic failover before this (ISO). */
  cooldownUntil: z.iso.datetime().optional(),
  updatedAt: z.iso.datetime(),
});
export type WitnessRecord = z.infer<typeof witnessRecordSchema>;
