import { stripVTControlCharacters } from "node:util";
import { DriverError, type DriverErrorOptions, type ErrorCode, redact } from "../../domain/errors.ts";

interface Rule {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly options?: DriverErrorOptions;
}

/** An HTTP status as the providers tell it: `RESPONSE 503`, `StatusCode: 503`, `Status=503`, `HTTP 503`, `503 Service Unavailable`. */
function status(codes: string): string {
  const reason = "(?:too many|unauthorized|forbidden|internal|bad gateway|service|gateway)";
  return `(?:status(?: ?code)?[=: ]+|response |http(?:/[\\d.]+)? )(?:${codes})\\b|\\b(?:${codes}) ${reason}`;
}

/**
 * How backends say that there is no such stack: the command line, Pulumi Cloud, and those that keep a state in files or objects, whose
 * store says it in its own words. A store that is missing altogether is something else.
 */
function absentStack(): RegExp {
  const gone = [
    "NoSuchKey",
    "BlobNotFound",
    "no such (?:file|object)",
    "cannot find the (?:file|path)",
    "(?:object|blob|key) (?:doesn't|does not) exist",
  ];
  return new RegExp(
    [
      "no stack named",
      "(?:^|error: |not found: )stack ['\"`]?[\\w./-]+['\"`]? (?:was )?(?:not found|does not exist)",
      `failed to load checkpoint(?![\\s\\S]*(?:NoSuchBucket|ContainerNotFound))[\\s\\S]*?(?:${gone.join("|")})`,
      "checkpoint (?:was )?(?:does not exist|not found)",
    ].join("|"),
    "im",
  );
}

/**
 * The engine and the providers give their errors as text; this is the one place that reads it. First match wins, so what is said in
 * passing (a status, a word that other errors quote) comes after what can only mean one thing. Real forms: test/automation/adapters/pulumi/engine-errors.unit.test.ts.
 */
const rules: readonly Rule[] = [
  { pattern: absentStack(), code: "not-found" },
  {
    pattern: /\[409\] Conflict: Another update is currently in progress|stack is currently locked by/i,
    code: "locked",
  },
  {
    // The program's own refusal (stacks/switches.ts).
    pattern:
      /is older than what is deployed: it was written at epoch|and still names epoch \d+, at which this is deployed/,
    code: "refused",
    options: { expected: "the stack's file as it was committed after the last move (git pull), or pilotlight switch" },
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
    // Azure has no room for this size, or does not sell it to this subscription here.
    pattern:
      /(?:SkuNotAvailable|(?:Zonal)?AllocationFailed|Overconstrained(?:Zonal)?AllocationRequest|NotAvailableForSubscription|RegionDoesNotAllowProvisioning|ProvisionNotSupportedForRegion)|currently not available in location|VM size of \S+ is not allowed in your subscription|resource is not available in the location/i,
    code: "capacity",
    options: { expected: "room for this size in the region, or another size or region" },
  },
  {
    // AWS.
    pattern:
      /Insufficient(?:Instance|Host|ReservedInstance|DBInstance|DBCluster|Cluster|Cache\w*)?Capacity|(?:do|does) not (?:currently )?have sufficient|no availability zones with sufficient capacity/i,
    code: "capacity",
    options: { expected: "room for this size in the region, or another size or region" },
  },
  {
    pattern: new RegExp(
      `Throttl|TooManyRequests|RequestLimitExceeded|RateLimit|rate exceeded|SlowDown|PriorRequestNotComplete|${status("429")}`,
      "i",
    ),
    code: "throttled",
  },
  {
    // Quotas of either cloud, by the words that their codes are made of: VcpuLimitExceeded, ErrCode_InsufficientVCPUQuota, PublicIPCountLimitReached.
    pattern:
      /[a-z](?:Limit|Quota)(?:Exceeded|Reached)\b|\b(?:Limit|Quota)Exceeded|Insufficient[\w ]*Quota|exceeding (?:approved |quota )[\s\S]{0,80}?(?:quota|limits? of)|reached your quota|quota exceeded/i,
    code: "capacity",
    options: { expected: "a higher quota, asked for at the cloud, or another size" },
  },
  {
    pattern:
      /in progress (?:\w+ ){0,4}operation|another operation [\s\S]{0,40}in progress|AnotherOperationInProgress|ConflictingServerOperation|RetryableErrorDueToAnotherOperation|ResourceInUseException/i,
    code: "conflict",
    options: { retryable: true, expected: "the operation under way on that resource to end" },
  },
  {
    // The login endpoint itself: what it would have said is not known.
    pattern: /login\.microsoftonline\.com[^\n]*(?:no such host|i\/o timeout|refused|unreachable)/i,
    code: "unreachable",
  },
  {
    pattern: new RegExp(
      [
        "AADSTS\\d+",
        "AccessDenied",
        "UnauthorizedOperation",
        "AuthorizationFailed",
        "InvalidClientTokenId",
        "UnrecognizedClient",
        "Expired(?:Authentication)?Token",
        "RequestExpired",
        "SignatureDoesNotMatch",
        "AuthFailure",
        "InvalidAuthenticationToken",
        "InvalidAccessKeyId",
        "no valid credential",
        "NoCredentialProviders",
        "no EC2 IMDS role found",
        "failed to acquire a token",
        "RequestDisallowedByPolicy",
        "SubscriptionNotFound",
        "DisabledSubscription|ReadOnlyDisabled",
        "must be logged in to the server",
        "server has asked for the client to provide credentials",
        "invalid access token",
        status("401|403"),
        "\\bForbidden\\b",
      ].join("|"),
      "i",
    ),
    code: "denied",
    options: { expected: "credentials that are valid and allowed to do this" },
  },
  {
    pattern: new RegExp(
      [
        "dial tcp",
        "connection (?:refused|reset|timed out)",
        "i/o timeout",
        "no such host",
        "server misbehaving",
        "TLS handshake timeout",
        "context deadline exceeded",
        "Client\\.Timeout",
        "client connection lost",
        "unexpected EOF",
        "(?:request send|send request) failed",
        "network is unreachable",
        "no route to host",
        "configured Kubernetes cluster is unreachable",
        "due to unreachable cluster",
        "server is currently unable to handle the request",
        "does not answer",
        "ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH",
        "socket hang up",
        "fetch failed",
        "ServiceUnavailable",
        "InternalServerError|InternalFailure",
        status("50[0234]"),
      ].join("|"),
      "i",
    ),
    code: "unreachable",
  },
  {
    // A provider's own patience ended; the cloud may still come to its end.
    pattern: /timeout while waiting for|timed out waiting|exceeded max wait time/i,
    code: "timeout",
  },
  {
    pattern: /marked for protection|is protected|violates plan/i,
    code: "refused",
    options: { expected: "a change of the program, or of the protection, that a person makes" },
  },
  {
    pattern:
      /Missing required configuration|configuration (?:key|value)|is not valid for|unrecognized property|Check failed|failed to (?:load|find|parse)|could not find (?:a )?project|SyntaxError|TypeError|ReferenceError|\berror TS\d+|Duplicate resource URN|Cannot find (?:module|package)|Unhandled exception|unhandled error|no (?:resource|language) plugin|Invalid(?:Request|Parameter|Property|Resource|Template)\w*|PropertyChangeNotAllowed|K8sVersionNotSupported|LocationNotAvailableForResourceType|ValidationError|already exist/i,
    code: "invalid-input",
  },
];

