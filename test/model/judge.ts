import { replay } from "../../automation/domain/journal-state.ts";
import { isEnded, type OperationRecord } from "../../automation/domain/operation.ts";
import { isAuxiliary, isLighting, otherSite } from "../../automation/domain/protection.ts";
import { buildReport } from "../../automation/workflow/stages/operation-report.ts";
import type { Site } from "../../stacks/outputs.ts";
import { rpoSeconds, type World } from "./world.ts";

const sites = ["primary", "standby"] as const;

/** The operation that holds the application. */
export function running(world: World): OperationRecord | undefined {
  const entries = world.journal.get(world.lock?.operationId ?? "");
  return entries === undefined ? undefined : replay(entries);
}

/** After every effect on the sites. */
export function judgeEffect(world: World, held: boolean, effect: string): void {
  if (!held) world.blame(6, `${effect} by a driver that does not hold the application`);
  if (world.writable("primary") && world.writable("standby") && !world.state.truth.excused)
    world.blame(1, `both sites are writable after ${effect}`);
  for (const site of sites)
    if (world.state.traffic[site] && world.at(site).following)
      world.blame(2, `traffic goes to ${site}, which follows, after ${effect}`);
}

/** For so long an operation may act on what the witness last said, in milliseconds. */
const freshMs = 5000;

/** An auxiliary operation never decides who writes and who is served, and ends with its lock. */
export function judgeAuxiliary(world: World, effect: string, asked: number): void {
  if (/^(database\.(fence|promote|openWrites|replicate|prepare)|traffic\.)/.test(effect))
    world.blame(6, `${effect} by an auxiliary operation`);
  const taken = world.state.record?.lastOperation?.id !== world.auxiliary?.operationId;
  if (taken && asked > world.movedAt + freshMs) world.blame(6, `${effect} by what was taken over`);
}

/** What an auxiliary operation leaves behind, unless it was taken over. */
function judgeAuxiliaryEnd({ state, at, blame }: Judged, record: OperationRecord): void {
  const { id, plan, state: end, cause, reopen, direction } = record;
  // Whoever came after it has what it left.
  if (state.record?.lastOperation?.id !== id || cause?.code === "stale-epoch" || !isEnded(end)) return;
  const left = (what: string): void => blame(7, `${what} after ${plan}, which ${end}`);
  if (plan === "drill" && (state.drillCopy || at("standby").workloads)) left("a copy or pods are left");
  const began = (stage: string): boolean =>
    record.stages.some(({ name, intent }) => name === stage && intent !== undefined);
  if (plan === "self-heal" && direction.from === "primary" && began("stop-service") && state.halted)
    left("a service is stopped");
  if (plan !== "zonal-recovery") return;
  if (end === "succeeded" && state.zone.held === (reopen === true)) left("the zone's nodes are not as wanted");
  if (end !== "succeeded" && reopen !== true && began("cordon-zone") && state.zone.held !== isHeldBefore(record))
    left("the zone's nodes are not as before");
}

type Judged = { readonly [Name in "state" | "at" | "blame"]: World[Name] };

function isHeldBefore({ stages }: OperationRecord): boolean {
  const held = stages.find(({ name }) => name === "cordon-zone")?.before?.["held"];
  return Array.isArray(held) && held.length > 0;
}

/** Users begin to be sent to `site`. */
export function judgeRoute(world: World, site: Site, by: string): void {
  const record = running(world);
  // It may have gone down a moment ago.
  const serves = world.at(site).open && world.at(site).workloads;
  const undoing = record?.phase === "compensating";
  const verified = record?.stages.some((stage) => stage.name === `verify-${site}` && stage.state === "done");
  if (!undoing && (!serves || verified !== true)) world.blame(2, `${by} sends users to ${site}, which is not verified`);
}

/** Right before `receiver` becomes a source of its own. */
export function judgePromotion(world: World, receiver: Site): void {
  const record = running(world);
  const source = world.at(otherSite(receiver));
  const used = (guard: string): boolean =>
    record?.overrides.some((each) => each.guard === guard && each.usedBy !== undefined) === true;
  if (source.open && !used("fence-unconfirmed")) world.blame(3, `${receiver} is promoted and the other is not fenced`);
  const again = record?.id === world.state.truth.promotedBy;
  world.state.truth.promotedBy = record?.id;
  if (!world.at(receiver).following) {
    if (!again) world.blame(8, `${receiver} is promoted and does not follow`);
    return;
  }
  const lost = source.rows.length > 0;
  if (lost && record?.mode === "planned") world.blame(4, "a planned move loses writes");
  const beat = world.at(receiver).heartbeat?.at;
  const age = beat === undefined ? Number.POSITIVE_INFINITY : (world.clock.now().getTime() - Date.parse(beat)) / 1000;
  const fenced = record?.evidence[`fence-${otherSite(receiver)}`];
  const missing = source.rows.some((row) => !row.copying);
  if (missing && fenced?.["token"] !== undefined && !used("proof-missing"))
    world.blame(4, "promoted without what the proof token proves, and nobody accepted that");
  const accepted = used("rpo-exceeded") || used("proof-missing");
  const past = age > rpoSeconds || source.rows.some((row) => row.copying);
  if (lost && past && !accepted) world.blame(4, "a loss past the bound that nobody accepted");
}

