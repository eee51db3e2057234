import { replay } from "../../automation/domain/journal-state.ts";
import { isEnded, type OperationRecord } from "../../automation/domain/operation.ts";
import { hasAuxiliary, inFlight, otherSite } from "../../automation/domain/protection.ts";
import { Driver } from "../../automation/workflow/driver.ts";
import type { DriverEvent } from "../../automation/workflow/execution/events.ts";
import type { DriverSettingsInput } from "../../automation/workflow/settings.ts";
import type { Action, Event, Reply, Start } from "./actions.ts";
import { faultsOf } from "./faults.ts";
import { judgeEnd, judgeWords } from "./judge.ts";
import { applyOldFile, modelPorts } from "./ports.ts";
import { type Disturbance, ModelProcess } from "./process.ts";
import { rpoSeconds, World } from "./world.ts";

/** Short, because time costs steps; in the proportions of the real ones. */
const settings: DriverSettingsInput = {
  rpoSeconds,
  retrySeconds: [1, 2],
  guardRecheckSeconds: 40,
  tokenSeconds: 20,
  settleSeconds: 10,
  deadlineSeconds: {
    confirm: 30,
    provision: 900,
    fence: 900,
    objectSync: 900,
    promote: 900,
    prepare: 900,
    replicate: 900,
    verifySync: 20,
    openWrites: 900,
    startWorkloads: 900,
    verifySite: 15,
    reroute: 900,
    verifyPublic: 15,
    reconcile: 900,
    salvage: 900,
    report: 30,
  },
};

/** Seconds after which an operator kills a driver that waits and waits. */
const patience = 4000;
/** Seconds in which a failover away from a site that is gone must be over. */
const bound = 400;

export interface Outcome {
  readonly next: string;
  readonly violations: readonly string[];
  /** How the operation ended; undefined: none was begun, or it is still open. */
  readonly ended: OperationRecord["state"] | undefined;
  /** It was written down as begun. */
  readonly begun: boolean;
  /** It asked nobody. */
  readonly quiet: boolean;
}

/** One action, from a state to the next: for real, with the real driver. The same again gives the same. */
export async function step(text: string, action: Action): Promise<Outcome> {
  const world = new World(text);
  if ("event" in action) {
    happen(world, action.event);
    return { next: world.freeze(), violations: [...world.violations], ended: undefined, begun: false, quiet: true };
  }
  if ("settle" in action) return await settle(world);
  const { start, reply, trouble } = action;
  if (trouble?.kind === "fault") world.faults.set(trouble.call, faultsOf(trouble.code, trouble.times, trouble.late));
  const disturbance =
    trouble === undefined || trouble.kind === "fault" ? undefined : disturb(world, trouble.kind, trouble.at, reply);
  const gone = lostSource(world) && reply === "override" && trouble === undefined;
  const began = world.clock.now().getTime();
  const known = world.journal.size;
  const run = await operate(world, start, reply, disturbance);
  const seconds = (world.clock.now().getTime() - began) / 1000;
  const forced = start === "forced" || start === "failback-forced";
  if (forced && gone && world.journal.size > known && (seconds > bound || run.record?.state !== "succeeded"))
    world.blame(9, `a failover away from a site that is gone took ${seconds} s and is ${run.record?.state}`);
  let record = run.record;
  if (trouble?.kind === "die-resume" && run.process.dead && world.journal.size > known) {
    await world.clock.sleep(10_000);
    record = (await operate(world, "resume", reply)).record;
  }
  // Whatever a dead or replaced driver has under way comes to nothing.
  await world.clock.sleep(100_000);
  judgeWords(world);
  const ended = record !== undefined && isEnded(record.state) ? record.state : undefined;
  return {
    next: world.freeze(),
    violations: [...world.violations],
    ended,
    begun: world.journal.size > known,
    quiet: run.quiet,
  };
}

/** The active site is dark for good, and everything else is well: nothing may hold a forced move up. */
function lostSource({ state }: World): boolean {
  const from = state.record?.activeSite ?? "primary";
  const to = otherSite(from);
  const target = state.sites[to];
  return (
    !state.sites[from].up &&
    target.up &&
    target.reachable &&
    target.following &&
    !target.copying &&
    state.witnessUp &&
    state.lock === undefined &&
    !state.truth.excused
  );
}

interface Run {
  readonly record: OperationRecord | undefined;
  readonly process: ModelProcess;
  readonly quiet: boolean;
}

