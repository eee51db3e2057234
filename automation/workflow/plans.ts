import { DriverError, invalidInput } from "../domain/errors.ts";
import type { OperationRecord, PlanName } from "../domain/operation.ts";
import type { ProtectionEvent } from "../domain/protection.ts";
import { followEvidenceSchema } from "./evidence.ts";
import type { DriverSettings } from "./settings.ts";
import type { Stage } from "./stage.ts";
import { confirmMove, confirmReprotect } from "./stages/confirm.ts";
import { confirmDrill, confirmWarmUp } from "./stages/confirm-aside.ts";
import { douse } from "./stages/douse.ts";
import { fence } from "./stages/fence.ts";
import { finalObjectSync } from "./stages/final-object-sync.ts";
import { mergeObjects } from "./stages/merge-objects.ts";
import { openWrites } from "./stages/open-writes.ts";
import { prepareDatabases } from "./stages/prepare-databases.ts";
import { promoteDatabase } from "./stages/promote-database.ts";
import { provision } from "./stages/provision.ts";
import { reconcile } from "./stages/reconcile.ts";
import { endRehearsal, rehearseWorkloads } from "./stages/rehearse.ts";
import { replicateDatabase } from "./stages/replicate-database.ts";
import { report } from "./stages/report.ts";
import { reroute } from "./stages/reroute.ts";
import { confirmSelfHeal, startService, stopService, verifyService } from "./stages/restart-service.ts";
import { reverseReplication } from "./stages/reverse-replication.ts";
import { salvage } from "./stages/salvage.ts";
import { startWorkloads } from "./stages/start-workloads.ts";
import { verifyPublic } from "./stages/verify-public.ts";
import { verifySite } from "./stages/verify-site.ts";
import { verifySync } from "./stages/verify-sync.ts";

/** A graph of stages; listed in an order in which every stage comes after its needs. */
export interface Plan {
  readonly stages: readonly Stage[];
  /** Which good end it came to. */
  finish(operation: OperationRecord): ProtectionEvent;
}

/** What decides on a graph. All of it is in the operation's record, so a resumed operation gets the same graph. */
export type PlanInput = Pick<
  OperationRecord,
  "plan" | "mode" | "direction" | "first" | "promotion" | "lit" | "service"
>;

const builders: Readonly<Partial<Record<PlanName, (input: PlanInput, settings: DriverSettings) => Plan>>> = {
  failover,
  failback,
  reprotect,
  "warm-up": warmUp,
  douse: putOut,
  drill,
  "self-heal": selfHeal,
};

/** `refused` for plans that are not built yet. */
export function buildPlan(input: PlanInput, settings: DriverSettings): Plan {
  const build = builders[input.plan];
  if (build === undefined) {
    const why =
      input.plan === "zonal-recovery"
        ? ": the driver sees no zones and can neither cordon a node nor scale a node group; Kubernetes and EKS replace what a zone lost"
        : "";
    throw new DriverError("refused", `plan ${input.plan} is not available${why}`, {
      field: "plan",
      value: input.plan,
      expected: Object.keys(builders).join(", "),
    });
  }
  const plan = build(input, settings);
  requireGraph(plan.stages);
  return plan;
}

/**
 * Planned: the old site serves until the new one's compute is there, which takes minutes, or is refused. Forced: it does not serve anyway.
 */
function beforeFence(mode: PlanInput["mode"], lit: string): string {
  return mode === "planned" ? lit : "confirm";
}

function failover({ mode, direction: { from, to } }: PlanInput, settings: DriverSettings): Plan {
  const ms = milliseconds(settings);
  const [lit, fenced] = [`provision-${to}`, `fence-${from}`];
  return {
    stages: [
      confirmMove(mode, ms.confirm),
      provision(to, ["confirm"], ms.provision),
      fence({ site: from, needs: [beforeFence(mode, lit)], reopen: true, deadlineMs: ms.fence }),
      finalObjectSync({ from, to, fence: fenced, deadlineMs: ms.objectSync }),
      promoteDatabase({ to, needs: [fenced], fence: fenced, open: true, deadlineMs: ms.promote }),
      startWorkloads(to, [lit, "promote-database"], ms.startWorkloads),
      verifySite(to, ["start-workloads"], ms.verifySite),
      reroute(to, [`verify-${to}`, "final-object-sync"], ms.reroute),
      verifyPublic(to, ["reroute"], ms.verifyPublic),
      reconcile({
        // A forced failover may not touch the cloud that failed, not even to plan.
        sites: mode === "planned" ? [to, from] : [to],
        activeSite: to,
        drActive: true,
        needs: ["verify-public"],
        deadlineMs: ms.reconcile,
      }),
      report(["reconcile"], ms.report),
    ],
    finish: () => "finish",
  };
}