/** An operation was written down as begun. */
export function judgeBegin(world: World, record: OperationRecord): void {
  const { state } = world;
  if (world.blind && !state.witnessUp) world.blame(6, "an operation begins while nobody can know which site is active");
  const automatic = record.trigger.kind === "auto";
  const broke = !automatic && record.overrides.some((each) => each.guard === "paused");
  if (state.paused && !broke) world.blame(11, `${record.plan} begins while the application is paused`);
  if (!automatic) return;
  if (record.trigger.by === "unapproved" && world.approvedOperation !== record.id)
    world.blame(11, "a failover begins that nobody approved");
  if (record.trigger.by === "ill-advised") world.blame(11, "a failover begins against the advice");
  if (state.record?.lastOperation?.state === "needs-operator")
    world.blame(11, "the watch replaces an operation that needs an operator");
  if (state.truth.cooling) world.blame(8, "an automatic failover begins inside the cooldown");
  if (!world.at(otherSite(record.direction.from)).following)
    world.blame(8, "an automatic failover begins before reprotect is verified");
}

/** What the witness now claims must be so. */
export function judgeClaim(world: World): void {
  const { record } = world.state;
  if (record?.protection !== "protected" && record?.protection !== "reprotected") return;
  // The state as it was before an operation that was undone claims nothing new.
  if (record.lastOperation?.state !== "succeeded") return;
  const follower = world.at(otherSite(record.activeSite));
  if (!follower.following || follower.rows.length > 0)
    world.blame(8, `${record.protection} is claimed, and the follower does not follow or has writes of its own`);
  const verified = running(world)?.stages.find((stage) => stage.name === "verify-sync")?.endedAt;
  if (follower.copying && verified !== undefined && Date.parse(verified) > world.copyingSince)
    world.blame(8, `${record.protection} is claimed, and the first copy of a table has not arrived`);
}

/** After an operation came to its end. */
export function judgeEnd(world: World, record: OperationRecord): void {
  const { state } = world;
  if (isAuxiliary(record.plan))
    judgeAuxiliaryEnd(
      { state, at: (name) => world.at(name), blame: (number, text) => world.blame(number, text) },
      record,
    );
  // Those that light nothing declare nothing either: what a forced move left for reprotect is none of theirs.
  if (record.state !== "succeeded" || (isAuxiliary(record.plan) && !isLighting(record.plan))) return;
  const active = state.record?.activeSite ?? "primary";
  for (const site of sites) {
    const reached = record.mode === "planned" && !(record.plan === "reprotect" && record.first);
    if (!reached && site !== record.direction.to) continue;
    if (record.plan === "reprotect" && record.first) continue;
    const { activeSite, drActive } = state.declared[site];
    const here = world.at(site);
    const asDeclared = here.workloads === (activeSite === site && (site === "primary" || drActive));
    const lit = site === "primary" || here.lit === drActive;
    const routed = site === "primary" || state.traffic[site] === (activeSite === site);
    if (activeSite !== active || !asDeclared || !lit || !routed)
      world.blame(7, `after ${record.plan} a preview of ${site} shows changes`);
  }
  if (record.plan === "reprotect" && record.promotion !== undefined) judgeLoss(world, record.promotion.operationId);
}

/** What is reported as lost is what was lost. */
function judgeLoss(world: World, operationId: string): void {
  const entries = world.journal.get(operationId);
  if (entries === undefined) return;
  const later = [...world.journal].filter(([id]) => id.startsWith("reprotect") && id !== operationId);
  const { claimed } = buildReport(
    entries,
    later.map(([, each]) => each),
  );
  const told = new Set([...claimed.lostWrites, ...claimed.splitBrainWrites].map(({ key }) => key["id"] ?? ""));
  const { truth } = world.state;
  const wiped = new Set(truth.wiped.filter((each) => each.operationId === operationId).map((each) => each.key));
  if (told.size !== wiped.size || [...wiped].some((key) => !told.has(key)))
    world.blame(4, `lost: ${[...wiped].join(" ") || "nothing"}; reported: ${[...told].join(" ") || "nothing"}`);
}

/** What a secret in a foreign message would look like on disk. */
export const secret = "hunter2";

export function judgeWords(world: World): void {
  if (world.said.some((text) => text.includes(secret))) world.blame(10, "a secret was written down");
}
