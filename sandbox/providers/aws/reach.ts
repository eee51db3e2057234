/** How long nothing is asked after the API did not answer: an update of 70 resources must not wait for each in turn. */
const restMs = 20_000;

/** Does a call. @throws one clear sentence when the API does not answer; the SDK's own words speak of sockets. */
export type Reach = <T>(call: () => Promise<T>) => Promise<T>;

export function createReach(now: () => number = Date.now): Reach {
  let restUntil = Number.NEGATIVE_INFINITY;
  return async (call) => {
    if (now() < restUntil) throw unreachable(undefined);
    try {
      return await call();
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      restUntil = now() + restMs;
      throw unreachable(error);
    }
  };
}

function unreachable(cause: unknown): Error {
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  return new Error(`the AWS API${endpoint === undefined ? "" : ` at ${endpoint}`} does not answer`, { cause });
}

function isUnreachable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error ? String(error.code) : "";
  return error.name === "TimeoutError" || /^E(CONNREFUSED|CONNRESET|HOSTUNREACH|PIPE|TIMEDOUT)$/.test(code);
}
