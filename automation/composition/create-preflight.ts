import { awsAccount } from "../adapters/aws/account.ts";
import type { ArmClient } from "../adapters/azure/arm-client.ts";
import { aksVersions } from "../adapters/azure/kubernetes-versions.ts";
import { computeQuotas } from "../adapters/azure/quotas.ts";
import { serverFacts } from "../adapters/postgres/server-facts.ts";
import { lookUpAddresses, lookUpAlias } from "../adapters/probe/alias.ts";
import { backendFacts } from "../adapters/pulumi/backend.ts";
import { runCommand } from "../adapters/run-command.ts";
import type { StateBackups } from "../ports/state-backups.ts";
import { preflightChecks } from "../preflight/checks.ts";
import type { WitnessMember } from "../preflight/facts.ts";
import { type PreflightReport, runChecks } from "../preflight/run-checks.ts";
import type { Driver } from "../workflow/driver.ts";
import type { Ports } from "../workflow/ports.ts";
import { databaseAuthority } from "./database-authority.ts";
import type { OutputsReader } from "./outputs-reader.ts";
import type { Settings } from "./settings.ts";
import type { SwitchRecords } from "./switch-records.ts";

export interface PreflightDependencies {
  readonly projectRoot: string;
  readonly environment: string;
  readonly application: string;
  readonly settings: Settings;
  readonly outputs: OutputsReader;
  readonly arm: ArmClient;
  readonly ports: Ports;
  readonly driver: Driver;
  readonly stateBackups: StateBackups;
  readonly switchRecords: SwitchRecords;
  /** Of the witness. */
  readonly members: (signal: AbortSignal) => Promise<readonly WitnessMember[]>;
}

/** Looks at everything that a failover will need. Changes nothing; never hangs on what does not answer. */
export function preflight(dependencies: PreflightDependencies, signal: AbortSignal): Promise<PreflightReport> {
  const { projectRoot, environment, application, settings, outputs, arm, ports, driver, members } = dependencies;
  const { stateBackups, switchRecords } = dependencies;
  const checks = preflightChecks({
    application,
    mode: settings.driver.mode,
    rpoSeconds: settings.driver.rpoSeconds,
    verifyPublicSeconds: driver.settings.deadlineSeconds.verifyPublic,
    clock: ports.clock,
    witness: ports.witness,
    members,
    primary: () => outputs.find("primary"),
    standby: () => outputs.find("standby"),
    status: once((inner) => driver.status(inner), signal),
    guards: async (inner) => {
      const { activeSite } = await driver.status(inner);
      const plan = activeSite === "primary" ? "failover" : "failback";
      return (await driver.dryRun(plan, "forced", inner)).guards;
    },
    operations: () => driver.operations(),
    lastDrill: async () => (await driver.controls.state()).lastDrill,
    server: async (site, inner) => serverFacts((await outputs.get(site)).database, inner, databaseAuthority(settings)),
    workloads: (site, inner) => ports.workloads.status(site, inner),
    backend: (inner) => backendFacts(projectRoot, environment, inner, settings.s3Endpoint),
    switchDrift: (inner) => switchRecords.drift(inner),
    stateBackups: (inner) => stateBackups.look(inner),
    azure: async ({ subscriptionId, resourceGroup }, inner) => {
      const path = `/subscriptions/${subscriptionId}/resourceGroups/${encodeURIComponent(resourceGroup)}`;
      await arm.request("GET", `${path}?api-version=2021-04-01`, undefined, inner);
    },
    aws: awsAccount,
    versions: (standby, inner) => aksVersions(arm, standby, inner),
    quotas: (standby, inner) => computeQuotas(arm, standby, inner),
    alias: (name, inner) => lookUpAlias(name, settings.dnsServers, inner),
    addresses: (name, inner) => lookUpAddresses(name, settings.dnsServers, inner),
    command: async (name, inner) => {
      const said = await runCommand(name, [name === "pulumi" ? "version" : "--version"], { signal: inner });
      return said.split("\n")[0] ?? "";
    },
  });
  return runChecks(checks, ports.clock, signal);
}

/** Several checks look at the same; it is asked for once. */
function once<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): () => Promise<T> {
  let asked: Promise<T> | undefined;
  return () => {
    asked ??= work(signal);
    return asked;
  };
}
