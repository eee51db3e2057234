import pg from "pg";
import { DriverError, type ErrorCode, redact } from "../../domain/errors.ts";
import { networkErrorCode } from "../network-errors.ts";

interface Kind {
  readonly code: ErrorCode;
  readonly retryable: boolean;
}

/** By SQLSTATE, longest prefix first. What is not here is `fatal`: the same statement will fail again. */
const kinds: readonly (readonly [string, Kind])[] = [
  ["57014", { code: "timeout", retryable: true }],
  ["57P0", { code: "unreachable", retryable: true }],
  ["55P03", { code: "timeout", retryable: true }],
  ["55006", { code: "conflict", retryable: true }],
  ["53300", { code: "throttled", retryable: true }],
  ["53400", { code: "throttled", retryable: false }],
  ["40", { code: "conflict", retryable: true }],
  ["08", { code: "unreachable", retryable: true }],
  ["28", { code: "denied", retryable: false }],
  ["42501", { code: "denied", retryable: false }],
  ["3D000", { code: "not-found", retryable: false }],
  ["25006", { code: "refused", retryable: false }],
];

/** SQLSTATE of a server's error, if it is one. */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof DriverError) return sqlState(error.cause);
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** A failure while talking to PostgreSQL. `where` is `host:port/database`; the statement is never quoted (it may hold a password). */
export function postgresError(error: unknown, what: string, where: string): DriverError {
  if (error instanceof DriverError) return error;
  if (error instanceof pg.DatabaseError) {
    const state = error.code ?? "?????";
    const kind = kinds.find(([prefix]) => state.startsWith(prefix))?.[1] ?? { code: "fatal", retryable: false };
    return new DriverError(kind.code, `${what} at ${where}: ${redact(error.message)} (SQLSTATE ${state})`, {
      retryable: kind.retryable,
      cause: error,
    });
  }
  const network = networkErrorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  // node-postgres gives these without a code.
  if (network !== undefined || /terminated|timeout expired|Client has encountered a connection error/.test(message)) {
    return new DriverError("unreachable", `${what} at ${where}: ${network ?? message}`, { cause: error });
  }
  return new DriverError("fatal", `${what} at ${where}: ${redact(message)}`, { cause: error });
}
