import { createHash } from "node:crypto";
import { availableParallelism, loadavg } from "node:os";
import { performance } from "node:perf_hooks";

/** What the work takes on the machine of CI, in milliseconds: 22 was the fastest of ten runs. */
const idleMs = 24;
const runs = 3;
const megabytes = 32;
const longest = 6;

/**
 * How much slower than idle this machine is now: 1 to 6. The longer of two counts: a fixed piece of work (SHA-256 of 32 MB, the fastest of three), and how many
 * processes wait for each core.
 */
export function measurePace(): number {
  const slower = Math.min(...Array.from({ length: runs }, workMs)) / idleMs;
  const queue = (loadavg()[0] ?? 0) / availableParallelism();
  return Math.min(longest, Math.max(1, slower, queue));
}

function workMs(): number {
  const block = Buffer.alloc(1_000_000, 7);
  const began = performance.now();
  const hash = createHash("sha256");
  for (let done = 0; done < megabytes; done += 1) hash.update(block);
  hash.digest();
  return performance.now() - began;
}
