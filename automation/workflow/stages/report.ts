import type { Site } from "../../../stacks/outputs.ts";
import { serialiseError } from "../../domain/errors.ts";
import type { WriteLease } from "../../ports/database.ts";
import { toEvidence } from "./evidence.ts";
import { claims } from "./operation-report.ts";
import type { Stage, StageContext } from "./stage.ts";

/** How long the database's lease is looked for. */
const leaseSeconds = 15;

/** Notifies people of the outcome. A failed notification never fails the operation. */
export function report(needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "report",
    needs,
    deadlineMs,
    summary: "sum up and notify people",
    async run(context) {
      const { operation, clock, ports } = context;
      await noteLease(context);
      const claimed = claims(operation, []);
      const notice = {
        severity: operation.trigger.kind === "auto" ? ("warning" as const) : ("info" as const),
        title: `${operation.application}: ${operation.plan} (${operation.mode}) done`,
        text: `${operation.id}: ${operation.direction.from} -> ${operation.direction.to}${
          claimed.rtoSeconds === undefined ? "" : `, recovered after ${claimed.rtoSeconds.toFixed(1)} s`
        }`,
        at: clock.now().toISOString(),
      };
      const told = await context
        .within(10, "telling people", () => ports.notifier.notify(notice))
        .then(() => true)
        .catch((error: unknown) => {
          context.log(`the notification failed: ${serialiseError(error).message}`);
          return false;
        });
      return toEvidence({ ...claimed, told });
    },
  };
}

/** What the witness must know for the next forced move: whether the active site's database ends writes by itself. */
async function noteLease(context: StageContext): Promise<void> {
  const { operation, from, to, lease, log } = context;
  const site = operation.plan === "reprotect" ? from : to;
  const found = await seenLease(context, site);
  if (found !== undefined && !found.inForce) {
    log(
      `${site} is declared with a write lease that no agent renewed yet: a forced move asks a person until reprotect has seen it`,
    );
  }
  await lease.note(found?.inForce ? { site, seconds: found.seconds } : undefined);
}

/** An agent renews within seconds of the first protection's beginning; one that is not there is not waited for longer. */
async function seenLease({ ports, clock, within, log }: StageContext, site: Site): Promise<WriteLease | undefined> {
  const { database } = ports;
  let found: WriteLease | undefined;
  const look = async (signal: AbortSignal): Promise<void> => {
    for (;;) {
      found = await database.writeLease?.(site, signal);
      if (found?.inForce !== false) return;
      await clock.sleep(1000, signal);
    }
  };
  await within(leaseSeconds, `the write lease at ${site}`, look).catch((error: unknown) => {
    if (found === undefined) log(`the write lease at ${site} is not known: ${serialiseError(error).message}`);
  });
  return found;
}
