import { hostname } from "node:os";
import type { App } from "../composition/app.ts";
import { type ShareEvent, shareApplications } from "../workflow/watch/share-applications.ts";

export interface WatchByLeaseOptions {
  readonly app: Pick<App, "witness" | "clock" | "settings">;
  readonly application: string;
  /** Until its signal aborts. */
  readonly watch: (signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
  /** Says on standard output when the lease comes and goes; as JSON. */
  readonly json: boolean;
}

/** Watches only while this driver holds the application's lease, where there are leases: then others may stand by. */
export async function watchByLease({ app, application, watch, signal, json }: WatchByLeaseOptions): Promise<void> {
  const { clock, settings } = app;
  const { leases } = app.witness;
  if (leases === undefined) return watch(signal);
  let failure: unknown;
  const failed = new AbortController();
  await shareApplications({
    leases,
    clock,
    holder: `${process.pid}@${hostname()}`,
    applications: [application],
    leaseSeconds: settings.leaseSeconds,
    work: (_application, lost) =>
      watch(lost).catch((error: unknown) => {
        // A watch that cannot be is an end of the command, as without leases; another driver may fare better.
        failure = error;
        failed.abort();
      }),
    onEvent: (event) => {
      const line = json ? JSON.stringify(event) : `${clock.now().toISOString()} ${shareLine(event)}`;
      process.stdout.write(`${line}\n`);
    },
    signal: AbortSignal.any([signal, failed.signal]),
  });
  if (failed.signal.aborted) throw failure;
}

function shareLine(event: ShareEvent): string {
  switch (event.type) {
    case "taken":
      return `this driver watches ${event.application} now (lease ${event.fencing})`;
    case "left":
      return `this driver does not watch ${event.application} any more: ${event.why}`;
    case "trouble":
      return `trouble: leases: ${event.reason}`;
    case "recovered":
      return "recovered: leases";
  }
}
