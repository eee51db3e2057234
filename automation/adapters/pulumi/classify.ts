import { stripVTControlCharacters } from "node:util";
import { DriverError, type DriverErrorOptions, type ErrorCode, redact } from "../../domain/errors.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly options?: DriverErrorOptions;
}

/** The engine and the providers give their errors as text; this is the one place that reads it. First match wins. */
const rules: readonly Rule[] = [
  {
    pattern: /\[409\] Conflict: Another update is currently in progress|stack is currently locked by/i,
    code: "locked",
  },
  {
    pattern: /incorrect passphrase|passphrase must be set|PULUMI_CONFIG_PASSPHRASE/i,
    code: "invalid-input",
    options: {
      field: "PULUMI_CONFIG_PASSPHRASE",
      expected: "the passphrase that the stack's secrets were encrypted with",
    },
  },
  {
    pattern:
      /Insufficient(Instance|DBInstance|Host)?Capacity|ZonalAllocationFailed|OverconstrainedAllocation|AllocationFailed|SkuNotAvailable|NotAvailableForSubscription/i,
    code: "refused",
    options: { retryable: true, expected: "capacity in the region, or another size or region" },
  },
  {
    pattern:
      /Quota(Exceeded|\s+exceeded)|exceeding (approved )?.*quota|LimitExceeded(?!.*rate)|VcpuLimit|OperationNotAllowed.*quota/i,
    code: "refused",
    options: { expected: "a higher quota, asked for at the cloud" },
  },
  { pattern: /Throttl|TooManyRequests|RequestLimitExceeded|rate exceeded|\b429\b/i, code: "throttled" },
  {
    pattern:
      /AccessDenied|UnauthorizedOperation|AuthorizationFailed|InvalidClientTokenId|UnrecognizedClient|ExpiredToken|AuthFailure|InvalidAuthenticationToken|no valid credential|\b(401|403)\b|Forbidden/i,
    code: "denied",
  },
  {
    pattern:
      /dial tcp|connection refused|i\/o timeout|no such host|TLS handshake timeout|connection reset|context deadline exceeded|Client\.Timeout|request send failed|network is unreachable|no route to host|configured Kubernetes cluster is unreachable|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|socket hang up|ServiceUnavailable|\b50[234]\b/i,
    code: "unreachable",
  },
  {
    pattern:
      /Missing required configuration|configuration (key|value)|is not valid for|unrecognized property|Check failed|failed to (load|find|parse)|could not find (a )?project|SyntaxError|TypeError|ReferenceError|Cannot find (module|package)|Unhandled exception|unhandled error|no resource plugin|is protected|violates plan/i,
    code: "invalid-input",
  },
];

const longest = 600;

/** `lines`: the error diagnostics of the engine's events, else the command's standard error. `what` e.g. "update of stack x". */
export function classifyEngineError(what: string, lines: readonly string[], cause: unknown): DriverError {
  const text = lines
    .map(plain)
    .filter((line) => line !== "")
    .join("\n");
  const rule = rules.find(({ pattern }) => pattern.test(text));
  const shown = redact(text).slice(0, longest) || "the engine ended without saying why";
  return new DriverError(rule?.code ?? "fatal", `${what}: ${shown}`, { ...rule?.options, cause });
}

/** The engine's colour marks and the terminal's, blanks around. */
export function plain(text: string): string {
  return stripVTControlCharacters(text.replace(/<\{%[^%]*%\}>/g, "")).trim();
}

/** Lines of standard error that tell what was wrong; all of them where none is marked. */
export function errorLines(stderr: string): readonly string[] {
  const lines = stderr
    .split("\n")
    .map(plain)
    .filter((line) => line !== "");
  const start = lines.findIndex((line) => /^error:/i.test(line));
  return start < 0 ? lines : lines.slice(start);
}