const longest = 600;
/** What the engine and the providers put around every error. */
const noise = /\b\d+ errors? occurred:\s*(?:\* )?|(?:^|\n)(?:update|preview|destroy) failed$/g;

/** `lines`: the error diagnostics of the engine's events, else the command's standard error. `what` e.g. "update of stack x". */
export function classifyEngineError(what: string, lines: readonly string[], cause: unknown): DriverError {
  const text = lines
    .map(plain)
    .filter((line) => line !== "")
    .join("\n")
    .replaceAll(noise, "");
  const rule = rules.find(({ pattern }) => pattern.test(text));
  const shown = redact(text).slice(0, longest) || "the engine ended without saying why";
  return new DriverError(rule?.code ?? "fatal", `${what}: ${shown}`, { ...rule?.options, cause });
}

/** The engine's colour marks and the terminal's, blanks around. */
export function plain(text: string): string {
  return stripVTControlCharacters(text.replace(/<\{%[^%]*%\}>/g, "")).trim();
}

/** The engine's words for a stack that is not in the backend. */
export function saysAbsent(text: string): boolean {
  return absentStack().test(errorLines(text).join("\n"));
}

/** What `engineCommand` failed with, told apart; any other error as it is. */
export function engineError(what: string, error: unknown): unknown {
  if (!(error instanceof DriverError) || error.code !== "fatal") return error;
  return classifyEngineError(what, errorLines(saidBy(error)), error);
}

/** All that the command of a failed `engineCommand` said on standard error; its message quotes one line of it. */
export function saidBy(error: DriverError): string {
  const { cause } = error;
  return cause instanceof Error && "stderr" in cause ? String(cause.stderr) : error.message;
}

/**
 * Lines of standard error that tell what was wrong: each error with what follows it, up to a warning. Where none is marked, all but the
 * warnings.
 */
export function errorLines(stderr: string): readonly string[] {
  const lines = stderr
    .split("\n")
    .map(plain)
    .filter((line) => line !== "");
  const errors: string[] = [];
  let isError = false;
  for (const line of lines) {
    const mark = /^(error|panic|fatal error|warning|info|debug|note):/i.exec(line)?.[1]?.toLowerCase();
    if (mark !== undefined) isError = /error|panic/.test(mark);
    if (isError) errors.push(line);
  }
  if (errors.length > 0) return errors;
  const others = lines.filter((line) => !/^warning:/i.test(line));
  return others.length > 0 ? others : lines;
}

/** What the engine said in a `fatal` error; nothing for any other error. */
export function fatalWords(error: unknown): string {
  return error instanceof DriverError && error.code === "fatal" ? saidBy(error) : "";
}