async function operate(world: World, start: Start, reply: Reply, disturbance?: Disturbance): Promise<Run> {
  const process = new ModelProcess("driver", disturbance);
  let quiet = true;
  const driver: Driver = new Driver({
    environment: "test",
    application: "app",
    ports: modelPorts(world, process),
    settings: { ...settings, mode: start === "unapproved" ? "approve" : "auto" },
    identity: "driver",
    random: () => 0.5,
    onEvent: (event) => {
      world.said.push(JSON.stringify(event));
      if (event.type !== "stage-waiting") return;
      quiet = false;
      answer(world, process, driver, event, reply);
    },
  });
  const running = begin(world, driver, start, reply).then(
    (record) => record,
    (error: unknown) => {
      world.said.push(String(error instanceof Error && "code" in error ? error.message : ""));
      return undefined;
    },
  );
  const over = new AbortController();
  world.clock.sleep(patience * 1000, over.signal).then(
    () => {
      process.dead = true;
    },
    () => undefined,
  );
  const record = await Promise.race([running, deadOf(world, process, over.signal)]);
  over.abort();
  if (record !== undefined) judgeEnd(world, record);
  return { record, process, quiet };
}

/** A dead driver's promises may never settle: some time later it is taken for gone. */
async function deadOf(world: World, process: ModelProcess, signal: AbortSignal): Promise<undefined> {
  while (!signal.aborted) {
    await world.clock.sleep(500_000, signal).catch(() => undefined);
    if (process.dead) return undefined;
  }
  return undefined;
}

function begin(world: World, driver: Driver, start: Start, reply: Reply): Promise<OperationRecord> {
  const all = reply === "override";
  const some = all || reply === "careful";
  const from = world.state.record?.activeSite ?? "primary";
  const say = (guard: "fence-unconfirmed" | "proof-missing" | "rpo-exceeded" | "paused") => ({
    ...{ guard, reason: "known", by: "ann" },
  });
  const paused = all ? [say("paused")] : [];
  // Nobody says of a site that lives that it is down.
  const fence = some && !world.at(from).up ? [say("fence-unconfirmed")] : [];
  const forced = [...(all ? [say("proof-missing"), say("rpo-exceeded")] : []), ...fence, ...paused];
  const auto = (by: string) => ({ kind: "auto" as const, by });
  switch (start) {
    case "reprotect":
      return driver.reprotect({ overrides: paused });
    case "planned":
      return driver.failover({ mode: "planned", overrides: paused });
    case "forced":
      return driver.failover({ mode: "forced", overrides: forced });
    case "failback":
      return driver.failback({ overrides: paused });
    case "failback-forced":
      return driver.failback({ mode: "forced", overrides: forced });
    case "resume":
      return driver.resume();
    case "warm-up":
      return driver.warmUp({ overrides: paused });
    case "stand-down":
      return driver.standDown({ overrides: paused });
    case "drill":
      return driver.drill({ overrides: paused });
    case "self-heal":
      return driver.selfHeal({ service: "a", overrides: paused });
    case "zonal-recovery":
      return driver.zonalRecovery({ zone: "1", overrides: paused });
    case "zonal-return":
      return driver.zonalRecovery({ zone: "1", reopen: true, overrides: paused });
    case "auto":
      return driver.failover({ mode: "forced", trigger: auto("watch") });
    case "unapproved":
      return driver.failover({ mode: "forced", trigger: auto("unapproved") });
    case "ill-advised": {
      const advice = { action: "self_heal", confidence: "high", reasoning: "a bad deployment" } as const;
      return driver.failover({ mode: "forced", trigger: auto("ill-advised"), advice });
    }
  }
}

function answer(
  world: World,
  process: ModelProcess,
  driver: Driver,
  { guard, operationId }: Extract<DriverEvent, { type: "stage-waiting" }>,
  reply: Reply,
): void {
  // The cloud has room again soon.
  if (guard.name === "capacity-refused") return;
  if (reply === "leave") {
    process.dead = true;
    return;
  }
  const from = replay(world.journal.get(operationId) ?? []).direction.from;
  const right = guard.name === "fence-unconfirmed" ? !world.at(from).up : reply === "override";
  const said = { operationId, reason: "asked", by: "ann" };
  const told = reply !== "abort" && right ? driver.answer({ ...said, guard: guard.name }) : driver.abort(said);
  told.catch(() => undefined);
}

function disturb(
  world: World,
  kind: "die" | "die-resume" | "freeze" | "race" | "overtake" | Event,
  at: number,
  reply: Reply,
): Disturbance {
  const what = async (process: ModelProcess): Promise<void> => {
    if (kind === "die" || kind === "die-resume") process.dead = true;
    else if (kind === "race") await operate(world, "reprotect", reply);
    else if (kind === "overtake")
      await operate(world, world.at(world.state.record?.activeSite ?? "primary").up ? "planned" : "forced", reply);
    else if (kind === "freeze") await takeOver(world, process, reply);
    else happen(world, kind);
  };
  return { at, what };
}

