import type { Site } from "../../../stacks/outputs.ts";
import { serialiseError } from "../../domain/errors.ts";
import { toEvidence } from "../evidence.ts";
import type { Stage } from "../stage.ts";

/**
 * The objects written since the last sync. Planned: must succeed before promotion. Forced, or once past the point of no return: best effort,
 * what failed is evidence, and reprotect merges the rest.
 */
export function finalObjectSync(from: Site, to: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "final-object-sync",
    needs,
    deadlineMs,
    summary: `copy the last objects from ${from} to ${to}`,
    async run(context) {
      const forced = context.operation.mode === "forced";
      const seconds = forced
        ? Math.min(context.settings.finalObjectSyncSeconds, deadlineMs / 1000)
        : (deadlineMs / 1000) * 0.9;
      try {
        const result = await context.within(seconds, "copying the last objects", (signal) =>
          context.ports.objects.sync(from, to, signal),
        );
        return toEvidence({ complete: true, ...result });
      } catch (error) {
        context.signal.throwIfAborted();
        const known = serialiseError(error);
        if (!forced && !(context.pastPointOfNoReturn && (context.lastAttempt || !known.retryable))) throw error;
        context.log(`not all objects were copied: ${known.message}`);
        return toEvidence({ complete: false, error: known.message });
      }
    },
  };
}
