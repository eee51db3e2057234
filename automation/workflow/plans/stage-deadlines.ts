import type { DriverSettings } from "../settings.ts";

/** The deadlines of the stages in milliseconds; the settings have them in seconds. */
export function stageDeadlines({ deadlines }: DriverSettings): DriverSettings["deadlines"] {
  const toMs = (seconds: number): number => seconds * 1000;
  return {
    confirm: toMs(deadlines.confirm),
    provision: toMs(deadlines.provision),
    fence: toMs(deadlines.fence),
    objectSync: toMs(deadlines.objectSync),
    promote: toMs(deadlines.promote),
    replicate: toMs(deadlines.replicate),
    verifySync: toMs(deadlines.verifySync),
    prepare: toMs(deadlines.prepare),
    openWrites: toMs(deadlines.openWrites),
    startWorkloads: toMs(deadlines.startWorkloads),
    verifySite: toMs(deadlines.verifySite),
    reroute: toMs(deadlines.reroute),
    verifyPublic: toMs(deadlines.verifyPublic),
    reconcile: toMs(deadlines.reconcile),
    salvage: toMs(deadlines.salvage),
    drillCopy: toMs(deadlines.drillCopy),
    report: toMs(deadlines.report),
  };
}
