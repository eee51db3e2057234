import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { azureAccount } from "../azure/account.ts";
import type { HostPort, World } from "../contracts/contracts.ts";
import { awsApiUrl, azureApiUrl, compileCache } from "../contracts/world.ts";

export interface EnvironmentOptions {
  readonly world: World;
  readonly environment: string;
  readonly dns: HostPort;
  readonly identityHeader: string;
  /** Folders before the rest of PATH, beside `.sandbox/bin`. */
  readonly toolFolders: readonly string[];
  /** PATH of the caller. */
  readonly path: string;
}

/** What a driver and a person's shell need to speak to the sandbox as if it were the clouds. */
export function environmentVariables(options: EnvironmentOptions): Readonly<Record<string, string>> {
  const { world, dns } = options;
  const inside = (name: string): string => join(world.directory, name);
  const ours = [inside("bin"), ...options.toolFolders, dirname(process.execPath)];
  const path = [...ours, ...options.path.split(":").filter((folder) => folder !== "" && !ours.includes(folder))];
  return {
    PATH: path.join(":"),
    PULUMI_HOME: inside("pulumi-home"),
    PULUMI_BACKEND_URL: `file://${inside("pulumi-state")}`,
    // Not a secret: it guards nothing but throw-away passwords, and stack files in git must fit every clone's sandbox.
    PULUMI_CONFIG_PASSPHRASE: "sandbox",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    NODE_COMPILE_CACHE: compileCache,
    AWS_ENDPOINT_URL: awsApiUrl(world),
    AWS_ACCESS_KEY_ID: "pilotlight",
    AWS_SECRET_ACCESS_KEY: "sandbox",
    AWS_REGION: "us-east-1",
    AWS_EC2_METADATA_DISABLED: "true",
    IDENTITY_ENDPOINT: `${azureApiUrl(world)}/msi/token`,
    IDENTITY_HEADER: options.identityHeader,
    PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT: azureApiUrl(world),
    ARM_SUBSCRIPTION_ID: azureAccount.subscriptionId,
    ARM_TENANT_ID: azureAccount.tenantId,
    PILOTLIGHT_DNS_SERVERS: dns.port === 53 ? dns.host : `${dns.host}:${dns.port}`,
    PILOTLIGHT_STATE_DIR: inside("driver"),
    PILOTLIGHT_ENVIRONMENT: options.environment,
    // Quicker than on real clouds, where a probe travels and a false alarm costs: here a person is waiting.
    PILOTLIGHT_WATCH_INTERVAL_SECONDS: "2",
    PILOTLIGHT_WATCH_OBJECT_SYNC_SECONDS: "2",
    PILOTLIGHT_FORCED_FENCE_SECONDS: "5",
  };
}

export function environmentFilePath(world: World, environment: string): string {
  return join(world.projectRoot, `.env.${environment}`);
}

/** Readable by its owner only; single quotes mean the same to a shell and to Node's parser. */
export function writeEnvironmentFile(file: string, variables: Readonly<Record<string, string>>): void {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${quote(value)}`);
  rmSync(file, { force: true });
  writeFileSync(file, `# Written by "pilotlight sandbox up".\n${lines.join("\n")}\n`, { mode: 0o600 });
}

export function quote(value: string): string {
  if (value.includes("'") || value.includes("\n"))
    throw new Error("a value with a single quote or a line break cannot stand in an environment file");
  return `'${value}'`;
}
