import type { Site } from "../../../stacks/outputs.ts";
import type { Compute } from "../../domain/compute.ts";
import { DriverError, serialiseError, toDriverError } from "../../domain/errors.ts";
import { fenceUnconfirmed, standbyUnready } from "../../domain/guards.ts";
import { untilExpiredMs } from "../../domain/write-lease.ts";
import { listedRests, retry } from "../../lib/retry.ts";
import type { TrafficState } from "../../ports/traffic.ts";
import { type FenceEvidence, fenceEvidenceSchema, toEvidence } from "./evidence.ts";
import type { Stage, StageContext, WithheldLease } from "./stage.ts";

export interface FenceOptions {
  readonly site: Site;
  readonly needs: readonly string[];
  readonly deadlineMs: number;
  /** Open the site again when the operation is undone. Never for a site that is no longer active. */
  readonly reopen: boolean;
}

/**
 * Stops a site from writing: traffic drained, database fenced, workloads to zero where they are ours to stop. In forced mode best effort
 * within `forcedFenceSeconds`; where the database does not confirm, its write lease is waited for, and where it has none guard
 * `fence-unconfirmed` stands. Users stay with the site until it is certain that it stops: it may be well, and cut off from the driver alone.
 */
export function fence(options: FenceOptions): Stage {
  const { site, needs, deadlineMs, reopen } = options;
  return {
    name: `fence-${site}`,
    needs,
    deadlineMs,
    summary: `stop ${site} from taking writes, and prove it`,
    ...(reopen ? { precheck: (context: StageContext) => requireMovable(context, site) } : {}),
    async run(context) {
      const there = reopen ? undefined : await alreadyFollowing(context, site);
      if (there !== undefined) return toEvidence(there);
      const earlier = fenceEvidenceSchema.safeParse(context.found);
      // Someone answered the question: what was found then stands, another try would only cost time.
      if (earlier.success && context.isOverridden("fence-unconfirmed")) return await overridden(context, earlier.data);
      const evidence =
        context.operation.mode === "planned"
          ? await inOrder(context, site)
          : await bestEffortOrExpiry(context, site, reopen);
      return evidence.confirmed ? toEvidence(evidence) : await overridden(context, evidence);
    },
    ...(reopen ? { compensate: (context: StageContext) => reopenSite(context, site) } : {}),
  };
}

/** Planned: minutes may have passed since `confirm` looked. Users must not be stopped for a proof that cannot arrive or would not hold. */
async function requireMovable({ operation, ports, to, signal, passGuard }: StageContext, site: Site): Promise<void> {
  if (operation.mode !== "planned") return;
  await ports.database.requireFenceable?.(site, signal);
  const { streaming } = await ports.database.lag(to, signal);
  if (!streaming) await passGuard(standbyUnready(to, "replication does not run, so the proof would never arrive"));
}

/** A site that follows was fenced when it began to; a second final heartbeat would only get in the way of those that it receives. */
async function alreadyFollowing({ ports, signal }: StageContext, site: Site): Promise<FenceEvidence | undefined> {
  if (await ports.database.isWritable(site, signal)) return undefined;
  const { streaming } = await ports.database.lag(site, signal);
  return streaming
    ? { site, confirmed: true, drained: "skipped", database: "skipped", workloads: "skipped", errors: [], notes: [] }
    : undefined;
}

/** The fence, and where it fails the end of the site's write lease. A site that is no longer active is under none. */
async function bestEffortOrExpiry(context: StageContext, site: Site, active: boolean): Promise<FenceEvidence> {
  const withheld = active ? withhold(context) : Promise.resolve(undefined);
  const overridden = context.isOverridden("fence-unconfirmed");
  const stops = !active || overridden ? Promise.resolve(true) : withheld.then((lease) => lease !== undefined);
  const [evidence, lease] = await Promise.all([bestEffort(context, site, stops), withheld]);
  const waits = !evidence.confirmed && !overridden;
  return waits && lease !== undefined ? await expired(context, evidence, lease) : evidence;
}

