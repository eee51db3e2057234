import { DriverError, redact } from "../../domain/errors.ts";
import { interruption } from "../../lib/interruption.ts";
import { networkErrorCode } from "../network-errors.ts";

/** HTTP status of an error of either SDK. */
export function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null) return undefined;
  if ("statusCode" in error && typeof error.statusCode === "number") return error.statusCode;
  if ("$metadata" in error && typeof error.$metadata === "object" && error.$metadata !== null) {
    const { httpStatusCode } = error.$metadata as { httpStatusCode?: unknown };
    return typeof httpStatusCode === "number" ? httpStatusCode : undefined;
  }
  return undefined;
}

/** Azure's own code. */
function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

/** A failure of an object store. `refused`: no further try will change it. */
export function objectError(error: unknown, what: string, signal: AbortSignal): DriverError {
  if (error instanceof DriverError) return error;
  if (signal.aborted) return interruption(what, signal);
  const status = statusOf(error);
  const name = error instanceof Error ? error.name : "Error";
  const text = error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error);
  const message = `${what}: ${status ?? name} ${redact(text)}`;
  // Readable again only after a person has it restored; nothing is wrong with our rights.
  if (name === "InvalidObjectState" || /^Blob(Archived|BeingRehydrated)$/.test(codeOf(error))) {
    return new DriverError("refused", `${what}: it is archived; restore it to have it copied`, { cause: error });
  }
  if (name === "KeyTooLongError") return new DriverError("refused", message, { cause: error });
  if (status === 401 || status === 403 || name === "CredentialsProviderError") {
    return new DriverError("denied", message, { cause: error });
  }
  if (status === 404) return new DriverError("not-found", message, { cause: error });
  if (status === 409 || status === 412) return new DriverError("conflict", message, { cause: error, retryable: true });
  if (status === 429 || name === "SlowDown") return new DriverError("throttled", message, { cause: error });
  if (status === 408 || name === "TimeoutError") return new DriverError("timeout", message, { cause: error });
  if ((status !== undefined && status >= 500) || networkErrorCode(error) !== undefined || name === "AbortError") {
    return new DriverError("unreachable", message, { cause: error });
  }
  return new DriverError("fatal", message, { cause: error });
}
