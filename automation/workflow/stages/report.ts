import { serialiseError } from "../../domain/errors.ts";
import { toEvidence } from "../evidence.ts";
import { claims } from "../report.ts";
import type { Stage } from "../stage.ts";

/** Tells people how it went. Failing to tell never fails the operation. */
export function report(needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "report",
    needs,
    deadlineMs,
    summary: "sum up and tell people",
    async run(context) {
      const { operation, clock, ports } = context;
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
          context.log(`nobody could be told: ${serialiseError(error).message}`);
          return false;
        });
      return toEvidence({ ...claimed, told });
    },
  };
}
