import { z } from "zod";

/** Plain JSON that a stage leaves for later stages, the journal and the report. Never a secret. */
export const evidenceSchema = z.record(z.string(), z.json());
export type Evidence = z.infer<typeof evidenceSchema>;
