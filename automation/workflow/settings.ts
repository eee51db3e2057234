import { z } from "zod";

const seconds = (fallback: number) => z.number().positive().default(fallback);

/** Longest time for one attempt of a stage, in seconds. Time spent waiting for a person does not count. */
export const deadlinesSchema = z.strictObject({
  confirm: seconds(60),
  /** Clusters take minutes on a real cloud. */
  provision: seconds(3600),
  fence: seconds(120),
  objectSync: seconds(1800),
  promote: seconds(300),
  /** Roles and foundation at both databases. */
  prepare: seconds(180),
  /** Schema and the start of the copy. */
  replicate: seconds(1800),
  /** Until the initial copy is done and the lag is small. */
  verifySync: seconds(21600),
  openWrites: seconds(60),
  startWorkloads: seconds(900),
  verifySite: seconds(600),
  reroute: seconds(300),
  /** Must be longer than the TTL of the public name. */
  verifyPublic: seconds(600),
  reconcile: seconds(3600),
  /** Where the slot of the old site is gone, both databases are read in full. */
  salvage: seconds(3600),
  /** A drill's copy of the standby's databases. */
  drillCopy: seconds(3600),
  report: seconds(60),
});

/** How an application is watched and moved. Every value has a default; all times are seconds. */
export const driverSettingsSchema = z.strictObject({
  /** `observe`, `approve` (a person starts a failover) or `auto`. */
  mode: z.enum(["observe", "approve", "auto"]).default("approve"),
  /** Most that may be lost: replication lag past this is guard `rpo-exceeded`. */
  rpoSeconds: seconds(300),
  /** Forced mode: how long the fence of the old site is tried before guard `fence-unconfirmed`. */
  fenceSeconds: seconds(20),
  /** How often a stage that waits for a person tries again by itself. */
  guardRecheckSeconds: seconds(5),
  /** How long promotion waits for the proof token to arrive. */
  tokenSeconds: seconds(120),
  /** Forced mode: how long the last objects may take. */
  finalObjectSyncSeconds: seconds(60),
  /** No automatic failover for so long after a failover or failback ended. */
  cooldownSeconds: z.number().nonnegative().default(1800),
  /** A drill's rehearsal: how long pods may take to become ready, where they can be without a database that they may write. */
  drillReadySeconds: seconds(60),
  /** Zonal recovery: how long the pods of a zone are asked to go where a disruption budget holds them. What stays then is told. */
  evictionSeconds: seconds(120),
  /** The watch restarts the same service, or leaves the same zone, at most once in so long. */
  selfHealCooldownSeconds: z.number().nonnegative().default(1800),
  /** Waits before the 2nd, 3rd, 4th … attempt; up to a quarter is added or taken at random. */
  retrySeconds: z.array(z.number().nonnegative()).default([1, 2, 4]),
  /** How long work that was told to stop may take to do so before it is left behind. */
  settleSeconds: seconds(30),
  deadlines: deadlinesSchema.prefault({}),
  watch: z
    .strictObject({
      intervalSeconds: seconds(30),
      /** Evaluations at level 3 in a row before a failover is decided. */
      evaluations: z.number().int().min(1).default(3),
      /** Mode `auto`: a warm-up is put out after so many evaluations at level 0 in a row. */
      calmEvaluations: z.number().int().min(1).default(3),
      /** Mode `auto`: no second warm-up for so long after one that failed, or was put out. */
      warmUpRestSeconds: z.number().nonnegative().default(600),
      /** One signal may take so long to read. */
      probeSeconds: seconds(5),
      heartbeatSeconds: seconds(1),
      objectSyncSeconds: seconds(60),
      /** How often new tables and columns of the active site are looked for, to be replicated too. */
      schemaSeconds: seconds(10),
    })
    .prefault({}),
});
export type DriverSettings = z.infer<typeof driverSettingsSchema>;
export type DriverSettingsInput = z.input<typeof driverSettingsSchema>;
