declare const wall: unique symbol;

/**
 * What the machine's clock shows: for records and for people. Somebody may set it at any moment, so it measures nothing: durations within a
 * process are measured between two instants.
 */
export type WallTime = Date & { readonly [wall]: true };

/** From what a record holds, or for a test's clock. */
export function wallTime(at: Date | string | number): WallTime {
  return new Date(at) as WallTime;
}
