import type { ProtectionEvent } from "../../domain/protection.ts";
import type { DriverSettings } from "../settings.ts";
import { confirmReprotect } from "../stages/confirm.ts";
import { fence } from "../stages/fence.ts";
import { mergeObjects } from "../stages/merge-objects.ts";
import { prepareDatabases } from "../stages/prepare-databases.ts";
import { reconcile } from "../stages/reconcile.ts";
import { replicateDatabase } from "../stages/replicate-database.ts";
import { report } from "../stages/report.ts";
import { salvage } from "../stages/salvage.ts";
import { verifySite } from "../stages/verify-site.ts";
import { verifySync } from "../stages/verify-sync.ts";
import type { Plan, PlanInput } from "./plan.ts";
import { stageDeadlines } from "./stage-deadlines.ts";

/** Makes the other site follow the active one; after a forced move it saves first what never arrived. */
export function reprotect(input: PlanInput, settings: DriverSettings): Plan {
  const ms = stageDeadlines(settings);
  const { from: active, to: follower } = input.direction;
  const finish = (): ProtectionEvent => "finish";
  if (input.first) {
    return {
      stages: [
        confirmReprotect(ms.confirm),
        prepareDatabases(active, follower, ["confirm"], ms.prepare),
        // A service is healthy only once its tables are there: what is copied next is then all that it has.
        verifySite(active, ["prepare-databases"], ms.verifySite),
        mergeObjects(active, follower, true, [`verify-${active}`], ms.objectSync),
        replicateDatabase(active, follower, [`verify-${active}`], ms.replicate),
        verifySync(active, follower, ["replicate-database"], ms.verifySync),
        report(["verify-sync", "merge-objects"], ms.report),
      ],
      finish,
    };
  }
  const fenced = `fence-${follower}`;
  return {
    stages: [
      confirmReprotect(ms.confirm),
      fence({ site: follower, needs: ["confirm"], reopen: false, deadlineMs: ms.fence }),
      salvage({ oldSource: follower, needs: [fenced], promotion: input.promotion, deadlineMs: ms.salvage }),
      mergeObjects(active, follower, false, ["salvage"], ms.objectSync),
      replicateDatabase(active, follower, ["salvage"], ms.replicate),
      verifySync(active, follower, ["replicate-database"], ms.verifySync),
      reconcile({
        sites: ["standby", "primary"],
        activeSite: active,
        drActive: active === "standby",
        needs: ["verify-sync", "merge-objects"],
        deadlineMs: ms.reconcile,
      }),
      report(["reconcile"], ms.report),
    ],
    finish,
  };
}
