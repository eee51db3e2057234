import type { Beyond, Bound } from "./bound.ts";

export interface StageTime {
  readonly name: string;
  readonly seconds: number;
}

/** One recovery, as a client outside saw it. */
export interface Recovery {
  readonly faultAt: string;
  readonly firstWriteAt: string;
  /** From the fault to the first write that the standby acknowledged. */
  readonly rtoSeconds: number;
  /** Acknowledged before the fault and not in the standby's database. */
  readonly lostWrites: number;
  readonly acknowledgedWrites: number;
  readonly stages: readonly StageTime[];
}

export interface OurRecovery extends Recovery {
  readonly bound: Bound;
  readonly beyond: Beyond;
}

export interface BenchResult {
  readonly scale: number;
  readonly rows: number;
  readonly objects: number;
  readonly ours: OurRecovery | undefined;
  readonly reference: Recovery | undefined;
}

/** What the product aims at. */
export const AIMS = { oursToBound: 1.15, referenceToOurs: 2.5 } as const;

export interface Ratios {
  readonly oursToBound: number | undefined;
  readonly referenceToOurs: number | undefined;
}

export function ratiosOf({ ours, reference }: BenchResult): Ratios {
  return {
    oursToBound: ours === undefined ? undefined : ours.rtoSeconds / ours.bound.seconds,
    referenceToOurs: ours === undefined || reference === undefined ? undefined : reference.rtoSeconds / ours.rtoSeconds,
  };
}

/** Both aims were measured and reached. */
export function aimsReached({ oursToBound, referenceToOurs }: Ratios): boolean {
  return (
    oursToBound !== undefined &&
    oursToBound <= AIMS.oursToBound &&
    referenceToOurs !== undefined &&
    referenceToOurs >= AIMS.referenceToOurs
  );
}

export function resultText(result: BenchResult): string {
  const { scale, rows, objects, ours, reference } = result;
  const ratios = ratiosOf(result);
  const time = (value: number | undefined) => (value === undefined ? "not run" : `${value.toFixed(1)} s`);
  const lost = (run: Recovery | undefined) =>
    run === undefined ? "" : `${run.lostWrites} of ${run.acknowledgedWrites} acknowledged writes lost`;
  const verdict = (ratio: number | undefined, aim: string, isMet: boolean) =>
    `${ratio === undefined ? "not run" : ratio.toFixed(2)}`.padStart(10) +
    `   ${ratio === undefined ? "" : `aim ${aim}: ${isMet ? "met" : "MISSED"}`}`;
  const line = (name: string, text: string, more = "") =>
    `  ${name.padEnd(34)}${text.padStart(10)}   ${more}`.trimEnd();
  return [
    `${rows} rows, ${objects} objects, provisioning times of the cloud divided by ${scale}`,
    "",
    line("from the fault to the first write", "time"),
    line("ours, forced failover", time(ours?.rtoSeconds), lost(ours)),
    line("  lower bound: critical path", time(ours?.bound.seconds), ours?.bound.path.join(" → ")),
    line("  beyond: before the first stage", time(ours?.beyond.before)),
    line("  beyond: between stages", time(ours?.beyond.between)),
    line("  beyond: reroute to first write", time(ours?.beyond.after)),
    line("reference, seven stages in turn", time(reference?.rtoSeconds), lost(reference)),
    "",
    `  ${"ours : bound".padEnd(34)}${verdict(ratios.oursToBound, `≤ ${AIMS.oursToBound}`, (ratios.oursToBound ?? 0) <= AIMS.oursToBound)}`,
    `  ${"reference : ours".padEnd(34)}${verdict(ratios.referenceToOurs, `≥ ${AIMS.referenceToOurs}`, (ratios.referenceToOurs ?? 0) >= AIMS.referenceToOurs)}`,
    ...stages("stages of ours (side by side)", ours),
    ...stages("stages of the reference (in turn)", reference),
  ]
    .map((text) => text.trimEnd())
    .join("\n");

  function stages(title: string, run: Recovery | undefined): readonly string[] {
    if (run === undefined) return [];
    return ["", `  ${title}`, ...run.stages.map(({ name, seconds }) => line(`  ${name}`, time(seconds)))];
  }
}
