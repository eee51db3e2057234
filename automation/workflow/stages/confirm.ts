import { DriverError, serialiseError } from "../../domain/errors.ts";
import { copyUnfinished, type Guard, rpoExceeded, schemaDiffers, standbyUnready } from "../../domain/guards.ts";
import type { Instant } from "../../domain/instant.ts";
import type { OperationRecord } from "../../domain/operation.ts";
import type { Lag } from "../../ports/database.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage, StageContext } from "./stage.ts";

/** How long a heartbeat may take to be written and to arrive, in seconds, while the lag is measured. */
const measureSeconds = 5;
/** Planned: how long the first copy of a table made a moment ago may take. */
const copySeconds = 20;
/** As `measureSeconds`, for the heartbeat at a source that is presumed dead: the application is down meanwhile. */
const forcedBeatSeconds = 2;

/** Looks before anything is done: can `to` take over, and how much would be lost. */
export function confirmMove(mode: OperationRecord["mode"], deadlineMs: number): Stage {
  return {
    name: "confirm",
    needs: [],
    summary: "check whether the other site can take over and how far it lags",
    deadlineMs,
    // Nothing was done yet and somebody waits for the answer; a forced move can only ask again.
    ...(mode === "planned" ? { retries: 1 } : {}),
    async run(context) {
      await requireStacks(context);
      const asked = context.clock.monotonic();
      // Also opens the stack that is changed next, which takes the engine's command a second or two: a source that is gone takes as long.
      const [reachable] = await Promise.all([beat(context), context.ports.infrastructure.switches(context.to)]);
      const planned = context.operation.mode === "planned";
      if (planned && reachable !== undefined) {
        throw new DriverError(
          "unreachable",
          `${context.from} does not answer (${reachable}): a planned move needs it; use forced where it is lost`,
          { field: "mode", value: "planned", expected: "forced" },
        );
      }
      if (planned) await adopt(context);
      const { lag, standsStill } = await measure(context, reachable === undefined ? asked : undefined);
      if (planned && standsStill) {
        const why = `nothing has arrived there for ${measureSeconds} s: replication has stopped, so the proof would not arrive either`;
        await context.passGuard(standbyUnready(context.to, why));
      }
      if (planned && !lag.streaming) {
        await context.passGuard(
          standbyUnready(context.to, "replication does not run, so the proof would never arrive"),
        );
      }
      if (lag.copying.length > 0) await context.passGuard(unfinished(context, lag));
      const { losing = [] } = lag;
      if (!planned && losing.length > 0) await context.passGuard(schemaDiffers(context.to, losing));
      if (lag.seconds === undefined || lag.seconds > context.settings.rpoSeconds) {
        await context.passGuard(
          rpoExceeded(lag.seconds, context.settings.rpoSeconds),
          toEvidence({ lagSeconds: lag.seconds }),
        );
      }
      return toEvidence({
        sourceReachable: reachable === undefined,
        sourceError: reachable,
        lagSeconds: lag.seconds,
        lastHeartbeatLsn: lag.lastHeartbeatLsn,
        streaming: lag.streaming,
      });
    },
  };
}

/** Reprotect: the active site must be there to be copied. */
export function confirmReprotect(deadlineMs: number): Stage {
  return {
    name: "confirm",
    needs: [],
    summary: "check that both sites answer",
    deadlineMs,
    async run(context) {
      await requireStacks(context);
      const { operation, ports, from, to, signal } = context;
      // The roles may not be there before the first protection; everything later must find the active site open.
      if (!operation.first && !(await ports.database.isWritable(from, signal))) {
        throw new DriverError("refused", `${from} is the active site and does not take writes: nothing to copy from`);
      }
      return toEvidence({ active: from, follower: to });
    },
  };
}

async function requireStacks({ ports }: StageContext): Promise<void> {
  const [primary, standby] = await Promise.all([ports.infrastructure.primary(), ports.infrastructure.standby()]);
  if (primary === undefined) throw missing("primary");
  if (standby === undefined) throw missing("standby");
}

function missing(site: string): DriverError {
  return new DriverError("not-found", `the ${site} stack was never deployed: it has no saved outputs`, {
    field: "stack",
    value: site,
    expected: "a stack that was brought up",
  });
}

/** Tables that the application made a moment ago move too. */
async function adopt(context: StageContext): Promise<void> {
  const { ports, from, to, signal } = context;
  try {
    const tables = await ports.database.adoptTables(from, to, signal);
    if (tables.length > 0) context.log(`new tables follow now: ${tables.join(", ")}`);
  } catch (error) {
    signal.throwIfAborted();
    const known = serialiseError(error);
    if (known.retryable && !context.lastAttempt) throw error;
    await context.passGuard(standbyUnready(to, known.message));
  }
}

/** Nothing of the initial copy of all tables: not a lag but no standby. A single new table that is late must not forbid the rescue of the rest. */
function unfinished({ operation, to }: StageContext, { copying, seconds }: Lag): Guard {
  if (operation.mode === "forced" && seconds !== undefined) return copyUnfinished(to, copying);
  return standbyUnready(to, `the first copy of ${copying.join(", ")} has not arrived`);
}

/** One heartbeat at the source, so that the lag measured next is of now. Returns why it could not be written. */
async function beat(context: StageContext): Promise<string | undefined> {
  try {
    const seconds = context.operation.mode === "forced" ? forcedBeatSeconds : measureSeconds;
    await context.within(seconds, `a heartbeat at ${context.from}`, (signal) =>
      context.ports.database.heartbeat(context.from, signal),
    );
    return undefined;
  } catch (error) {
    context.signal.throwIfAborted();
    return serialiseError(error).message;
  }
}

interface Measured {
  readonly lag: Lag;
  /** A heartbeat was written at the source, and neither it nor one before it has arrived since. A link that is cut leaves no other trace at first. */
  readonly standsStill: boolean;
}

/** `beatAt`: when a heartbeat was asked for at the source; undefined: it does not answer. */
async function measure(context: StageContext, beatAt: Instant | undefined): Promise<Measured> {
  const { ports, clock, to, settings, operation } = context;
  const start = clock.monotonic();
  let first: Lag | undefined;
  for (;;) {
    const lag = await askLag(context);
    first ??= lag;
    const fresh =
      lag.copying.length === 0 &&
      lag.streaming &&
      lag.seconds !== undefined &&
      lag.seconds <= Math.min(measureSeconds, settings.rpoSeconds);
    const seconds = operation.mode === "planned" && lag.copying.length > 0 ? copySeconds : measureSeconds;
    if (fresh || beatAt === undefined) return { lag, standsStill: false };
    if (clock.monotonic().since(start) >= seconds * 1000) {
      // Older than the heartbeat that was just written; a second for clocks that differ.
      const late = lag.seconds !== undefined && lag.seconds * 1000 > clock.monotonic().since(beatAt) + 1000;
      return { lag, standsStill: late && lag.lastHeartbeatLsn === first.lastHeartbeatLsn };
    }
    await clock.sleep(250, context.signal);
  }

  async function askLag({ signal }: StageContext): Promise<Lag> {
    try {
      return await ports.database.lag(to, signal);
    } catch (error) {
      signal.throwIfAborted();
      const known = serialiseError(error);
      if (known.retryable && !context.lastAttempt) throw error;
      await context.passGuard(standbyUnready(to, `its database does not answer (${known.message})`));
      throw error;
    }
  }
}
