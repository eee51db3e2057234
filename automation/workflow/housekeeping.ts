import type { Site } from "../../stacks/outputs.ts";
import { serialiseError } from "../domain/errors.ts";
import { inFlight, otherSite } from "../domain/protection.ts";
import { withDeadline } from "./deadline.ts";
import type { Ports } from "./ports.ts";
import type { DriverSettings } from "./settings.ts";

export interface HousekeepingOptions {
  readonly application: string;
  readonly ports: Ports;
  readonly settings: DriverSettings;
  readonly signal: AbortSignal;
  /** Told once when a chore begins to fail and once when it works again. */
  readonly onTrouble: (chore: string, reason: string | undefined) => void;
}

/**
 * What the active site needs all the time: a heartbeat and the copying of objects, each on a timer of its own, so that a slow one
 * does not hold up the other. Failures are tolerated. Rests while an operation is under way, which must not be written into.
 */
export async function housekeeping(options: HousekeepingOptions): Promise<void> {
  const { ports, settings } = options;
  const { heartbeatSeconds, objectSyncSeconds, probeSeconds } = settings.watch;
  await Promise.all([
    repeat(
      options,
      { chore: "heartbeat", everyMs: heartbeatSeconds * 1000, deadlineMs: probeSeconds * 1000 },
      (active, signal) => ports.database.heartbeat(active, signal),
    ),
    repeat(
      options,
      { chore: "object sync", everyMs: objectSyncSeconds * 1000, deadlineMs: settings.deadlines.objectSync * 1000 },
      async (active, signal) => {
        await ports.objects.sync(active, otherSite(active), signal);
      },
    ),
  ]);
}

interface Chore {
  readonly chore: string;
  readonly everyMs: number;
  readonly deadlineMs: number;
}

async function repeat(
  { application, ports, signal, onTrouble }: HousekeepingOptions,
  { chore, everyMs, deadlineMs }: Chore,
  work: (active: Site, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { clock, witness } = ports;
  let trouble: string | undefined;
  while (!signal.aborted) {
    const started = clock.now().getTime();
    const reason = await withDeadline({ clock, milliseconds: deadlineMs, signal, what: chore }, async (inner) => {
      // Asked each time, right before: an operation may have begun since.
      const record = await witness.read(application, inner);
      if (record === undefined || inFlight(record.protection)) return;
      await work(record.activeSite, inner);
    }).then(
      () => undefined,
      (error: unknown) => serialiseError(error).message,
    );
    if (signal.aborted) return;
    if ((reason === undefined) !== (trouble === undefined)) onTrouble(chore, reason);
    trouble = reason;
    const rest = everyMs - (clock.now().getTime() - started);
    await clock.sleep(Math.max(rest, everyMs / 10), signal).catch(() => undefined);
  }
}
