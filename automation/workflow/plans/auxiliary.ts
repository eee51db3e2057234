import { invalidInput } from "../../domain/errors.ts";
import type { ProtectionEvent } from "../../domain/protection.ts";
import type { DriverSettings } from "../settings.ts";
import { confirmDrill, confirmWarmUp } from "../stages/confirm-auxiliary.ts";
import { confirmZone, cordonZone, moveDatabase, movePods, reopenZone } from "../stages/evacuate-zone.ts";
import { provision } from "../stages/provision.ts";
import { endRehearsal, rehearseDatabase, rehearseWorkloads } from "../stages/rehearse.ts";
import { report } from "../stages/report.ts";
import { confirmSelfHeal, startService, stopService, verifyService } from "../stages/restart-service.ts";
import { standDown } from "../stages/stand-down.ts";
import { verifySite } from "../stages/verify-site.ts";
import type { Plan, PlanInput } from "./plan.ts";
import { stageDeadlines } from "./stage-deadlines.ts";

/** Speculative: lights the standby and moves nothing. A failover that begins takes over what is lit by then. */
export function warmUp({ direction: { to } }: PlanInput, settings: DriverSettings): Plan {
  const ms = stageDeadlines(settings);
  return {
    stages: [
      confirmWarmUp(ms.confirm),
      provision(to, ["confirm"], ms.provision),
      report([`provision-${to}`], ms.report),
    ],
    finish: () => "finish",
  };
}

/** The end of a warm-up that no failover came to use. */
export function standDownPlan(_: PlanInput, settings: DriverSettings): Plan {
  const ms = stageDeadlines(settings);
  return {
    stages: [standDown([], ms.provision), report(["stand-down"], ms.report)],
    finish: () => "finish",
  };
}

/** Rehearses at the standby what a failover does: compute is lit and pods are made, and a copy of the replica is promoted and written. Puts everything back. */
export function drill({ direction: { to } }: PlanInput, settings: DriverSettings): Plan {
  const ms = stageDeadlines(settings);
  const lit = `provision-${to}`;
  return {
    stages: [
      confirmDrill(ms.confirm),
      provision(to, ["confirm"], ms.provision),
      // In parallel with lighting the standby: neither needs the other.
      rehearseDatabase(to, ["confirm"], ms.drillCopy),
      rehearseWorkloads(to, [lit], settings.drillReadySeconds, ms.startWorkloads),
      endRehearsal(to, ["rehearse-workloads", "rehearse-database"], ms.verifySite),
      standDown(["end-rehearsal"], ms.provision, lit),
      report(["stand-down"], ms.report),
    ],
    finish: () => "finish",
  };
}

/** Restarts one service at the active site; the others keep running. */
export function selfHeal({ direction: { from }, service }: PlanInput, settings: DriverSettings): Plan {
  const ms = stageDeadlines(settings);
  if (service === undefined) throw invalidInput("service", "", "the service whose pods are to be restarted");
  return {
    stages: [
      confirmSelfHeal(from, service, ms.confirm),
      stopService(from, service, ["confirm"], ms.fence),
      startService(from, service, ["stop-service"], ms.startWorkloads),
      verifyService(from, service, ["start-service"], ms.verifySite),
      report(["verify-service"], ms.report),
    ],
    finish: () => "finish",
  };
}

/** Inside the primary's cloud: out of a zone that is broken; with `reopen`, its nodes take pods again. */
export function zonalRecovery({ zone, reopen, direction: { from } }: PlanInput, settings: DriverSettings): Plan {
  const ms = stageDeadlines(settings);
  if (zone === undefined) throw invalidInput("zone", "", "the zone that is to be left, e.g. eu-west-1a");
  const finish = (): ProtectionEvent => "finish";
  if (reopen === true) {
    return {
      stages: [
        confirmZone(zone, true, ms.confirm),
        reopenZone(zone, ["confirm"], ms.fence),
        report(["reopen-zone"], ms.report),
      ],
      finish,
    };
  }
  return {
    stages: [
      confirmZone(zone, false, ms.confirm),
      cordonZone(zone, ["confirm"], ms.fence),
      movePods(zone, ["cordon-zone"], settings.evictionSeconds, ms.startWorkloads),
      moveDatabase(zone, ["cordon-zone"], ms.startWorkloads),
      verifySite(from, ["move-pods", "move-database"], ms.verifySite),
      report([`verify-${from}`], ms.report),
    ],
    finish,
  };
}