/** At once: the wait for its end runs while the fence is tried. A witness that does not answer leaves the question to a person. */
async function withhold(context: StageContext) {
  return await context.lease.withhold().catch((error: unknown) => {
    context.signal.throwIfAborted();
    if (toDriverError(error).code === "stale-epoch") throw error;
    context.log(`the write lease could not be withheld: ${serialiseError(error).message}`);
    return undefined;
  });
}

/** Nobody can be asked, and nobody has to be: the database lets the application in no longer than its lease lasts. */
async function expired(
  { clock, signal, log }: StageContext,
  evidence: FenceEvidence,
  lease: WithheldLease,
): Promise<FenceEvidence> {
  const { site } = evidence;
  for (let left = untilExpiredMs(lease, lease.since, clock.monotonic()); left > 0; ) {
    log(
      `${site} does not answer: its write lease of ${lease.seconds} s has certainly expired in ${Math.ceil(left / 1000)} s`,
    );
    await clock.sleep(left, signal);
    left = untilExpiredMs(lease, lease.since, clock.monotonic());
  }
  const leaseExpiredAt = clock.now().toISOString();
  const note = `${site} did not answer; its write lease of ${lease.seconds} s was withheld and has expired: its database lets the application in no more`;
  return { ...evidence, confirmed: true, leaseExpiredAt, notes: [...evidence.notes, note] };
}

async function overridden(context: StageContext, evidence: FenceEvidence) {
  const guard = fenceUnconfirmed(evidence.site, evidence.errors.join("; ") || "it did not answer");
  const { by } = await context.passGuard(guard, toEvidence(evidence));
  if (evidence.drained !== "skipped") return toEvidence({ ...evidence, overriddenBy: by });
  const [errors, drain] = [[...evidence.errors], drainPart(context, evidence.site)];
  const drained = drainStep(evidence.site, await attempt(context, errors, drain));
  return toEvidence({ ...evidence, drained, errors, overriddenBy: by });
}

/** What a fence did not do, in words; empty where it did all. */
function leftUndone(site: Site, compute: Compute, traffic: TrafficState | undefined): string[] {
  const notes: string[] = [];
  if (compute.kind === "elsewhere")
    notes.push(
      `the workloads at ${site} run outside the driver's reach and were not stopped: only the database's fence holds`,
    );
  if (traffic?.[site] === "enabled")
    notes.push(
      `${site} stays the only enabled origin until users are rerouted: they reach an application that cannot write`,
    );
  return notes;
}

async function inOrder(context: StageContext, site: Site): Promise<FenceEvidence> {
  const { ports, signal } = context;
  const compute = await ports.workloads.compute(site, signal);
  const traffic = await ports.traffic.drain(site, signal);
  const [token] = await Promise.all([
    ports.database.fence(site, signal),
    stoppable(compute) ? ports.workloads.stop(site, signal) : undefined,
  ]);
  const notes = [...(token.notes ?? []), ...leftUndone(site, compute, traffic)];
  for (const note of notes) context.log(note);
  return {
    site,
    confirmed: true,
    token,
    drained: traffic[site] === "disabled" ? "done" : "skipped",
    database: "done",
    workloads: stoppable(compute) ? "done" : "skipped",
    errors: [],
    notes: [...notes],
  };
}

/** A dark standby has nothing to stop; what runs elsewhere is not ours to stop. */
function stoppable(compute: Compute): boolean {
  return compute.kind === "cluster" || compute.kind === "container-group";
}

interface Part<T> {
  readonly what: string;
  readonly work: (signal: AbortSignal) => Promise<T>;
}

