import { z } from "zod";

const seconds = (fallback: number, meaning: string) => z.number().positive().default(fallback).describe(meaning);

/** Zero is allowed: no rest at all. */
const rest = (fallback: number, meaning: string) =>
  z.number().nonnegative(`0 seconds or more, e.g. ${fallback}`).default(fallback).describe(meaning);

const count = (fallback: number, meaning: string) =>
  z
    .number()
    .int(`a whole number, e.g. ${fallback}`)
    .min(1, `1 or more, e.g. ${fallback}`)
    .default(fallback)
    .describe(meaning);

/** Longest time for one attempt of a stage. Time spent waiting for a person does not count. */
const deadlineSecondsSchema = z.strictObject({
  confirm: seconds(60, "check that the operation may go on"),
  provision: seconds(3600, "light the other site's compute; clusters take minutes on a real cloud"),
  fence: seconds(120, "stop writes at the old site"),
  objectSync: seconds(1800, "copy objects"),
  promote: seconds(300, "promote the database"),
  prepare: seconds(
    420,
    "roles and foundation at both databases, with a restart of the follower where parameters wait for one",
  ),
  replicate: seconds(1800, "copy the schema and start the copy of the rows"),
  verifySync: seconds(21600, "wait until the first copy is complete and the lag is small"),
  openWrites: seconds(60, "open the new site's database for writes"),
  startWorkloads: seconds(900, "start the services"),
  verifySite: seconds(600, "wait until the services are healthy"),
  reroute: seconds(300, "send users to the new site"),
  verifyPublic: seconds(600, "see the public name at the new site; must be longer than the name's TTL"),
  reconcile: seconds(3600, "bring the stacks to what is there"),
  salvage: seconds(3600, "save what never arrived; where the old site's slot is gone, both databases are read in full"),
  drillCopy: seconds(3600, "copy the standby's databases for a drill"),
  report: seconds(60, "sum up and notify"),
});

/**
 * How an application is watched and moved: every name, unit, default and meaning, in one place. Times are in seconds. The process
 * environment may set each of them (`automation/composition/environment-variables.ts`); docs/settings.md is made from it.
 */
export const driverSettingsSchema = z.strictObject({
  mode: z
    .enum(["observe", "approve", "auto"])
    .default("approve")
    .describe(
      "`observe` only looks, `approve` asks a person to start a failover or resume what was left, `auto` does it",
    ),
  rpoSeconds: seconds(300, "the most that may be lost: with more replication lag a failover needs an override"),
  forcedFenceSeconds: seconds(20, "forced mode: how long the fence of the old site is tried before the driver asks"),
  guardRecheckSeconds: seconds(5, "how often a stage that waits for a person tries again by itself"),
  tokenSeconds: seconds(120, "how long promotion waits for the proof token to arrive"),
  finalObjectSyncSeconds: seconds(60, "forced mode: how long the last objects may take"),
  cooldownSeconds: rest(1800, "no automatic failover for this long after a failover or failback ended"),
  drillReadySeconds: seconds(60, "how long a drill waits for the pods that it started to become ready"),
  evictionSeconds: seconds(120, "zonal recovery: how long pods are asked to leave that a disruption budget holds"),
  selfHealCooldownSeconds: rest(1800, "the watch restarts a service, or leaves a zone, at most once in this time"),
  retrySeconds: z
    .array(z.number().nonnegative())
    .default([1, 2, 4])
    .describe("waits before the 2nd, 3rd, 4th … attempt of a stage; up to a quarter is added or taken at random"),
  settleSeconds: seconds(30, "how long cancelled work may take to stop before it is left behind"),
  deadlineSeconds: deadlineSecondsSchema.prefault({}),
  watch: z
    .strictObject({
      intervalSeconds: seconds(30, "time between two evaluations"),
      failureThreshold: count(
        3,
        "evaluations at level 3 in a row before a failover is decided, or a service restarted",
      ),
      successThreshold: count(3, "evaluations at level 0 in a row before a warm-up is scaled down"),
      warmUpRestSeconds: rest(600, "no second automatic warm-up for this long after one failed or was scaled down"),
      probeSeconds: seconds(5, "longest time for reading one signal"),
      heartbeatSeconds: seconds(1, "time between two heartbeats in the database"),
      objectSyncSeconds: seconds(30, "time between two copies of objects to the other site"),
      schemaSeconds: seconds(10, "how often the active site is searched for new tables and columns"),
    })
    .prefault({}),
});
export type DriverSettings = z.infer<typeof driverSettingsSchema>;
export type DriverSettingsInput = z.input<typeof driverSettingsSchema>;
