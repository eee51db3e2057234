import { z } from "zod";
import { DriverError, redact } from "../../domain/errors.ts";
import { pause, withDeadline } from "../../lib/interruption.ts";
import type { ArmAnswer, ArmClient } from "./arm-client.ts";

export interface ArmOperation {
  readonly method: "PATCH" | "POST";
  readonly path: string;
  readonly body?: unknown;
  /** Milliseconds until it has ended. */
  readonly timeoutMs: number;
  /** Milliseconds between two looks, where Resource Manager does not ask for less. Default 500. */
  readonly pollMs?: number;
}

const statusSchema = z.object({
  status: z.string(),
  error: z.object({ code: z.string().optional(), message: z.string().optional() }).optional(),
});
/** Resource Manager asks for 10 s and more between two looks; users wait for this one. */
const longestPollMs = 3000;
const shortestPollMs = 100;

/**
 * Sends a change and waits until it has ended, by the operation's own address where the answer names one. Errors: `timeout`;
 * `conflict` (retryable) where the operation was cancelled; `fatal` where it failed, with Azure's words; those of the client.
 */
export async function armOperation(arm: ArmClient, operation: ArmOperation, signal: AbortSignal): Promise<void> {
  const { method, path, body, timeoutMs } = operation;
  const what = `${method} ${path.split("?")[0]}`;
  await withDeadline(what, timeoutMs, signal, async (inner) => {
    let answer = await arm.send(method, path, body, inner);
    const { operationUrl } = answer;
    let next = operationUrl ?? (answer.status === 202 ? answer.locationUrl : undefined);
    while (next !== undefined) {
      const wait = Math.max(answer.retryAfterMs ?? operation.pollMs ?? 500, shortestPollMs);
      await pause(what, Math.min(wait, longestPollMs), inner);
      answer = await arm.send("GET", arm.pathOf(next), undefined, inner);
      if (operationUrl === undefined) next = answer.status === 202 ? (answer.locationUrl ?? next) : undefined;
      else if (hasEnded(what, answer)) next = undefined;
    }
  });
}

function hasEnded(what: string, { body }: ArmAnswer): boolean {
  const parsed = statusSchema.safeParse(body);
  if (!parsed.success) throw new DriverError("fatal", `${what}: its operation does not tell a status`);
  const { status, error } = parsed.data;
  if (status === "Succeeded") return true;
  if (status !== "Failed" && status !== "Canceled") return false;
  const reason = `${what}: ${status} ${redact(`${error?.code ?? ""} ${error?.message ?? ""}`)}`.trim();
  throw status === "Canceled"
    ? new DriverError("conflict", reason, { retryable: true })
    : new DriverError("fatal", reason);
}
