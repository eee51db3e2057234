/**
 * What went wrong, as the caller must tell it apart:
 * invalid-input (the caller's fault, see field/value/expected), not-found, unreachable (nothing answered), timeout (a deadline of ours),
 * conflict (somebody else changed or holds it), locked (the engine's state is locked), denied (credentials or rights),
 * throttled, capacity (the cloud has no room, or a quota is used up), guard (a reason not to go on, see `guard`), refused (the state does not allow it), stale-epoch (another driver took over),
 * interrupted (the process received a signal to stop), unverified (an effect was asked for and is not seen), fatal (anything else that repeating cannot fix).
 */
export type ErrorCode =
  | "invalid-input"
  | "not-found"
  | "unreachable"
  | "timeout"
  | "conflict"
  | "locked"
  | "denied"
  | "throttled"
  | "capacity"
  | "guard"
  | "refused"
  | "stale-epoch"
  | "interrupted"
  | "unverified"
  | "fatal";

const retryableByNature: ReadonlySet<ErrorCode> = new Set(["unreachable", "timeout", "throttled", "unverified"]);

export interface DriverErrorOptions {
  /** Default: true for unreachable, timeout, throttled and unverified; false for all others. */
  readonly retryable?: boolean;
  /** Milliseconds after which the other side said that it may be asked again. */
  readonly retryAfterMs?: number | undefined;
  /** The input at fault, as the person named it, e.g. `--mode` or `settings.rpoSeconds`. */
  readonly field?: string;
  /** What it was. Never a secret. */
  readonly value?: string;
  /** What would be right. */
  readonly expected?: string;
  /** Kept for logs of this process; never serialised, because foreign errors may hold secrets. */
  readonly cause?: unknown;
}

/** The form of an error in the journal and in reports: words and codes only. */
export interface SerialisedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
  readonly field?: string | undefined;
  readonly value?: string | undefined;
  readonly expected?: string | undefined;
  readonly guard?: string | undefined;
}

/** Every error that the driver throws on purpose. `message` is for a person and holds no secret. */
export class DriverError extends Error {
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterMs: number | undefined;
  readonly field: string | undefined;
  readonly value: string | undefined;
  readonly expected: string | undefined;

  constructor(code: ErrorCode, message: string, options: DriverErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "DriverError";
    this.code = code;
    this.retryable = options.retryable ?? retryableByNature.has(code);
    this.retryAfterMs = options.retryAfterMs;
    this.field = options.field;
    this.value = options.value;
    this.expected = options.expected;
  }

  toJSON(): SerialisedError {
    return {
      code: this.code,
      message: this.message,
      retryable: this.retryable,
      ...(this.field === undefined ? {} : { field: this.field }),
      ...(this.value === undefined ? {} : { value: this.value }),
      ...(this.expected === undefined ? {} : { expected: this.expected }),
    };
  }
}

/** A wrong argument, setting or file: names the field, its value and what would be right. */
export function invalidInput(field: string, value: unknown, expected: string): DriverError {
  const shown = typeof value === "string" ? value : String(JSON.stringify(value));
  return new DriverError("invalid-input", `${field} is ${JSON.stringify(shown)}; expected ${expected}`, {
    field,
    value: shown,
    expected,
  });
}

/** Credentials inside a URL and `password=`-like pairs, which foreign messages (connection errors, engines) may quote. */
const secretPatterns: readonly (readonly [RegExp, string])[] = [
  [/([a-z][a-z0-9+.-]*:\/\/[^\s:/@]+):[^\s@/]+@/gi, "$1:***@"],
  [
    /\b(password|passwd|pwd|secret|token|accountkey|sig|passphrase)(["']?\s*[=:]\s*)("[^"]*"|'[^']*'|[^\s,;&]+)/gi,
    "$1$2***",
  ],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/g, "$1 ***"],
];

/** Blanks what looks like a credential. For messages that did not originate with us. */
export function redact(text: string): string {
  return secretPatterns.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);
}

/** Any thrown value as a `DriverError`: ours as they are, foreign ones as `fatal` with their message redacted. */
export function toDriverError(thrown: unknown): DriverError {
  if (thrown instanceof DriverError) return thrown;
  const message = thrown instanceof Error ? thrown.message || thrown.name : String(thrown);
  return new DriverError("fatal", redact(message), { cause: thrown });
}

/** For the journal and reports. */
export function serialiseError(thrown: unknown): SerialisedError {
  return toDriverError(thrown).toJSON();
}
