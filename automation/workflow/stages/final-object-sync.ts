import type { Site } from "../../../stacks/outputs.ts";
import { serialiseError } from "../../domain/errors.ts";
import { notCopiedText } from "../../ports/objects.ts";
import { fenceEvidenceSchema, toEvidence } from "./evidence.ts";
import type { Stage, StageContext } from "./stage.ts";

/**
 * The objects written since the last sync. Planned: must succeed before promotion. Forced, or once past the point of no return: best effort,
 * what failed is evidence, and reprotect merges the rest.
 */
export function finalObjectSync(options: {
  readonly from: Site;
  readonly to: Site;
  /** The stage that fenced `from`. */
  readonly fence: string;
  readonly deadlineMs: number;
}): Stage {
  const { from, to, fence, deadlineMs } = options;
  return {
    name: "final-object-sync",
    needs: [fence],
    deadlineMs,
    summary: `copy the last objects from ${from} to ${to}`,
    async run(context) {
      const forced = context.operation.mode === "forced";
      const seconds = forced ? forcedSeconds(context) : deadlineMs / 1000;
      try {
        const result = await context.within(
          Math.min(seconds, (deadlineMs / 1000) * 0.9),
          "copying the last objects",
          (signal) => context.ports.objects.sync(from, to, signal),
        );
        if (result.skipped !== undefined) context.log(`no objects to copy: ${result.skipped}`);
        if (result.notCopied !== undefined) context.log(notCopiedText(result.notCopied));
        return toEvidence({ complete: result.notCopied === undefined, ...result });
      } catch (error) {
        context.signal.throwIfAborted();
        const known = serialiseError(error);
        if (!forced && !(context.pastPointOfNoReturn && (context.lastAttempt || !known.retryable))) throw error;
        context.log(`not all objects were copied: ${known.message}`);
        return toEvidence({ complete: false, error: known.message });
      }
    },
  };

  /** A site that did not answer the fence will hardly answer now, and users wait for this stage. */
  function forcedSeconds({ evidence, settings }: StageContext): number {
    const { confirmed, leaseExpiredAt } = fenceEvidenceSchema.parse(evidence(fence));
    return confirmed && leaseExpiredAt === undefined
      ? settings.finalObjectSyncSeconds
      : Math.min(settings.finalObjectSyncSeconds, settings.forcedFenceSeconds);
  }
}
