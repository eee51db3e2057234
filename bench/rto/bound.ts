import type { OperationReport, StageReport } from "../../automation/workflow/stages/operation-report.ts";

export interface Bound {
  readonly seconds: number;
  /** The stages that decide on it, first to last. */
  readonly path: readonly string[];
}

/**
 * The longest path of an operation's graph that ends in `last`, each stage with the time that it took: however well stages are run side by
 * side, users cannot be served sooner. `last` is `reroute`: from there on the name leads to the standby.
 */
export function criticalPath({ stages }: Pick<OperationReport, "stages">, last = "reroute"): Bound {
  const known = new Map<string, Bound>();
  const byName = new Map(stages.map((stage) => [stage.name, stage]));
  const boundOf = (name: string): Bound => {
    const found = known.get(name);
    if (found !== undefined) return found;
    const stage = byName.get(name);
    if (stage === undefined) throw new Error(`the operation has no stage ${name}`);
    const longest = stage.needs
      .map(boundOf)
      .reduce<Bound>((most, each) => (each.seconds > most.seconds ? each : most), { seconds: 0, path: [] });
    const bound = { seconds: longest.seconds + secondsOf(stage), path: [...longest.path, name] };
    known.set(name, bound);
    return bound;
  };
  return boundOf(last);
}

/** Where a recovery was longer than its bound, in seconds. */
export interface Beyond {
  /** From the fault until the first stage began: start of the process, guards, lock. */
  readonly before: number;
  /** Between stages of the path: what the runner adds. */
  readonly between: number;
  /** From the end of `reroute` to the client's first write: the name's TTL, the client's next try. */
  readonly after: number;
}

export function beyondBound(
  { stages }: Pick<OperationReport, "stages">,
  bound: Bound,
  seen: { readonly faultAt: string; readonly firstWriteAt: string },
): Beyond {
  const at = (name: string | undefined, end: "startedAt" | "endedAt") =>
    Date.parse(stages.find((stage) => stage.name === name)?.[end] ?? "") / 1000;
  const [began, rerouted] = [at(bound.path[0], "startedAt"), at(bound.path.at(-1), "endedAt")];
  return {
    before: began - Date.parse(seen.faultAt) / 1000,
    between: rerouted - began - bound.seconds,
    after: Date.parse(seen.firstWriteAt) / 1000 - rerouted,
  };
}

export function secondsOf({ name, startedAt, endedAt }: StageReport): number {
  if (startedAt === undefined || endedAt === undefined) throw new Error(`stage ${name} did not run to its end`);
  return (Date.parse(endedAt) - Date.parse(startedAt)) / 1000;
}
