import { setTimeout as sleep } from "node:timers/promises";
import { otherSite } from "../../automation/domain/protection.ts";
import type { Site } from "../../stacks/outputs.ts";
import type { DatabaseCase } from "../../test/support/database-case.ts";
import type { PostgresPair } from "../../test/support/postgres-pair.ts";
import { fill, follow, type MoveTimes, movePlanned } from "./estate.ts";
import { quantile } from "./statistics.ts";
import { Writers } from "./writers.ts";

export interface SwitchResult {
  readonly rows: number;
  readonly moves: readonly MoveTimes[];
}

/** Time of a planned move with nobody writing, away and home in turn. */
export async function measureSwitch(pair: PostgresPair, rows: number, moves: number): Promise<SwitchResult> {
  await using each = await fill(pair, `switch_${rows}`, rows);
  await follow(each);
  const times: MoveTimes[] = [];
  let active: Site = "primary";
  for (let done = 0; done < moves; done++) {
    await each.beat(active);
    times.push(await movePlanned(each, active));
    active = otherSite(active);
  }
  return { rows, moves: times };
}

export interface LoadResult {
  /** Wished, and what was acknowledged in a second between the moves. */
  readonly rate: number;
  readonly achieved: number;
  readonly acknowledged: number;
  readonly lost: number;
  /** Milliseconds without any acknowledgement, of each move, as the clients saw it. */
  readonly refused: readonly number[];
  /** Milliseconds of each move by the driver's own steps. */
  readonly moves: readonly MoveTimes[];
}

/** Moves away and home while clients write; `each` is followed and active at the primary, and so it is left where `moves` is even. */
export async function measureUnderLoad(each: DatabaseCase, rate: number, moves: number): Promise<LoadResult> {
  const writers = new Writers({ endpoint: each.endpoint, rate, connections: 16 });
  const between: number[] = [];
  const refused: number[] = [];
  const times: MoveTimes[] = [];
  let active: Site = "primary";
  try {
    for (let done = 0; done < moves; done++) {
      await sleep(1000);
      const steady = performance.now();
      await sleep(2000);
      between.push(writers.latencies(steady, performance.now()).length / ((performance.now() - steady) / 1000));
      const began = performance.now();
      await each.database.heartbeat(active, AbortSignal.timeout(10_000));
      times.push(await movePlanned(each, active));
      active = otherSite(active);
      await sleep(1500);
      refused.push(writers.longestGap(began, performance.now()));
    }
  } finally {
    await writers.stop();
  }
  const there = new Set((await each.sql(active, "select id from writes")).map(({ id }) => String(id)));
  const lost = writers.acknowledged.filter(({ id }) => !there.has(id)).length;
  return {
    rate,
    achieved: quantile(between, 0.5),
    acknowledged: writers.acknowledged.length,
    lost,
    refused,
    moves: times,
  };
}
