import { DriverError, serialiseError } from "../../domain/errors.ts";
import { copyUnfinished } from "../../domain/guards.ts";
import { wasOverridden } from "../../domain/operation.ts";
import type { StageContext } from "./stage.ts";

/** Planned: how long the first copy of a table may take that the application made while the move began. */
const copySeconds = 20;
/** The same in a forced move, for all of it: the application is down meanwhile. */
const forcedSeconds = 5;

/**
 * Once the old site is fenced, no more tables are made there: those that came after `confirm` had looked are taken along, with their
 * rows. Planned: all of them, or no promotion. Forced: what can be had at once; for the rest a person must accept the loss.
 */
export async function takeLateTables(context: StageContext): Promise<void> {
  if (context.operation.mode === "planned") {
    await adopt(context, context.signal);
    await arrived(context, copySeconds);
    return;
  }
  await context
    .within(forcedSeconds, "the last tables", (signal) => adopt(context, signal))
    .catch((error: unknown) => {
      context.signal.throwIfAborted();
      context.log(`tables that were made a moment ago may not follow: ${serialiseError(error).message}`);
    });
  await arrived(context, forcedSeconds);
}

async function adopt({ ports, from, to, log }: StageContext, signal: AbortSignal): Promise<void> {
  const tables = await ports.database.adoptTables(from, to, signal);
  if (tables.length > 0) log(`new tables follow now: ${tables.join(", ")}`);
}

async function arrived(context: StageContext, seconds: number): Promise<void> {
  const { ports, clock, to, signal, operation } = context;
  const began = clock.monotonic();
  for (;;) {
    const { copying } = await ports.database.lag(to, signal);
    if (copying.length === 0 || wasOverridden(operation, "rpo-exceeded")) return;
    const isLate = clock.monotonic().since(began) >= seconds * 1000;
    if (isLate || (operation.mode === "forced" && context.isOverridden("rpo-exceeded"))) {
      if (operation.mode === "forced") await context.passGuard(copyUnfinished(to, copying));
      throw new DriverError("unverified", `${to} has not received the first copy of ${copying.join(", ")}`);
    }
    await clock.sleep(500, signal);
  }
}
