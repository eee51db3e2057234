import { z } from "zod";
import { overrideSchema } from "./guards.ts";
import {
  errorRecordSchema,
  evidenceSchema,
  operationRecordSchema,
  operationStateSchema,
  questionSchema,
} from "./operation.ts";

const at = z.iso.datetime();
const stage = z.string();
const attempt = z.number().int().positive();

/** What is written. An intent comes before its effect, a result after. `journal-state.ts` adds entries up to a record. */
export const journalEntryBodySchema = z.discriminatedUnion("type", [
  /** Always the first entry. */
  z.object({ type: z.literal("operation-started"), at, operation: operationRecordSchema }),
  /** Another process, or the same again, goes on after an interruption. */
  z.object({ type: z.literal("operation-resumed"), at, by: z.string() }),
  /** Right before the witness is taken at an epoch: whoever has lost the application cannot write this, and stops. */
  z.object({ type: z.literal("holding"), at, epoch: z.number().int().nonnegative() }),
  /** The process received SIGTERM: resumable. */
  z.object({ type: z.literal("operation-interrupted"), at, reason: z.string() }),
  z.object({
    type: z.literal("operation-state"),
    at,
    state: operationStateSchema,
    error: errorRecordSchema.optional(),
  }),
  /** From here on backwards: what was begun is undone in reverse order. */
  z.object({ type: z.literal("compensating"), at, cause: errorRecordSchema, aborted: z.boolean() }),
  z.object({ type: z.literal("stage-started"), at, stage, attempt }),
  z.object({ type: z.literal("stage-intent"), at, stage, attempt, before: evidenceSchema }),
  z.object({ type: z.literal("point-of-no-return"), at, stage }),
  /** `already`: the effect was found in place, nothing was done. */
  z.object({ type: z.literal("stage-result"), at, stage, attempt, evidence: evidenceSchema, already: z.boolean() }),
  z.object({ type: z.literal("stage-failed"), at, stage, attempt, error: errorRecordSchema, retrying: z.boolean() }),
  z.object({ type: z.literal("question"), at, question: questionSchema }),
  z.object({ type: z.literal("question-closed"), at, stage, guard: z.string(), how: z.enum(["override", "cleared"]) }),
  z.object({ type: z.literal("override-granted"), at, override: overrideSchema, answerId: z.string() }),
  z.object({ type: z.literal("override-used"), at, stage, guard: z.string() }),
  z.object({ type: z.literal("compensation-intent"), at, stage, attempt }),
  z.object({ type: z.literal("compensation-result"), at, stage, evidence: evidenceSchema }),
  z.object({
    type: z.literal("compensation-failed"),
    at,
    stage,
    attempt,
    error: errorRecordSchema,
    retrying: z.boolean(),
  }),
]);
export type JournalEntryBody = z.infer<typeof journalEntryBodySchema>;

/** What is read back: the body with its place in the operation's journal (1, 2, 3 …, no gaps). */
export const journalEntrySchema = z.object({
  operationId: z.string(),
  sequence: z.number().int().positive(),
  body: journalEntryBodySchema,
});
export type JournalEntry = z.infer<typeof journalEntrySchema>;