function failback({ mode, direction: { from, to } }: PlanInput, settings: DriverSettings): Plan {
  const ms = milliseconds(settings);
  const [lit, fenced] = [`provision-${to}`, `fence-${from}`];
  return {
    stages: [
      confirmMove(mode, ms.confirm),
      provision(to, ["confirm"], ms.provision),
      fence({ site: from, needs: [beforeFence(mode, lit)], reopen: true, deadlineMs: ms.fence }),
      finalObjectSync({ from, to, fence: fenced, deadlineMs: ms.objectSync }),
      promoteDatabase({ to, needs: [fenced], fence: fenced, open: false, deadlineMs: ms.promote }),
      reverseReplication(to, from, ["promote-database"], ms.replicate),
      openWrites(to, ["reverse-replication"], ms.openWrites),
      startWorkloads(to, [lit, "open-writes"], ms.startWorkloads),
      verifySite(to, ["start-workloads"], ms.verifySite),
      reroute(to, [`verify-${to}`, "final-object-sync"], ms.reroute),
      verifyPublic(to, ["reroute"], ms.verifyPublic),
      reconcile({
        sites: mode === "planned" ? [to, from] : [to],
        activeSite: to,
        drActive: false,
        needs: ["verify-public"],
        deadlineMs: ms.reconcile,
      }),
      report(["reconcile"], ms.report),
    ],
    finish: (operation) =>
      followEvidenceSchema.safeParse(operation.evidence["reverse-replication"]).data?.following === true
        ? "finish"
        : "finish-alone",
  };
}

function reprotect(input: PlanInput, settings: DriverSettings): Plan {
  const ms = milliseconds(settings);
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

/** Speculative: lights the standby and moves nothing. A failover that begins takes over what is lit by then. */
function warmUp({ direction: { to } }: PlanInput, settings: DriverSettings): Plan {
  const ms = milliseconds(settings);
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
function putOut(_: PlanInput, settings: DriverSettings): Plan {
  const ms = milliseconds(settings);
  return {
    stages: [douse([], ms.provision), report(["douse-standby"], ms.report)],
    finish: () => "finish",
  };
}

/** Rehearses what a failover needs before it promotes, at the standby and beside its replica, and puts everything back. */
function drill({ direction: { to } }: PlanInput, settings: DriverSettings): Plan {
  const ms = milliseconds(settings);
  const lit = `provision-${to}`;
  return {
    stages: [
      confirmDrill(ms.confirm),
      provision(to, ["confirm"], ms.provision),
      rehearseWorkloads(to, [lit], settings.drillReadySeconds, ms.startWorkloads),
      endRehearsal(to, ["rehearse-workloads"], ms.verifySite),
      douse(["end-rehearsal"], ms.provision, lit),
      report(["douse-standby"], ms.report),
    ],
    finish: () => "finish",
  };
}

/** Restarts one service where it serves; every other one goes on. */
function selfHeal({ direction: { from }, service }: PlanInput, settings: DriverSettings): Plan {
  const ms = milliseconds(settings);
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

function milliseconds({ deadlines }: DriverSettings): DriverSettings["deadlines"] {
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
    report: toMs(deadlines.report),
  };
}

/** Every need is a stage that comes before, so the graph has no cycle. `fatal` otherwise. */
export function requireGraph(stages: readonly Stage[]): void {
  const seen = new Set<string>();
  for (const stage of stages) {
    const missing = stage.needs.find((need) => !seen.has(need));
    if (missing !== undefined)
      throw new DriverError("fatal", `stage ${stage.name} needs ${missing}, which does not come before it`);
    if (seen.has(stage.name)) throw new DriverError("fatal", `two stages are called ${stage.name}`);
    seen.add(stage.name);
  }
}
