import type { RegisterCommand } from "./command.ts";

/** Every verb in the order of the help, each loaded only when it is needed. */
export const commands: Readonly<Record<string, () => Promise<RegisterCommand>>> = {
  up: async () => (await import("./up.ts")).registerUp,
  status: async () => (await import("./status.ts")).registerStatus,
  preflight: async () => (await import("./preflight.ts")).registerPreflight,
  db: async () => (await import("./db.ts")).registerDb,
  plan: async () => (await import("./plan.ts")).registerPlan,
  watch: async () => (await import("./watch.ts")).registerWatch,
  failover: async () => (await import("./failover.ts")).registerFailover,
  reprotect: async () => (await import("./reprotect.ts")).registerReprotect,
  failback: async () => (await import("./failback.ts")).registerFailback,
  "warm-up": async () => (await import("./warm-up.ts")).registerWarmUp,
  drill: async () => (await import("./drill.ts")).registerDrill,
  "self-heal": async () => (await import("./self-heal.ts")).registerSelfHeal,
  "zonal-recovery": async () => (await import("./zonal-recovery.ts")).registerZonalRecovery,
  resume: async () => (await import("./resume.ts")).registerResume,
  approve: async () => (await import("./pause.ts")).registerApprove,
  override: async () => (await import("./answer.ts")).registerOverride,
  abort: async () => (await import("./answer.ts")).registerAbort,
  pause: async () => (await import("./pause.ts")).registerPause,
  unpause: async () => (await import("./pause.ts")).registerUnpause,
  report: async () => (await import("./report.ts")).registerReport,
  history: async () => (await import("./history.ts")).registerHistory,
  witness: async () => (await import("./witness.ts")).registerWitness,
  serve: async () => (await import("./serve.ts")).registerServe,
  cost: async () => (await import("./cost.ts")).registerCost,
};
