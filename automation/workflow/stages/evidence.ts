import { z } from "zod";
import { siteSchema } from "../../../stacks/outputs.ts";
import { type Evidence, evidenceSchema } from "../../domain/operation.ts";

/** Plain JSON of a value, without its undefined properties. */
export function toEvidence(value: object): Evidence {
  return evidenceSchema.parse(JSON.parse(JSON.stringify(value)));
}

const stepSchema = z.enum(["done", "failed", "skipped"]);

/** What a fence stage leaves. */
export const fenceEvidenceSchema = z.object({
  site: siteSchema,
  /** The database said so itself, or its write lease has certainly expired. */
  confirmed: z.boolean(),
  token: z.object({ site: siteSchema, lsn: z.string(), at: z.string() }).optional(),
  drained: stepSchema,
  database: stepSchema,
  workloads: stepSchema,
  /** Why the parts that failed did. */
  errors: z.array(z.string()),
  /** What was left undone on purpose, and why that does no harm. */
  notes: z.array(z.string()).default([]),
  overriddenBy: z.string().optional(),
  /** The database did not answer, and its write lease has certainly expired: it lets nobody in any more. */
  leaseExpiredAt: z.string().optional(),
});
export type FenceEvidence = z.infer<typeof fenceEvidenceSchema>;

export const strandedSchema = z.object({
  table: z.string(),
  key: z.string(),
  operation: z.enum(["insert", "update", "delete", "truncate"]),
  committedAt: z.string(),
  lsn: z.string(),
  row: z.record(z.string(), z.string().nullable()),
});

/** What salvage leaves: the rows themselves, because the copy that follows empties the old site's tables. */
export const salvageEvidenceSchema = z.object({
  /** The operation that lost them. */
  operationId: z.string().optional(),
  promotedAt: z.string().optional(),
  lost: z.array(strandedSchema),
  splitBrain: z.array(strandedSchema),
});
export type SalvageEvidence = z.infer<typeof salvageEvidenceSchema>;

/** Of what a promotion leaves: `proven` where everything up to the proof token had arrived. */
export const promotionEvidenceSchema = z.object({ proven: z.boolean() });

/** What making a site follow leaves; `following: false` only where an operation may go on without. */
export const followEvidenceSchema = z.object({
  from: siteSchema,
  to: siteSchema,
  following: z.boolean(),
  error: z.string().optional(),
});
