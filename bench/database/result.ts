import type { CopyResult } from "./copy.ts";
import type { LoadResult, SwitchResult } from "./moves.ts";
import { quantile } from "./statistics.ts";
import type { VerifyMeasure } from "./verify.ts";

/** Undefined: that part was not asked for. */
export interface BenchResult {
  readonly switches: readonly SwitchResult[];
  readonly copy: CopyResult | undefined;
  readonly load: LoadResult | undefined;
  readonly verify: readonly VerifyMeasure[];
}

export interface Aim {
  readonly what: string;
  readonly value: number;
  readonly met: boolean;
}

/** Only of what was measured. */
export function aimsOf({ switches, copy, load }: BenchResult): readonly Aim[] {
  const medians = switches.map(({ moves }) =>
    quantile(
      moves.map(({ total }) => total),
      0.5,
    ),
  );
  const [first, last] = [medians[0], medians.at(-1)];
  const flat = first === undefined || last === undefined || medians.length < 2 ? undefined : last / first;
  const ratio = copy === undefined ? undefined : copy.ours / mean(copy.peer);
  const refused = load === undefined ? undefined : quantile(load.refused, 0.5);
  return [
    ...(flat === undefined
      ? []
      : [{ what: "switch, most rows : fewest (aim ≤ 1.25)", value: flat, met: flat <= 1.25 }]),
    ...(ratio === undefined
      ? []
      : [{ what: "first copy : dump and restore (aim ≤ 1)", value: ratio, met: ratio <= 1 }]),
    ...(load === undefined
      ? []
      : [{ what: "acknowledged writes lost (aim 0)", value: load.lost, met: load.lost === 0 }]),
    ...(refused === undefined
      ? []
      : [{ what: "writes refused, p50 in s (aim < 1.5)", value: refused / 1000, met: refused < 1500 }]),
  ];
}

export function resultText(result: BenchResult): string {
  const { switches, copy, load, verify } = result;
  const lines: string[] = [];
  for (const { rows, moves } of switches) {
    const total = moves.map((move) => move.total);
    lines.push(
      `switch, ${rows} rows: p50 ${ms(quantile(total, 0.5))}, max ${ms(Math.max(...total))}, of ${moves.length} moves (${stepsText(moves)})`,
    );
  }
  if (copy !== undefined) {
    const peer = mean(copy.peer);
    lines.push(
      `first copy, ${copy.rows} rows, ${copy.jobs} jobs, ${copy.indexes} indexes beside the key, PostgreSQL ${copy.server}: ${copy.ours.toFixed(1)} s, ${Math.round(copy.rows / copy.ours)} rows/s`,
      `  pg_dump and pg_restore: ${copy.peer.map((each) => each.toFixed(1)).join(" and ")} s, ratio ${(copy.ours / peer).toFixed(2)}`,
    );
  }
  if (load !== undefined) {
    lines.push(
      `${load.rate} writes/s wished, ${Math.round(load.achieved)} reached, ${load.moves.length} moves: ${load.lost} of ${load.acknowledged} acknowledged writes lost`,
      `  writes refused: p50 ${ms(quantile(load.refused, 0.5))}, max ${ms(Math.max(...load.refused))} (${stepsText(load.moves)})`,
    );
  }
  for (const each of verify) {
    const told = each.limit === undefined ? "as fast as it comes" : `told ${each.limit} rows/s`;
    lines.push(
      `verify, ${told}: ${Math.round(each.rate)} rows/s, ${each.rows} rows, ${each.differences} differences`,
      `  a write: p50 ${each.without.p50.toFixed(1)} → ${each.during.p50.toFixed(1)} ms, p99 ${each.without.p99.toFixed(1)} → ${each.during.p99.toFixed(1)} ms`,
    );
  }
  for (const { what, value, met } of aimsOf(result))
    lines.push(`${what}: ${value.toFixed(2)}, ${met ? "met" : "MISSED"}`);
  return lines.join("\n");
}

/** Median of each step. */
function stepsText(moves: LoadResult["moves"]): string {
  const names = Object.keys(moves[0]?.steps ?? {});
  return names
    .map(
      (name) =>
        `${name} ${ms(
          quantile(
            moves.map(({ steps }) => steps[name] ?? 0),
            0.5,
          ),
        )}`,
    )
    .join(", ");
}

function ms(value: number): string {
  return `${Math.round(value)} ms`;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0) / values.length;
}
