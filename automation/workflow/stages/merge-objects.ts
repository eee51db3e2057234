import type { Site } from "../../../stacks/outputs.ts";
import { notCopiedText } from "../../ports/objects.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/** Both ways, the follower's strays first: a sync never deletes, and the newer object wins. */
export function mergeObjects(
  active: Site,
  follower: Site,
  first: boolean,
  needs: readonly string[],
  deadlineMs: number,
): Stage {
  return {
    name: "merge-objects",
    needs,
    deadlineMs,
    summary: first ? `copy objects from ${active} to ${follower}` : `merge objects of ${active} and ${follower}`,
    async run({ ports, signal, log }) {
      const strays = first ? undefined : await ports.objects.sync(follower, active, signal);
      const copied = await ports.objects.sync(active, follower, signal);
      if (copied.skipped !== undefined) log(`no objects to copy: ${copied.skipped}`);
      for (const { notCopied } of strays === undefined ? [copied] : [strays, copied])
        if (notCopied !== undefined) log(notCopiedText(notCopied));
      return toEvidence({ strays, copied });
    },
  };
}
