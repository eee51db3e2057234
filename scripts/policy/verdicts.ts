import type { Level, Severity } from "../../policies/shared/rule.ts";
import { type BaselineEntry, covering } from "./baseline.ts";
import type { Judgement } from "./engine.ts";
import { RULES } from "./packs.ts";

/** A violation in a stack, and what becomes of it. */
export interface Verdict {
  readonly stack: string;
  readonly environment: string;
  readonly rule: string;
  readonly level: Level;
  readonly severity: Severity;
  readonly urn: string;
  readonly resource: string;
  readonly message: string;
  /** Why it stops nobody for now; undefined: open. */
  readonly accepted: BaselineEntry | undefined;
}

/** One preview of a stack, as it is or lit. */
export interface Run {
  readonly stack: string;
  readonly environment: string;
  readonly judgement: Judgement;
}

const SEVERITIES: readonly Severity[] = ["critical", "high", "medium", "low"];

/** Each violation once, though a stack was previewed dark and lit; the gravest first. */
export function verdicts(runs: readonly Run[], baseline: readonly BaselineEntry[], today: string): readonly Verdict[] {
  const found = new Map<string, Verdict>();
  for (const { stack, environment, judgement } of runs) {
    for (const { rule, urn, message } of judgement.violations) {
      const known = RULES.get(rule);
      if (known === undefined)
        throw new Error(`${stack}: a violation of ${rule}, which is no rule of ours: ${message}`);
      const resource = urn.split("::").at(-1) ?? "";
      const { level, severity } = known;
      const accepted = covering(baseline, { rule, environment, resource }, today);
      found.set([stack, rule, urn, message].join("\n"), {
        ...{ stack, environment, rule, level, severity, urn, resource, message, accepted },
      });
    }
  }
  const rank = ({ accepted, level, severity }: Verdict) =>
    (accepted ? 100 : 0) + (level === "mandatory" ? 0 : 10) + SEVERITIES.indexOf(severity);
  return [...found.values()].toSorted((a, b) => rank(a) - rank(b));
}

/** What fails the run. */
export function open(all: readonly Verdict[]): readonly Verdict[] {
  return all.filter(({ accepted, level }) => accepted === undefined && level === "mandatory");
}

/** Entries of the baseline that nothing needs any more. Only of environments that were looked at. */
export function idle(
  all: readonly Verdict[],
  baseline: readonly BaselineEntry[],
  environments: readonly string[],
): readonly BaselineEntry[] {
  const used = new Set(all.map(({ accepted }) => accepted));
  return baseline.filter(
    (entry) => !used.has(entry) && entry.environments.every((each) => environments.includes(each)),
  );
}

/** Rules over the whole stack that came to no verdict in any preview of an environment: nobody told them what they need. */
export function notJudged(
  runs: readonly Run[],
): readonly { readonly stack: string; readonly rules: readonly string[] }[] {
  const whole = [...RULES.values()].filter(({ kind }) => kind === "stack").map(({ name }) => name);
  return [...new Set(runs.map(({ stack }) => stack))].flatMap((stack) => {
    const judged = new Set(runs.filter((run) => run.stack === stack).flatMap(({ judgement }) => judgement.judged));
    const rules = whole.filter((rule) => !judged.has(rule));
    return rules.length === 0 ? [] : [{ stack, rules }];
  });
}
