import { join } from "node:path";
import { z } from "zod";
import { DriverError, redact } from "../domain/errors.ts";
import { type WitnessSettings, witnessSchema } from "./witness-settings.ts";

const seconds = (fallback: number) => z.coerce.number().positive().default(fallback);

/** Nothing at all is a rest too. */
const rest = (fallback: number) =>
  z.coerce.number().nonnegative(`0 seconds or more, e.g. ${fallback}`).default(fallback);

const settingsSchema = z.object({
  PILOTLIGHT_ENVIRONMENT: z
    .string()
    .regex(
      /^[a-z][a-z0-9]*$/,
      "an environment is lower-case letters and digits, as in the stack name <environment>-primary",
    )
    .optional(),
  PILOTLIGHT_STATE_DIR: z.string().min(1).optional(),
  PILOTLIGHT_MODE: z.enum(["observe", "approve", "auto"]).default("approve"),
  PILOTLIGHT_DNS_SERVERS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter((server) => server !== "")),
  PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT: z.url().default("https://management.azure.com"),
  PILOTLIGHT_WATCH_INTERVAL_SECONDS: seconds(30),
  PILOTLIGHT_FAILURE_THRESHOLD: z.coerce.number().int().positive().default(3),
  PILOTLIGHT_SUCCESS_THRESHOLD: z.coerce.number().int("a whole number, e.g. 3").min(1, "1 or more, e.g. 3").default(3),
  PILOTLIGHT_WARM_UP_REST_SECONDS: rest(600),
  PILOTLIGHT_SELF_HEAL_COOLDOWN_SECONDS: rest(1800),
  PILOTLIGHT_DRILL_READY_SECONDS: seconds(60),
  PILOTLIGHT_HEARTBEAT_SECONDS: seconds(1),
  PILOTLIGHT_OBJECT_SYNC_SECONDS: seconds(30),
  PILOTLIGHT_FENCE_DEADLINE_SECONDS: seconds(20),
  PILOTLIGHT_RPO_SECONDS: seconds(300),
  PILOTLIGHT_LEASE_SECONDS: z.coerce.number().min(5, "5 seconds or more, e.g. 15").default(15),
  PILOTLIGHT_SERVE_ADDRESS: z
    .string()
    .regex(/^[^:]+:\d{1,5}$/, "an address is host:port, e.g. 127.0.0.1:8930")
    .default("127.0.0.1:8930"),
  PILOTLIGHT_WEBHOOK_TOKEN_FILE: z.string().min(1).optional(),
  PILOTLIGHT_SNS_TOPICS: z
    .string()
    .default("")
    .transform((text) => text.split(",").filter((arn) => arn !== ""))
    .pipe(z.array(z.string().regex(/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/))),
  PILOTLIGHT_GIT: z.enum(["off", "commit", "push"], "off, commit or push").default("off"),
  PILOTLIGHT_LOG_LEVEL: z.enum(["debug", "info", "warn", "error"]).default("info"),
});

/** What the process environment says, read once. Durations are seconds. */
export interface Settings {
  readonly environment: string | undefined;
  /** Journal, witness, locks and the alert inbox. Default `<project>/.pilotlight`. */
  readonly stateDirectory: string;
  /** What the watch may do by itself: nothing, ask, or act. Default `approve`. */
  readonly mode: "observe" | "approve" | "auto";
  /** Resolvers that probes ask; empty means the system's. */
  readonly dnsServers: readonly string[];
  /** Azure Resource Manager; another one for sovereign clouds. */
  readonly resourceManagerEndpoint: string;
  readonly watchIntervalSeconds: number;
  /** Evaluations in a row before a decision. */
  readonly failureThreshold: number;
  /** Evaluations in a row without any trouble before a warm-up that the watch began is scaled down. */
  readonly successThreshold: number;
  /** No second warm-up by the watch for so long after one that failed, or was scaled down. */
  readonly warmUpRestSeconds: number;
  /** The watch restarts the same service at most once in so long. */
  readonly selfHealCooldownSeconds: number;
  /** How long a drill waits for pods that it started to become ready. */
  readonly drillReadySeconds: number;
  readonly heartbeatSeconds: number;
  readonly objectSyncSeconds: number;
  /** How long a forced failover tries to fence before it asks. */
  readonly fenceDeadlineSeconds: number;
  /** Replication lag above which a failover needs an override. */
  readonly rpoSeconds: number;
  /** Longest that an application is without a driver when one of several dies. Only with a witness that has leases. */
  readonly leaseSeconds: number;
  readonly serveAddress: { readonly host: string; readonly port: number };
  /** File with the bearer token of webhooks; without it `serve` refuses to start. */
  readonly webhookTokenFile: string | undefined;
  /** ARNs of the SNS topics whose alarms `serve` takes; none unless said. */
  readonly snsTopics: readonly string[];
  /** What an operation's end does with the stack files that it changed. Default `off`: it says what to commit. */
  readonly git: "off" | "commit" | "push";
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** Where it is kept which site is active. Default: in the state directory. */
  readonly witness: WitnessSettings;
}

