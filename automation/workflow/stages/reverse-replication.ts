import type { Site } from "../../../stacks/outputs.ts";
import { DriverError, serialiseError } from "../../domain/errors.ts";
import { wasOverridden } from "../../domain/operation.ts";
import { promotionEvidenceSchema, toEvidence } from "./evidence.ts";
import type { Stage, StageContext } from "./stage.ts";

/**
 * On the way home: the site that was active follows the new one before any write is allowed, so nothing needs copying.
 * Past the point of no return, with both sites fenced: where it fails, the move goes on unprotected rather than keep the application down.
 */
export function reverseReplication(source: Site, follower: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "reverse-replication",
    needs,
    deadlineMs,
    summary: `make ${follower} follow ${source} again`,
    async run(context) {
      // In a forced move the old site is likely gone: trying for long would only keep the application down.
      const forced = context.operation.mode === "forced";
      const seconds = forced ? context.settings.forcedFenceSeconds : (deadlineMs / 1000) * 0.9;
      try {
        requireEqual(context, follower);
        await context.within(seconds, `replication to ${follower}`, (signal) =>
          context.ports.database.replicate(source, follower, { copy: false }, signal),
        );
        return toEvidence({ from: source, to: follower, following: true });
      } catch (error) {
        context.signal.throwIfAborted();
        const known = serialiseError(error);
        if (!forced && known.retryable && !context.lastAttempt) throw error;
        context.log(`${follower} does not follow ${source}: ${known.message}; going on, reprotect afterwards`);
        return toEvidence({ from: source, to: follower, following: false, error: known.message });
      }
    },
  };
}

/** Without a copy, what the old site never passed on would stay there unnoticed. */
function requireEqual({ evidence, operation }: StageContext, follower: Site): void {
  const { proven } = promotionEvidenceSchema.parse(evidence("promote-database"));
  if (proven && !wasOverridden(operation, "rpo-exceeded")) return;
  throw new DriverError("refused", `${follower} may hold writes that never arrived: reprotect salvages them first`);
}
