import pg from "pg";
import { DriverError, type ErrorCode, redact } from "../../domain/errors.ts";
import { networkErrorCode } from "../network-errors.ts";

interface Kind {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  /** What a person can do about it. */
  readonly remedy?: string;
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
  [
    "28P01",
    {
      code: "denied",
      retryable: false,
      remedy:
        "the role's password at the server must be the one in the stack's outputs: run `pilotlight up`, or set it",
    },
  ],
  [
    "28000",
    {
      code: "denied",
      retryable: false,
      remedy: "the server must let this role in from this address, with TLS as database.sslMode declares it",
    },
  ],
  ["28", { code: "denied", retryable: false }],
  ["42501", { code: "denied", retryable: false }],
  ["3D000", { code: "not-found", retryable: false, remedy: "create the database, or correct database.name" }],
  ["25006", { code: "refused", retryable: false }],
];

const fatal: Kind = { code: "fatal", retryable: false };

/** OpenSSL's and Node's codes for a certificate that does not hold. */
const untrusted =
  /^(ERR_TLS_CERT|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|PATH_LENGTH)/;

/** SQLSTATE of a server's error, if it is one. */
export function sqlState(error: unknown): string | undefined {
  if (error instanceof DriverError) return sqlState(error.cause);
  return error instanceof pg.DatabaseError ? error.code : undefined;
}

/** The same failure, where a statement waited for a lock until its time was up, with who holds the lock. */
export function heldBy(error: unknown, holders: readonly string[]): unknown {
  const state = sqlState(error);
  if (!(error instanceof DriverError) || (state !== "55P03" && state !== "57014")) return error;
  return new DriverError(error.code, `${error.message}; the lock is held by ${holders.join(", ")}`, {
    retryable: error.retryable,
    expected: "end the transaction that holds the lock, or wait until it ends",
    cause: error.cause,
  });
}

/** A failure while talking to PostgreSQL. `where` is `host:port/database`; the statement is never quoted (it may hold a password). */
export function postgresError(error: unknown, what: string, where: string): DriverError {
  if (error instanceof DriverError) return error;
  if (error instanceof pg.DatabaseError) {
    const state = error.code ?? "?????";
    const kind = kinds.find(([prefix]) => state.startsWith(prefix))?.[1] ?? fatal;
    const { remedy } = kind;
    const advice = remedy === undefined ? "" : `; ${remedy}`;
    return new DriverError(kind.code, `${what} at ${where}: ${redact(error.message)} (SQLSTATE ${state})${advice}`, {
      retryable: kind.retryable,
      ...(remedy === undefined ? {} : { expected: remedy }),
      cause: error,
    });
  }
  const network = networkErrorCode(error);
  const message = error instanceof Error ? error.message : String(error);
  const tls = tlsProblem(error, message);
  if (tls !== undefined) {
    const { cause, ...fault } = tls;
    return new DriverError("refused", `${what} at ${where}: ${cause}; ${fault.expected}`, { ...fault, cause: error });
  }
  // node-postgres gives these without a code.
  if (network !== undefined || /terminated|timeout expired|Client has encountered a connection error/.test(message)) {
    return new DriverError("unreachable", `${what} at ${where}: ${network ?? message}`, { cause: error });
  }
  return new DriverError("fatal", `${what} at ${where}: ${redact(message)}`, { cause: error });
}

/** A connection that could not be encrypted and trusted as declared. */
function tlsProblem(error: unknown, message: string) {
  const code = error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";
  if (untrusted.test(code)) {
    return {
      cause: `the server's certificate is not trusted: ${message} (${code})`,
      field: "PILOTLIGHT_DATABASE_CA_FILE",
      expected: "give its authority in PILOTLIGHT_DATABASE_CA_FILE, and as host the name that the certificate is for",
    };
  }
  if (/server does not support SSL/.test(message)) {
    return {
      cause: "the server does not offer TLS",
      field: "database.sslMode",
      value: "require",
      expected: "turn TLS on at the server, or declare database.sslMode: disable where the network is trusted",
    };
  }
  return undefined;
}