/** Within `forcedFenceSeconds`. Undefined: it failed, and why is added to `errors`. */
async function attempt<T>(
  context: StageContext,
  errors: string[],
  part: Part<T>,
): Promise<{ readonly value: T } | undefined> {
  const { what } = part;
  try {
    const { forcedFenceSeconds } = context.settings;
    return { value: await context.within(forcedFenceSeconds, what, (signal) => withRetries(context, part, signal)) };
  } catch (error) {
    context.signal.throwIfAborted();
    errors.push(`${what}: ${serialiseError(error).message}`);
    return undefined;
  }
}

function drainPart({ ports }: StageContext, site: Site): Part<TrafficState> {
  return { what: "draining traffic", work: (signal) => ports.traffic.drain(site, signal) };
}

function drainStep(site: Site, drained: { readonly value: TrafficState } | undefined): FenceEvidence["drained"] {
  if (drained === undefined) return "failed";
  return drained.value[site] === "disabled" ? "done" : "skipped";
}

/** `stops`: whether the site stops for certain even where its database does not answer. Then users need not wait for that. */
async function bestEffort(context: StageContext, site: Site, stops: Promise<boolean>): Promise<FenceEvidence> {
  const { ports } = context;
  const errors: string[] = [];
  const fencing = attempt(context, errors, {
    what: "fencing the database",
    // Nobody can be waited for: what is prepared there and never arrived is lost with the rest.
    work: (signal) => ports.database.fence(site, signal, { endPrepared: true }),
  });
  const certain = anyOf([stops, fencing.then((fence) => fence !== undefined)]);
  const drainOnce = async (is: Promise<boolean>) =>
    (await is) ? await attempt(context, errors, drainPart(context, site)) : "not yet";
  const [drained, fenced, stopped] = await Promise.all([
    drainOnce(certain),
    fencing,
    attempt(context, errors, {
      what: "stopping workloads",
      work: async (signal) => {
        const compute = await ports.workloads.compute(site, signal);
        if (stoppable(compute)) await ports.workloads.stop(site, signal);
        return compute;
      },
    }),
  ]);
  const traffic = drained === "not yet" ? undefined : drained;
  const notes = [...(fenced?.value.notes ?? [])];
  if (stopped !== undefined) notes.push(...leftUndone(site, stopped.value, traffic?.value));
  if (drained === "not yet") notes.push(`users stay with ${site} until its fence is confirmed or overridden`);
  for (const note of notes) context.log(note);
  return {
    site,
    confirmed: fenced !== undefined,
    ...(fenced === undefined ? {} : { token: fenced.value }),
    drained: drained === "not yet" ? "skipped" : drainStep(site, traffic),
    database: fenced === undefined ? "failed" : "done",
    workloads: stopped === undefined ? "failed" : stoppable(stopped.value) ? "done" : "skipped",
    errors,
    notes: [...notes],
  };
}

/** True as soon as one is. */
async function anyOf(answers: readonly Promise<boolean>[]): Promise<boolean> {
  return await Promise.any(
    answers.map(async (answer) => {
      if (!(await answer)) throw new Error("no");
      return true;
    }),
  ).catch(() => false);
}

/** One lost packet must not make a fence unconfirmed, least of all where an override for that was given beforehand. */
function withRetries<T>({ clock, settings }: StageContext, { what, work }: Part<T>, signal: AbortSignal): Promise<T> {
  const rests = listedRests(settings.retrySeconds.map((seconds) => seconds * 1000));
  return retry({ what, signal, rests, clock }, work);
}

async function reopenSite({ ports, to, signal, lease }: StageContext, site: Site) {
  const otherWrites = await ports.database.isWritable(to, signal).catch(() => false);
  if (otherWrites) {
    throw new DriverError("fatal", `${to} takes writes: ${site} must not be opened as well`);
  }
  // First: a site that cannot be reached then opens again by its own agent.
  await lease.restore();
  await ports.database.openWrites(site, signal);
  await ports.workloads.start(site, signal);
  await ports.traffic.route(site, signal);
  return toEvidence({ reopened: site });
}
