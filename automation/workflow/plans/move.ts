import type { OperationRecord } from "../../domain/operation.ts";
import type { ProtectionEvent } from "../../domain/protection.ts";
import type { DriverSettings } from "../settings.ts";
import { confirmMove } from "../stages/confirm.ts";
import { followEvidenceSchema } from "../stages/evidence.ts";
import { fence } from "../stages/fence.ts";
import { finalObjectSync } from "../stages/final-object-sync.ts";
import { openWrites } from "../stages/open-writes.ts";
import { promoteDatabase } from "../stages/promote-database.ts";
import { provision } from "../stages/provision.ts";
import { reconcile } from "../stages/reconcile.ts";
import { report } from "../stages/report.ts";
import { reroute } from "../stages/reroute.ts";
import { reverseReplication } from "../stages/reverse-replication.ts";
import { startWorkloads } from "../stages/start-workloads.ts";
import { verifyPublic } from "../stages/verify-public.ts";
import { verifySite } from "../stages/verify-site.ts";
import type { Plan, PlanInput } from "./plan.ts";
import { stageDeadlines } from "./stage-deadlines.ts";

/**
 * Moves the application to the other site: `failover` goes away, `failback` comes home. One graph in two directions. On the way home the
 * old site follows the new one before writes open (ADR 3), and the standby goes dark at the end.
 */
export function move(
  { plan, mode, direction: { from, to } }: Pick<PlanInput, "plan" | "mode" | "direction">,
  settings: DriverSettings,
): Plan {
  const ms = stageDeadlines(settings);
  const isHome = plan === "failback";
  const [lit, fenced] = [`provision-${to}`, `fence-${from}`];
  // Where the old site is healthy, it serves users until the new one's compute is there (ADR 18). In a forced move every second counts.
  const fenceNeeds = mode === "planned" ? lit : "confirm";
  return {
    stages: [
      confirmMove(mode, ms.confirm),
      provision(to, ["confirm"], ms.provision),
      fence({ site: from, needs: [fenceNeeds], reopen: true, deadlineMs: ms.fence }),
      finalObjectSync({ from, to, fence: fenced, deadlineMs: ms.objectSync }),
      promoteDatabase({ to, needs: [fenced], fence: fenced, open: !isHome, deadlineMs: ms.promote }),
      ...(isHome
        ? [
            reverseReplication(to, from, ["promote-database"], ms.replicate),
            openWrites(to, ["reverse-replication"], ms.openWrites),
          ]
        : []),
      startWorkloads(to, [lit, isHome ? "open-writes" : "promote-database"], ms.startWorkloads),
      verifySite(to, ["start-workloads"], ms.verifySite),
      reroute(to, [`verify-${to}`, "final-object-sync"], ms.reroute),
      verifyPublic(to, ["reroute"], ms.verifyPublic),
      reconcile({
        // A forced move may not touch the cloud that failed, not even to plan.
        sites: mode === "planned" ? [to, from] : [to],
        activeSite: to,
        drActive: !isHome,
        needs: ["verify-public"],
        deadlineMs: ms.reconcile,
      }),
      report(["reconcile"], ms.report),
    ],
    finish: isHome ? homeEnd : () => "finish",
  };
}

/** Home with the standby following again, or alone: then a reprotect has to come first. */
function homeEnd({ evidence }: OperationRecord): ProtectionEvent {
  return followEvidenceSchema.safeParse(evidence["reverse-replication"]).data?.following === true
    ? "finish"
    : "finish-alone";
}
