import { accountKeyAuthorization, managedIdentityAuthorization } from "../adapters/azure/table-authorization.ts";
import { DriverError, serialiseError, toDriverError } from "../domain/errors.ts";
import { doFailover } from "./do-failover.ts";
import { driverWebhook } from "./driver-webhook.ts";
import { endpointProbe } from "./endpoint-probe.ts";
import type { FunctionAnswer, FunctionDependencies } from "./failover-functions.ts";
import { healthCheck } from "./health-check.ts";
import { readFunctionSettings } from "./settings.ts";
import { TableStore } from "./table-store.ts";

export const functions = { health_check: healthCheck, do_failover: doFailover } as const;
export type FunctionName = keyof typeof functions;

/** Longer than this no request takes; Azure's own limit for HTTP is 230 s. */
const wholeMs = 100_000;
const requestMs = 8000;

/** The functions with their effects attached. */
export function createDependencies(
  environment: Readonly<Record<string, string | undefined>>,
  { fetch, clock }: { readonly fetch: typeof globalThis.fetch; readonly clock: FunctionDependencies["clock"] },
): FunctionDependencies {
  const settings = readFunctionSettings(environment);
  const { login } = settings;
  const authorize =
    "key" in login
      ? accountKeyAuthorization(login.account, login.key, clock)
      : managedIdentityAuthorization(fetch, login, clock);
  const { endpoint, name: table } = settings.table;
  return {
    store: new TableStore({ fetch, endpoint, table, authorize, timeoutMs: requestMs }),
    clock,
    probe: endpointProbe(fetch, settings.probeTimeoutMs, settings.healthPath, settings.probeTls),
    rules: settings.rules,
    ...(settings.webhook === undefined
      ? {}
      : { notify: driverWebhook(fetch, { ...settings.webhook, timeoutMs: requestMs }) }),
  };
}

/**
 * One request. An error of our own is an answer outside 2xx with `healthy` and `changed` null: the Logic App then decides nothing, because
 * an observer that cannot see is no reason to fail over. `log` gets one line, without secrets.
 */
export async function answerRequest(
  name: FunctionName,
  dependencies: () => FunctionDependencies,
  log: (line: string) => void,
): Promise<FunctionAnswer> {
  try {
    const answer = await functions[name](dependencies(), AbortSignal.timeout(wholeMs));
    log(`${name}: ${JSON.stringify(answer.body)}`);
    return answer;
  } catch (thrown) {
    const error = toDriverError(isTimeout(thrown) ? new DriverError("timeout", `${name} took too long`) : thrown);
    const { code, message } = serialiseError(error);
    log(`${name}: ${code}: ${message}`);
    const nothing =
      name === "health_check" ? { healthy: null, active_target: null } : { changed: null, status: "ERROR" };
    return { status: error.code === "conflict" ? 409 : 503, body: { ...nothing, error: code, reason: message } };
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === "TimeoutError";
}
