const firstMs = 1000;
const maximumMs = 60_000;

/**
 * Pause before the next restart of a container: at once after its first end, then 1, 2, 4 … 60 s; anew after it ran for two
 * minutes. A kubelet's pauses with the feature ReduceDefaultCrashLoopBackOffDecay.
 */
export function nextBackOff(previousMs: number | undefined, ranMs: number): number {
  if (previousMs === undefined || ranMs >= 2 * maximumMs) return 0;
  return previousMs === 0 ? firstMs : Math.min(previousMs * 2, maximumMs);
}
