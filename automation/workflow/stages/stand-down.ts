import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/**
 * Scales the standby's compute down. With `unlessLitBefore` (a provision stage of the same operation): only where that one had lit it.
 * A scale-down that was broken off is finished by repeating it.
 */
export function standDown(needs: readonly string[], deadlineMs: number, unlessLitBefore?: string): Stage {
  return {
    name: "stand-down",
    needs,
    deadlineMs,
    summary: "scale the standby's compute down (drActive), unless something else needs it",
    async run({ ports, operation, from, signal, log }) {
      const before = operation.stages.find((stage) => stage.name === unlessLitBefore)?.before;
      if (before?.drActive === true) return toEvidence({ scaledDown: false, reason: "it was lit before" });
      const switches = { drActive: false, activeSite: from };
      const changes = await ports.infrastructure.apply("standby", switches, { signal, onProgress: log });
      return toEvidence({ scaledDown: true, changes });
    },
  };
}
