import type { DriverSettings } from "../settings.ts";

/** The deadlines of the stages in milliseconds; the settings have them in seconds. */
export function stageDeadlines({ deadlineSeconds }: DriverSettings): DriverSettings["deadlineSeconds"] {
  const toMs = (seconds: number): number => seconds * 1000;
  return {
    confirm: toMs(deadlineSeconds.confirm),
    provision: toMs(deadlineSeconds.provision),
    fence: toMs(deadlineSeconds.fence),
    objectSync: toMs(deadlineSeconds.objectSync),
    promote: toMs(deadlineSeconds.promote),
    replicate: toMs(deadlineSeconds.replicate),
    verifySync: toMs(deadlineSeconds.verifySync),
    prepare: toMs(deadlineSeconds.prepare),
    openWrites: toMs(deadlineSeconds.openWrites),
    startWorkloads: toMs(deadlineSeconds.startWorkloads),
    verifySite: toMs(deadlineSeconds.verifySite),
    reroute: toMs(deadlineSeconds.reroute),
    verifyPublic: toMs(deadlineSeconds.verifyPublic),
    reconcile: toMs(deadlineSeconds.reconcile),
    salvage: toMs(deadlineSeconds.salvage),
    drillCopy: toMs(deadlineSeconds.drillCopy),
    report: toMs(deadlineSeconds.report),
  };
}
