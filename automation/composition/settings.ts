import { join } from "node:path";
import { DriverError, redact } from "../domain/errors.ts";
import { s3EndpointOf } from "../domain/state-place.ts";
import type { DriverSettings } from "../workflow/settings.ts";
import { fromVariables, variableName } from "./environment-variables.ts";
import { settingsSchema, settingsVariables } from "./settings-schema.ts";
import { type WitnessSettings, witnessSchema } from "./witness-settings.ts";

/** The settings of a driver process, read once. What each setting means, and its default, is in `settingsSchema`. */
export interface Settings {
  readonly environment: string | undefined;
  /** Journal, facts, locks, the alert inbox and the file witness. */
  readonly stateDirectory: string;
  readonly dnsServers: readonly string[];
  readonly azureResourceManagerEndpoint: string;
  /** Where the engine finds S3 (AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL); undefined is AWS itself. */
  readonly s3Endpoint: string | undefined;
  readonly leaseSeconds: number;
  readonly serveAddress: { readonly host: string; readonly port: number };
  readonly webhookTokenFile: string | undefined;
  /** PEM of the authorities that the databases' certificates must come from. Undefined: the system's, and the clouds' own. */
  readonly databaseCaFile: string | undefined;
  readonly probeCaFile: string | undefined;
  readonly snsTopics: readonly string[];
  /** What an operation's end does with the stack files that it changed. Default `off`: it says what to commit. */
  readonly git: "off" | "commit" | "push";
  readonly logLevel: "debug" | "info" | "warn" | "error";
  /** Where it is kept which site is active. Default: in the state directory. */
  readonly witness: WitnessSettings;
  /** How the application is watched and moved. */
  readonly driver: DriverSettings;
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
  const parsed = settingsSchema.safeParse(fromVariables(settingsVariables, environment));
  const witness = witnessSchema.safeParse({
    ...environment,
    PILOTLIGHT_WITNESS: environment.PILOTLIGHT_WITNESS ?? "file",
  });
  if (!parsed.success || !witness.success) {
    const problems = [
      ...(parsed.error?.issues ?? []).map(({ path, message }) => ({
        name: variableName(path.filter((key) => typeof key === "string")),
        message,
      })),
      ...(witness.error?.issues ?? []).map(({ path, message }) => ({ name: String(path[0]), message })),
    ].map(({ name, message }) => {
      const given = environment[name];
      return `${name} is ${given === undefined ? "not set" : JSON.stringify(redact(given))}: ${message}`;
    });
    throw new DriverError("invalid-input", problems.join("\n"));
  }
  const { environment: name, stateDir, dnsServers, azureResourceManagerEndpoint, leaseSeconds, ...more } = parsed.data;
  const { serveAddress, webhookTokenFile, databaseCaFile, probeCaFile, git, snsTopics, logLevel, ...driver } = more;
  const [host = "127.0.0.1", port = "8930"] = serveAddress.split(":");
  return {
    environment: name,
    stateDirectory: stateDirectoryOf({ PILOTLIGHT_STATE_DIR: stateDir }, projectRoot),
    ...{
      dnsServers,
      azureResourceManagerEndpoint,
      leaseSeconds,
      webhookTokenFile,
      databaseCaFile,
      probeCaFile,
      git,
      snsTopics,
      logLevel,
    },
    serveAddress: { host, port: Number(port) },
    s3Endpoint: s3EndpointOf(environment),
    witness: witness.data,
    driver,
  };
}
