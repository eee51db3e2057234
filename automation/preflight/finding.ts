/**
 * `failed`: a failover would not succeed, or would not be safe. `warning`: it would, and something should be fixed before.
 * `unknown`: it could not be checked, which is reported and never counts as good.
 */
export type FindingStatus = "ok" | "warning" | "failed" | "unknown";

export interface Finding {
  readonly status: FindingStatus;
  /** What was found, for a person; never a secret. */
  readonly found: string;
  /** What to do. Absent: nothing. */
  readonly advice?: string;
}

export const ok = (found: string): Finding => ({ status: "ok", found });
export const warning = (found: string, advice: string): Finding => ({ status: "warning", found, advice });
export const failed = (found: string, advice: string): Finding => ({ status: "failed", found, advice });
export const unknown = (found: string): Finding => ({ status: "unknown", found });

const rank: Readonly<Record<FindingStatus, number>> = { ok: 0, unknown: 1, warning: 2, failed: 3 };

/** Several findings of one check as one: the worst counts, all are reported. */
export function worst(findings: readonly Finding[]): Finding {
  const sorted = findings.toSorted((a, b) => rank[b.status] - rank[a.status]);
  const [first] = sorted;
  if (first === undefined) return ok("nothing to check");
  const advice = sorted.flatMap((each) => each.advice ?? []);
  return {
    status: first.status,
    found: findings.map((each) => each.found).join("; "),
    ...(advice.length === 0 ? {} : { advice: advice.join("; ") }),
  };
}
