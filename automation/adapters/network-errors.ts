/** Codes of the system and of undici that mean: nothing answered, or it went away. Trying again may help. */
const codes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_SOCKET",
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

/** The network error inside `error` (or its causes), e.g. `ECONNREFUSED`; undefined when it is no such thing. */
export function networkErrorCode(error: unknown): string | undefined {
  for (
    let current: unknown = error, depth = 0;
    current instanceof Error && depth < 6;
    current = current.cause, depth++
  ) {
    const code = "code" in current && typeof current.code === "string" ? current.code : undefined;
    if (code !== undefined && codes.has(code)) return code;
    if (current instanceof AggregateError) {
      for (const part of current.errors) {
        const inner = networkErrorCode(part);
        if (inner !== undefined) return inner;
      }
    }
  }
  return undefined;
}
