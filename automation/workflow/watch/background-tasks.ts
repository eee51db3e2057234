import { DriverError, serialiseError } from "../../domain/errors.ts";
import { inFlight, isProtected, otherSite } from "../../domain/protection.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { notCopiedText } from "../../ports/objects.ts";
import type { Ports } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";

export interface BackgroundTaskOptions {
  readonly application: string;
  readonly ports: Ports;
  readonly settings: DriverSettings;
  readonly signal: AbortSignal;
  /** Told once when a task begins to fail and once when it works again. */
  readonly onTrouble: (task: string, reason: string | undefined) => void;
}

/** An adoption has limits of its own, shorter than this; the rows of a new table are copied without it. */
const schemaDeadlineMs = 120_000;

/**
 * What the active site needs all the time: a heartbeat, the copying of objects, and where another site follows, the following of new
 * tables. Each is on a timer of its own, so that a slow one does not hold up the others. Failures are tolerated. Rests while an operation is under way, which must not be written into.
 */
export async function backgroundTasks(options: BackgroundTaskOptions): Promise<void> {
  const { ports, settings } = options;
  const { heartbeatSeconds, objectSyncSeconds, schemaSeconds, probeSeconds } = settings.watch;
  await Promise.all([
    repeat(
      options,
      { task: "heartbeat", everyMs: heartbeatSeconds * 1000, deadlineMs: probeSeconds * 1000 },
      ({ activeSite }, signal) => ports.database.heartbeat(activeSite, signal),
    ),
    repeat(
      options,
      {
        task: "object sync",
        everyMs: objectSyncSeconds * 1000,
        deadlineMs: settings.deadlineSeconds.objectSync * 1000,
      },
      async ({ activeSite }, signal) => {
        const { notCopied } = await ports.objects.sync(activeSite, otherSite(activeSite), signal);
        // Said like other trouble, because only a person can do something about it.
        if (notCopied !== undefined) throw new DriverError("refused", notCopiedText(notCopied));
      },
    ),
    repeat(
      options,
      { task: "schema", everyMs: schemaSeconds * 1000, deadlineMs: schemaDeadlineMs },
      async ({ activeSite, protection }, signal) => {
        if (!isProtected(protection)) return;
        await ports.database.adoptTables(activeSite, otherSite(activeSite), signal);
      },
    ),
  ]);
}

interface BackgroundTask {
  readonly task: string;
  readonly everyMs: number;
  readonly deadlineMs: number;
}

async function repeat(
  { application, ports, signal, onTrouble }: BackgroundTaskOptions,
  { task, everyMs, deadlineMs }: BackgroundTask,
  work: (record: WitnessRecord, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const { clock, witness } = ports;
  let trouble: string | undefined;
  while (!signal.aborted) {
    const started = clock.monotonic();
    const reason = await withDeadline({ clock, milliseconds: deadlineMs, signal, what: task }, async (inner) => {
      // Asked each time, right before: an operation may have begun since.
      const record = await witness.read(application, inner);
      if (record === undefined || inFlight(record.protection)) return;
      await work(record, inner);
    }).then(
      () => undefined,
      (error: unknown) => serialiseError(error).message,
    );
    if (signal.aborted) return;
    if ((reason === undefined) !== (trouble === undefined)) onTrouble(task, reason);
    trouble = reason;
    const rest = everyMs - clock.monotonic().since(started);
    await clock.sleep(Math.max(rest, everyMs / 10), signal).catch(() => undefined);
  }
}
