import { z } from "zod";
import type { ManagedIdentity } from "../adapters/azure/table-authorization.ts";
import { DriverError } from "../domain/errors.ts";
import { DEFAULT_HEALTH_PATH } from "../domain/health-report.ts";
import type { ProbeTls } from "./endpoint-probe.ts";
import type { FunctionRules } from "./failover-functions.ts";

const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);
const optional = z
  .string()
  .optional()
  .transform((text) => (text === "" ? undefined : text));

const settingsSchema = z.object({
  STATE_TABLE_ENDPOINT: z.url(),
  STATE_TABLE_NAME: z.string().default("failoverstate"),
  /** With an account key; without one the Function App's identity is used. */
  STATE_TABLE_ACCOUNT: optional,
  STATE_TABLE_KEY: optional,
  FAILOVER_PRIMARY_ENDPOINT: z.url(),
  FAILOVER_SECONDARY_ENDPOINT: z.url(),
  FAILOVER_COOLDOWN_SECONDS: z.coerce.number().nonnegative().default(600),
  FAILOVER_PROBE_TIMEOUT_SECONDS: seconds(5),
  FAILOVER_HEALTH_PATH: z.string().startsWith("/").default(DEFAULT_HEALTH_PATH),
  /** What the certificates of endpoints over HTTPS are for. Default: each for its own name. */
  FAILOVER_PUBLIC_NAME: optional,
  /** PEM of authorities that they may come from, beside the public ones. */
  FAILOVER_PROBE_AUTHORITY: optional,
  FAILOVER_PROBE_ATTEMPTS: z.coerce.number().int().min(1).max(10).default(3),
  FAILOVER_PROBE_PAUSE_SECONDS: seconds(2),
  FAILOVER_DRIVER_WEBHOOK_URL: z.union([z.literal(""), z.url()]).default(""),
  FAILOVER_DRIVER_WEBHOOK_TOKEN: optional,
  IDENTITY_ENDPOINT: optional,
  IDENTITY_HEADER: optional,
  AZURE_CLIENT_ID: optional,
});

/** What the Function App's settings say. */
export interface FunctionSettings {
  readonly table: { readonly endpoint: string; readonly name: string };
  readonly login: { readonly account: string; readonly key: string } | ManagedIdentity;
  readonly rules: FunctionRules;
  readonly probeTimeoutMs: number;
  /** For endpoints over HTTPS; undefined: each is asked for its own name. */
  readonly probeTls: ProbeTls | undefined;
  /** Below both endpoints; default `/health`. */
  readonly healthPath: string;
  readonly webhook: { readonly url: string; readonly token: string } | undefined;
}

/** Errors: `invalid-input` naming each setting that is wrong, never its value. */
export function readFunctionSettings(environment: Readonly<Record<string, string | undefined>>): FunctionSettings {
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${String(issue.path[0])}: ${issue.message}`);
    throw new DriverError("invalid-input", problems.join("; "));
  }
  const value = parsed.data;
  const webhookToken = value.FAILOVER_DRIVER_WEBHOOK_TOKEN;
  const webhookUrl = value.FAILOVER_DRIVER_WEBHOOK_URL;
  if (webhookUrl !== "" && webhookToken === undefined)
    throw new DriverError(
      "invalid-input",
      "FAILOVER_DRIVER_WEBHOOK_TOKEN: the driver takes no webhook without a token",
    );
  return {
    table: { endpoint: value.STATE_TABLE_ENDPOINT, name: value.STATE_TABLE_NAME },
    login: loginOf(value),
    rules: {
      endpoints: {
        primary_endpoint: value.FAILOVER_PRIMARY_ENDPOINT,
        secondary_endpoint: value.FAILOVER_SECONDARY_ENDPOINT,
      },
      cooldownSeconds: value.FAILOVER_COOLDOWN_SECONDS,
      probeAttempts: value.FAILOVER_PROBE_ATTEMPTS,
      probePauseSeconds: value.FAILOVER_PROBE_PAUSE_SECONDS,
    },
    healthPath: value.FAILOVER_HEALTH_PATH,
    probeTls:
      value.FAILOVER_PUBLIC_NAME === undefined
        ? undefined
        : { publicName: value.FAILOVER_PUBLIC_NAME, authority: value.FAILOVER_PROBE_AUTHORITY },
    probeTimeoutMs: value.FAILOVER_PROBE_TIMEOUT_SECONDS * 1000,
    webhook: webhookUrl === "" || webhookToken === undefined ? undefined : { url: webhookUrl, token: webhookToken },
  };
}

function loginOf(value: z.infer<typeof settingsSchema>): FunctionSettings["login"] {
  const { STATE_TABLE_ACCOUNT: account, STATE_TABLE_KEY: key } = value;
  if (account !== undefined && key !== undefined) return { account, key };
  const { IDENTITY_ENDPOINT: endpoint, IDENTITY_HEADER: header, AZURE_CLIENT_ID: clientId } = value;
  if (endpoint !== undefined && header !== undefined) return { endpoint, header, clientId };
  throw new DriverError(
    "invalid-input",
    "STATE_TABLE_ACCOUNT and STATE_TABLE_KEY are not set and the Function App has no managed identity: one is needed for the table",
  );
}
