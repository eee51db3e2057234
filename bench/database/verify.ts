import { setTimeout as sleep } from "node:timers/promises";
import type { DatabaseCase } from "../../test/support/database-case.ts";
import { limit } from "./estate.ts";
import { quantile } from "./statistics.ts";
import { Writers } from "./writers.ts";

export interface VerifyMeasure {
  /** As it was told; undefined: as fast as it comes. */
  readonly limit: number | undefined;
  readonly rows: number;
  /** Rows a second, at each site. */
  readonly rate: number;
  readonly differences: number;
  /** Milliseconds of a write: without and during the comparison. */
  readonly without: Latency;
  readonly during: Latency;
}

interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** `each` is followed and active at the primary. */
export async function measureVerify(
  each: DatabaseCase,
  rate: number,
  rowsPerSecond: number | undefined,
): Promise<VerifyMeasure> {
  const writers = new Writers({ endpoint: each.endpoint, rate, connections: 16 });
  try {
    await sleep(1000);
    const calm = performance.now();
    await sleep(4000);
    const began = performance.now();
    let differences = 0;
    const take = (): void => {
      differences += 1;
    };
    const speed = rowsPerSecond === undefined ? {} : { rowsPerSecond };
    const { rows } = await each.database.verify({ from: "primary", to: "standby", take, ...speed }, limit());
    const ended = performance.now();
    return {
      limit: rowsPerSecond,
      rows,
      rate: rows / ((ended - began) / 1000),
      differences,
      without: latency(writers.latencies(calm, began)),
      during: latency(writers.latencies(began, ended)),
    };
  } finally {
    await writers.stop();
  }
}

function latency(values: readonly number[]): Latency {
  return { p50: quantile(values, 0.5), p99: quantile(values, 0.99) };
}
