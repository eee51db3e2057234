import type { HealthScore, Level } from "./health-score.ts";

/** What the watch remembers between evaluations. */
export interface WatchMemory {
  /** Level 3 evaluations in a row, up to now. */
  readonly streak: number;
  /** First of them (ISO). Recovery time counts from here. */
  readonly firstFailedAt: string | undefined;
}

export const noMemory: WatchMemory = { streak: 0, firstFailedAt: undefined };

/** `observe`: only look. `approve`: a person starts it. `auto`: the watch starts it. */
export type WatchMode = "observe" | "approve" | "auto";

export type Decision =
  | { readonly action: "none" | "self-heal" | "zonal-recovery" }
  /** Level 3, but not yet for long enough. */
  | { readonly action: "suspect"; readonly evaluationsLeft: number }
  /** Level 3 for N evaluations. `start`: the mode allows to start it without a person. */
  | { readonly action: "failover"; readonly start: boolean; readonly firstFailedAt: string };

const calm: Readonly<Record<Exclude<Level, 3>, Decision>> = {
  0: { action: "none" },
  1: { action: "self-heal" },
  2: { action: "zonal-recovery" },
};

/**
 * One evaluation more. A single one below level 3 starts the count anew. `required` is N, at least 1. `early`: ahead of its time, because an
 * alert came in; it is not counted, or many alerts would make N evaluations of one moment.
 */
export function decide(
  memory: WatchMemory,
  health: HealthScore,
  at: string,
  required: number,
  mode: WatchMode,
  early = false,
): { readonly memory: WatchMemory; readonly decision: Decision } {
  if (health.level !== 3) return { memory: noMemory, decision: calm[health.level] };
  const streak = memory.streak + (early ? 0 : 1);
  const firstFailedAt = memory.firstFailedAt ?? at;
  const decision: Decision =
    streak >= required
      ? { action: "failover", start: mode === "auto", firstFailedAt }
      : { action: "suspect", evaluationsLeft: required - streak };
  return { memory: { streak, firstFailedAt }, decision };
}
