import { z } from "zod";

const stageSchema = z.object({
  name: z.string(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  state: z.string(),
  needs: z.array(z.string()),
});

/** What a client saw, found by comparing its acknowledged writes with both databases; never what the driver says. */
const measuredSchema = z.object({
  rtoSeconds: z.number(),
  acknowledgedWrites: z.number().int(),
  /** Acknowledged by either client, and not in the database that survived. */
  lostWrites: z.array(z.string()),
  /** Acknowledged to this client by the old site after the new one had begun to write. */
  splitBrainWrites: z.array(z.string()),
});

const moveSchema = z.object({
  plan: z.string(),
  mode: z.enum(["planned", "forced"]),
  operation: z.string(),
  stages: z.array(stageSchema),
  /** The client that resolves the public name and obeys its TTL. */
  measured: measuredSchema,
  /** The client that keeps the old address for ever. */
  staleClient: z.object({ acknowledgedWrites: z.number().int(), splitBrainWrites: z.array(z.string()) }),
  /** What the driver says of itself. */
  claimed: z.object({
    rtoSeconds: z.number().nullable(),
    lostWrites: z.array(z.string()),
    splitBrainWrites: z.array(z.string()),
    proofToken: z.string().nullable(),
  }),
  /** What the driver found stranded at the old site that no client was ever told had succeeded: sent, without an answer. */
  neverAcknowledged: z.array(z.string()),
  /** Measured and claimed name the same writes, those never acknowledged apart. */
  agree: z.boolean(),
  overrides: z.array(z.object({ guard: z.string(), reason: z.string(), by: z.string(), at: z.string() })),
});

export const demoReportSchema = z.object({
  application: z.string(),
  environment: z.string(),
  generatedAt: z.string(),
  moves: z.array(moveSchema),
  /** What happened to the world, as the demo did it. */
  events: z.array(z.object({ at: z.string(), text: z.string() })),
  /** Acknowledged and failed writes of the obeying client, for each second. */
  traffic: z.array(
    z.object({
      at: z.string(),
      primary: z.number().int(),
      standby: z.number().int(),
      failed: z.number().int(),
    }),
  ),
});

/** The demo's report, saved as `.sandbox/reports/latest.json`. */
export type DemoReport = z.infer<typeof demoReportSchema>;
export type Move = DemoReport["moves"][number];
export type Stage = Move["stages"][number];
