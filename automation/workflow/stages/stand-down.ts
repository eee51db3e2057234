import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/**
 * Puts the standby's compute out. With `unlessLitBefore` (a provision stage of the same operation): only where that one had lit it.
 * What is half out is finished by doing it once more.
 */
export function standDown(needs: readonly string[], deadlineMs: number, unlessLitBefore?: string): Stage {
  return {
    name: "stand-down",
    needs,
    deadlineMs,
    summary: "put the standby's compute out (drActive), where nothing else needs it",
    async run({ ports, operation, from, signal, log }) {
      const before = operation.stages.find((stage) => stage.name === unlessLitBefore)?.before;
      if (before?.drActive === true) return toEvidence({ scaledDown: false, reason: "it was lit before" });
      const switches = { drActive: false, activeSite: from };
      const changes = await ports.infrastructure.apply("standby", switches, { signal, onProgress: log });
      return toEvidence({ scaledDown: true, changes });
    },
  };
}