/** Where the driver of an environment keeps its own state. */
export function stateDirectoryOf(
  environment: { readonly PILOTLIGHT_STATE_DIR?: string | undefined },
  projectRoot: string,
): string {
  return environment.PILOTLIGHT_STATE_DIR ?? join(projectRoot, ".pilotlight");
}

/** The only reader of the process environment. Throws `invalid-input` naming each variable, its value and what would be right. */
export function readSettings(environment: Readonly<Record<string, string | undefined>>, projectRoot: string): Settings {
  const parsed = settingsSchema.safeParse(environment);
  const witness = witnessSchema.safeParse({
    ...environment,
    PILOTLIGHT_WITNESS: environment.PILOTLIGHT_WITNESS ?? "file",
  });
  if (!parsed.success || !witness.success) {
    const problems = [...(parsed.error?.issues ?? []), ...(witness.error?.issues ?? [])].map((issue) => {
      const name = String(issue.path[0]);
      const given = environment[name];
      return `${name} is ${given === undefined ? "not set" : JSON.stringify(redact(given))}: ${issue.message}`;
    });
    throw new DriverError("invalid-input", problems.join("\n"));
  }
  const value = parsed.data;
  const [host = "127.0.0.1", port = "8930"] = value.PILOTLIGHT_SERVE_ADDRESS.split(":");
  return {
    environment: value.PILOTLIGHT_ENVIRONMENT,
    stateDirectory: stateDirectoryOf(value, projectRoot),
    mode: value.PILOTLIGHT_MODE,
    dnsServers: value.PILOTLIGHT_DNS_SERVERS,
    resourceManagerEndpoint: value.PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT,
    watchIntervalSeconds: value.PILOTLIGHT_WATCH_INTERVAL_SECONDS,
    failureThreshold: value.PILOTLIGHT_FAILURE_THRESHOLD,
    successThreshold: value.PILOTLIGHT_SUCCESS_THRESHOLD,
    warmUpRestSeconds: value.PILOTLIGHT_WARM_UP_REST_SECONDS,
    selfHealCooldownSeconds: value.PILOTLIGHT_SELF_HEAL_COOLDOWN_SECONDS,
    drillReadySeconds: value.PILOTLIGHT_DRILL_READY_SECONDS,
    heartbeatSeconds: value.PILOTLIGHT_HEARTBEAT_SECONDS,
    objectSyncSeconds: value.PILOTLIGHT_OBJECT_SYNC_SECONDS,
    fenceDeadlineSeconds: value.PILOTLIGHT_FENCE_DEADLINE_SECONDS,
    rpoSeconds: value.PILOTLIGHT_RPO_SECONDS,
    leaseSeconds: value.PILOTLIGHT_LEASE_SECONDS,
    serveAddress: { host, port: Number(port) },
    webhookTokenFile: value.PILOTLIGHT_WEBHOOK_TOKEN_FILE,
    snsTopics: value.PILOTLIGHT_SNS_TOPICS,
    git: value.PILOTLIGHT_GIT,
    logLevel: value.PILOTLIGHT_LOG_LEVEL,
    witness: witness.data,
  };
}