/** On another host, nothing is heard of it; a person seizes its operation. Then it wakes. */
async function takeOver(world: World, process: ModelProcess, reply: Reply): Promise<void> {
  process.silent = true;
  let wake = (): void => undefined;
  process.frozen = new Promise((resolve) => {
    wake = resolve;
  });
  // What it had handed over comes to pass meanwhile.
  await world.clock.sleep(100_000);
  const other = new ModelProcess("other");
  const driver = new Driver({
    environment: "test",
    application: "app",
    ports: modelPorts(world, other),
    settings,
    identity: "other",
    random: () => 0.5,
    onEvent: (event) => {
      if (event.type === "stage-waiting") answer(world, other, driver, event, reply);
    },
  });
  const before = [world.lock, world.auxiliary];
  const over = new AbortController();
  const done = driver.resume(undefined, { seize: true }).then(
    (record) => judgeEnd(world, record),
    () => undefined,
  );
  await Promise.race([done, world.clock.sleep(patience * 500, over.signal).catch(() => undefined)]);
  over.abort();
  if (world.holds(other)) other.dead = true;
  if (world.lock === before[0] && world.auxiliary === before[1]) process.silent = false;
  process.frozen = undefined;
  wake();
}

function happen(world: World, event: Event): void {
  const { state } = world;
  const { primary, standby } = state.sites;
  const effects: Readonly<Record<Event, () => void>> = {
    "primary-down": () => Object.assign(primary, { up: false }),
    "primary-up": () => Object.assign(primary, { up: true }),
    "standby-down": () => Object.assign(standby, { up: false }),
    "standby-up": () => Object.assign(standby, { up: true }),
    "cut-off": () => Object.assign(primary, { reachable: false }),
    reachable: () => Object.assign(primary, { reachable: true }),
    "link-cut": () => Object.assign(state, { link: false }),
    "link-up": () => Object.assign(state, { link: true }),
    "witness-down": () => Object.assign(state, { witnessUp: false }),
    "witness-up": () => Object.assign(state, { witnessUp: true }),
    "stale-clients": () => Object.assign(state, { stale: true }),
    hour: () => Object.assign(state.truth, { cooling: false }),
    "refuse-capacity": () => Object.assign(state, { refusals: 2 }),
    "new-table": () => {
      for (const site of [primary, standby]) {
        if (!site.following) continue;
        if (!site.copying) world.copyingSince = world.clock.now().getTime();
        site.copying = true;
      }
    },
    pause: () => Object.assign(state, { paused: true, approved: false }),
    unpause: () => Object.assign(state, { paused: false }),
    approve: () => Object.assign(state, { approved: true }),
    sick: () => Object.assign(state, { sick: true }),
    "zone-broken": () => Object.assign(state.zone, { down: true }),
    "old-file": () => applyOldFile(world),
    "zone-well": () => Object.assign(state.zone, { down: false }),
  };
  effects[event]();
  if (event === "hour") for (const site of [primary, standby]) site.copying = false;
  world.write();
}

async function settle(world: World): Promise<Outcome> {
  const { state } = world;
  for (const event of ["primary-up", "standby-up", "reachable", "link-up", "witness-up", "hour", "unpause"] as const)
    happen(world, event);
  Object.assign(state, { refusals: 0, sick: false });
  let record: OperationRecord | undefined;
  for (let tries = 0; tries < 6; tries += 1) {
    const newest = [...world.journal.values()].at(-1);
    const protection = state.record?.protection ?? "unprotected";
    const last = state.record?.lastOperation;
    const under = inFlight(protection) || hasAuxiliary(protection) || (last !== undefined && !isEnded(last.state));
    if (newest === undefined || (isEnded(replay(newest).state) && !under)) break;
    const open = !isEnded(replay(newest).state) || (last !== undefined && !isEnded(last.state));
    record = (await operate(world, protection === "warm" && !open ? "stand-down" : "resume", "override")).record;
    await world.clock.sleep(100_000);
  }
  // One that needed an operator, and was replaced: a person does it again.
  if (state.halted && state.record?.activeSite === "primary")
    record = (await operate(world, "self-heal", "override")).record;
  quiescent(world, "once everything is mended");
  if (world.violations.size === 0) {
    record = (await operate(world, "reprotect", "abort")).record;
    if (record?.state !== "succeeded") world.blame(5, `reprotect of a healthy world is ${record?.state}`);
    quiescent(world, "after reprotect");
  }
  judgeWords(world);
  return { next: world.freeze(), violations: [...world.violations], ended: record?.state, begun: false, quiet: true };
}

/** The application runs at the active site, and nobody is at work on it. */
function quiescent(world: World, when: string): void {
  const { state } = world;
  const newest = [...world.journal.values()].at(-1);
  const open = newest === undefined ? undefined : replay(newest);
  if (open !== undefined && !isEnded(open.state)) world.blame(5, `${open.plan} is ${open.state} ${when}`);
  const protection = state.record?.protection ?? "unprotected";
  const held = [world.lock, world.auxiliary].some((each) => each?.process?.dead === false);
  if (inFlight(protection) || held) world.blame(5, `the application is ${protection} and held ${when}`);
  const active = state.record?.activeSite ?? "primary";
  const { open: writable, workloads, following } = world.at(active);
  if (!writable || !workloads || following || !state.traffic[active])
    world.blame(5, `${active} does not serve ${when}`);
  if (active === "primary" && state.halted) world.blame(5, `a service is left stopped ${when}`);
}
