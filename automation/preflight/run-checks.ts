import { DriverError, serialiseError } from "../domain/errors.ts";
import { withDeadline } from "../lib/deadline.ts";
import type { Clock } from "../ports/clock.ts";
import { type Finding, type FindingStatus, failed, unknown, warning } from "./finding.ts";

export interface Check {
  /** e.g. `azure-credentials`; unlike any other's. */
  readonly name: string;
  /** What a failover needs of it, for the advice where nothing answered. */
  readonly about: string;
  /** What it means that the thing does not answer or refuses us. */
  readonly silent: "warning" | "failed" | "unknown";
  readonly run: (signal: AbortSignal) => Promise<Finding>;
}

export interface PreflightReport {
  readonly at: string;
  /** The worst of all; `unknown` counts as a warning at least. */
  readonly status: FindingStatus;
  readonly checks: readonly (Finding & { readonly name: string })[];
}

/** One check, in milliseconds. */
const checkMs = 15_000;
const answers: ReadonlySet<string> = new Set(["unreachable", "timeout", "denied", "throttled"]);

/** All at once; none can hold up or end another. */
export async function runChecks(checks: readonly Check[], clock: Clock, signal: AbortSignal): Promise<PreflightReport> {
  const found = await Promise.all(
    checks.map(async (check) => ({ name: check.name, ...(await runCheck(check, clock, signal)) })),
  );
  const has = (status: FindingStatus): boolean => found.some((each) => each.status === status);
  const status = has("failed") ? "failed" : has("warning") || has("unknown") ? "warning" : "ok";
  return { at: clock.now().toISOString(), status, checks: found };
}

async function runCheck(check: Check, clock: Clock, signal: AbortSignal): Promise<Finding> {
  try {
    return await withDeadline({ clock, milliseconds: checkMs, signal, what: check.name }, check.run);
  } catch (error) {
    signal.throwIfAborted();
    const { message } = serialiseError(error);
    if (!(error instanceof DriverError) || !answers.has(error.code)) return unknown(message);
    if (check.silent === "unknown") return unknown(message);
    return check.silent === "failed" ? failed(message, check.about) : warning(message, check.about);
  }
}
