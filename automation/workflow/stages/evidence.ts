import { z } from "zod";
import { siteSchema } from "../../../stacks/outputs.ts";
import { namedLossSchema, tableLossesSchema } from "../../domain/losses.ts";
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

const reasonedTable = z.object({ table: z.string(), reason: z.string() });

/** What salvage leaves: counts and the first names. The rows are in `file`, because the copy that follows empties the old site's tables. */
export const salvageEvidenceSchema = z.object({
  /** The operation that lost them. */
  operationId: z.string().optional(),
  promotedAt: z.string().optional(),
  /** Undefined: nothing was lost. */
  file: z.object({ name: z.string(), rows: z.number(), bytes: z.number(), sha256: z.string() }).optional(),
  tables: z.array(tableLossesSchema),
  /** The first losses by name, each once. */
  sample: z.array(namedLossSchema),
  /** Why everything was compared row by row. */
  slotProblem: z.string().optional(),
  compared: z.array(reasonedTable.extend({ rowsElsewhere: z.number() })),
  /** What is stranded in these is not known; a person took that upon themselves. */
  unaccounted: z.array(reasonedTable),
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
