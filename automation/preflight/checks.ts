import type { PrimaryOutputs, Site, StandbyOutputs } from "../../stacks/outputs.ts";
import type { ControlState } from "../domain/application-facts.ts";
import { DriverError } from "../domain/errors.ts";
import type { Guard } from "../domain/guards.ts";
import type { Clock } from "../ports/clock.ts";
import type { OperationSummary } from "../ports/journal.ts";
import type { BackupFacts } from "../ports/state-backups.ts";
import type { Witness } from "../ports/witness.ts";
import type { WorkloadStatus } from "../ports/workloads.ts";
import type { DriverStatus } from "../workflow/driver-types.ts";
import type { AliasFacts, BackendFacts, Quota, ServerFacts, WitnessMember } from "./facts.ts";
import { type Finding, failed, ok, unknown, warning, worst } from "./finding.ts";
import {
  judgeAlias,
  judgeBackend,
  judgeLastDrill,
  judgeMembers,
  judgeNodeQuota,
  judgePlacement,
  judgeSkew,
  judgeStateBackup,
  judgeTtl,
  judgeVersions,
  leadsTo,
} from "./judge.ts";
import { judgeClusterVersion } from "./judge-cluster.ts";
import { judgeExtensions, judgeParameters } from "./judge-servers.ts";
import type { Check } from "./run-checks.ts";

/** Where the answers come from. Each call has a deadline of its own or heeds the signal. */
export interface PreflightSources {
  readonly application: string;
  readonly mode: "observe" | "approve" | "auto";
  readonly rpoSeconds: number;
  /** How long a failover waits for the public name. */
  readonly verifyPublicSeconds: number;
  readonly clock: Pick<Clock, "now" | "monotonic">;
  readonly witness: Witness;
  /** Those that make it up; empty where it is a single thing. */
  readonly members: (signal: AbortSignal) => Promise<readonly WitnessMember[]>;
  /** Undefined: never deployed. */
  readonly primary: () => Promise<PrimaryOutputs | undefined>;
  readonly standby: () => Promise<StandbyOutputs | undefined>;
  readonly status: (signal: AbortSignal) => Promise<DriverStatus>;
  /** Those that stand before the next move (failover, or failback), forced, now. Errors: `refused`, `guard` where it would not begin at all. */
  readonly guards: (signal: AbortSignal) => Promise<readonly Guard[]>;
  readonly operations: () => Promise<readonly OperationSummary[]>;
  /** As the driver noted it. Undefined: none ever succeeded. */
  readonly lastDrill: () => Promise<ControlState["lastDrill"]>;
  readonly server: (site: Site, signal: AbortSignal) => Promise<ServerFacts>;
  readonly workloads: (site: Site, signal: AbortSignal) => Promise<readonly WorkloadStatus[]>;
  readonly backend: (signal: AbortSignal) => Promise<BackendFacts>;
  /** The newest copy of each stack's state at the other site. */
  readonly stateBackups: (signal: AbortSignal) => Promise<readonly BackupFacts[]>;
  /** What has to be committed or pulled, so that no checkout is older than what is deployed. */
  readonly switchDrift: (signal: AbortSignal) => Promise<readonly string[]>;
  /** Reads the standby's resource group. */
  readonly azure: (standby: StandbyOutputs, signal: AbortSignal) => Promise<void>;
  /** The AWS account of the credentials. */
  readonly aws: (region: string, signal: AbortSignal) => Promise<string>;
  readonly quotas: (standby: StandbyOutputs, signal: AbortSignal) => Promise<readonly Quota[]>;
  /** Minor versions of Kubernetes that the standby's region makes clusters of. */
  readonly versions: (standby: StandbyOutputs, signal: AbortSignal) => Promise<readonly string[]>;
  readonly alias: (name: string, signal: AbortSignal) => Promise<AliasFacts>;
  /** Undefined: they could not be looked up. */
  readonly addresses: (name: string, signal: AbortSignal) => Promise<readonly string[] | undefined>;
  /** The version that a command prints. Errors: `not-found` where it is not on PATH. */
  readonly command: (name: "pulumi" | "aws", signal: AbortSignal) => Promise<string>;
}

/** Everything that a failover will need, in the order in which it needs it. */
export function preflightChecks(sources: PreflightSources): readonly Check[] {
  const check = (name: string, silent: Check["silent"], about: string, run: Check["run"]): Check => ({
    name,
    silent,
    about,
    run,
  });
  return [
    check("backend", "failed", "without the state nothing can be provisioned", async (signal) =>
      judgeBackend(await sources.backend(signal)),
    ),
    check("state-backup", "warning", "where the backend's state is lost, it is restored from there", async (signal) =>
      worst((await sources.stateBackups(signal)).map(judgeStateBackup)),
    ),
    check("version-control", "unknown", "", async (signal) => {
      const drift = await sources.switchDrift(signal);
      return drift.length === 0
        ? ok("every stack file is at the epoch that is deployed")
        : warning(drift.join("; "), "an older checkout is refused, and its owner is to know why");
    }),
    check("tools", "failed", "the driver runs them", (signal) => tools(sources, signal)),
    check("witness", "failed", "it says which site is active", (signal) => witness(sources, signal)),
    check("azure-credentials", "failed", "the driver needs them to move anything", async (signal) => {
      const standby = await deployed(sources.standby);
      await sources.azure(standby, signal);
      return ok(`the resource group ${standby.resourceGroup} can be read`);
    }),
    check(
      "aws-credentials",
      "warning",
      "the fence and the last objects need them; without, a person confirms",
      (signal) => aws(sources, signal),
    ),
    check("database-standby", "failed", "it is to be promoted", (signal) => server(sources, "standby", signal)),
    check("database-primary", "warning", "it cannot be fenced by the driver while it does not answer", (signal) =>
      server(sources, "primary", signal),
    ),
    check("versions", "unknown", "", (signal) => versions(sources, signal)),
    check("parameters", "unknown", "", (signal) => parameters(sources, signal)),
    check("extensions", "unknown", "", (signal) => extensions(sources, signal)),
    check("clock-skew", "unknown", "", (signal) => clocks(sources, signal)),
    check("replication", "failed", "what has not arrived is lost", async (signal) =>
      replication(await sources.status(signal), sources.rpoSeconds),
    ),
    check("workloads", "warning", "they cannot be stopped there by the driver", (signal) => workloads(sources, signal)),
    check("quota", "unknown", "", (signal) => quota(sources, signal)),
    check("kubernetes-version", "unknown", "", (signal) => kubernetesVersion(sources, signal)),
    check("ttl", "unknown", "", async () => {
      const { traffic } = await deployed(sources.standby);
      return judgeTtl(traffic.ttlSeconds, sources.verifyPublicSeconds);
    }),
    check("public-name", "unknown", "", (signal) => publicName(sources, signal)),
    check("guards", "failed", "nothing begins while they stand", (signal) => guards(sources, signal)),
    check("last-drill", "unknown", "", async () =>
      judgeLastDrill(await sources.operations(), await sources.lastDrill(), sources.clock.now()),
    ),
  ];
}

async function tools(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const primary = await sources.primary();
  // Kubeconfigs of EKS get their tokens from it.
  const needsAws = primary?.cluster !== undefined && /command"?:\s*"?aws\b/.test(primary.cluster.kubeconfig);
  const names = ["pulumi", ...(needsAws ? (["aws"] as const) : [])] as const;
  return worst(
    await Promise.all(
      names.map(async (name) => {
        try {
          return ok(`${name} ${await sources.command(name, signal)}`);
        } catch (error) {
          if (!(error instanceof DriverError)) throw error;
          // It is there, and knows no such question (a wrapper).
          if (error.code === "fatal") return ok(`${name}, which prints no version`);
          if (error.code !== "not-found") throw error;
          return name === "pulumi"
            ? failed("pulumi is not on PATH", "install it: the driver provisions with it")
            : warning("aws is not on PATH", "install it: the primary's cluster takes its tokens");
        }
      }),
    ),
  );
}

async function witness(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const { witness: store, application, mode, clock } = sources;
  const asked = clock.monotonic();
  // A majority may answer for all; each is asked as well.
  const [record, members] = await Promise.all([store.read(application, signal), sources.members(signal)]);
  const shown = `answers in ${Math.round(clock.monotonic().since(asked))} ms, ${store.placement}`;
  if (record === undefined)
    return failed(`${shown}; it has no record of ${application}`, "run reprotect: nothing follows yet");
  const stands = `${shown}: ${record.activeSite} is active, epoch ${record.epoch}, ${record.protection}`;
  return worst([judgePlacement(stands, store.placement, mode), ...judgeMembers(members)]);
}

async function aws(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const primary = await deployed(sources.primary);
  if (primary.provider === "external") return ok("the primary is not in AWS");
  return ok(`AWS credentials are valid for account ${await sources.aws(primary.region, signal)}`);
}

async function server(sources: PreflightSources, site: Site, signal: AbortSignal): Promise<Finding> {
  const { database } = site === "primary" ? await deployed(sources.primary) : await deployed(sources.standby);
  if (database.engine !== "postgres")
    return failed(`${site} is on ${database.engine}`, "the driver moves PostgreSQL alone");
  await sources.server(site, signal);
  return ok(`${database.host} takes the login of ${database.adminUser}`);
}

async function versions(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  return judgeVersions(...(await both(sources, signal)));
}

async function clocks(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const [primary, standby] = await Promise.allSettled([
    sources.server("primary", signal),
    sources.server("standby", signal),
  ]);
  const judged = [
    ...(primary.status === "fulfilled" ? [judgeSkew("the primary's database", primary.value)] : []),
    ...(standby.status === "fulfilled" ? [judgeSkew("the standby's database", standby.value)] : []),
  ];
  return judged.length === 0 ? unknown("neither database reported its time") : worst(judged);
}

async function parameters(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const [status, ...servers] = await Promise.all([
    sources.status(signal),
    ...(["primary", "standby"] as const).map((site) => sources.server(site, signal).catch(() => undefined)),
  ]);
  const [primary, standby] = servers;
  if (primary === undefined && standby === undefined) return unknown("neither database tells its parameters");
  return judgeParameters({ ...(primary && { primary }), ...(standby && { standby }) }, status.activeSite);
}

async function extensions(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const [{ activeSite }, [primary, standby]] = await Promise.all([sources.status(signal), both(sources, signal)]);
  return activeSite === "primary" ? judgeExtensions(primary, standby) : judgeExtensions(standby, primary);
}

async function both(sources: PreflightSources, signal: AbortSignal): Promise<readonly [ServerFacts, ServerFacts]> {
  return Promise.all([sources.server("primary", signal), sources.server("standby", signal)]);
}

function replication({ replication: lag, activeSite }: DriverStatus, rpoSeconds: number): Finding {
  const follower = activeSite === "primary" ? "standby" : "primary";
  if ("error" in lag)
    return failed(`${follower} does not tell its lag: ${lag.error}`, "repair it: it cannot be promoted");
  const mend = "run reprotect, or check the subscription";
  if (lag.seconds === undefined) return failed(`no heartbeat ever arrived at ${follower}`, mend);
  const shown = `${follower} is ${lag.seconds.toFixed(1)} s behind`;
  if (lag.copying.length > 0)
    return failed(`${shown}, and still copies ${lag.copying.join(", ")}`, "let the first copy end");
  const { atRisk = [] } = lag;
  if (atRisk.length > 0)
    return failed(`${shown}, and its schema differs: ${atRisk.join("; ")}`, "see `pilotlight db check`");
  if (!lag.streaming) return failed(`${shown} and does not stream`, mend);
  return lag.seconds > rpoSeconds ? failed(shown, `the bound is ${rpoSeconds} s`) : ok(`${shown}, streaming`);
}

async function workloads(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const { activeSite } = await sources.status(signal);
  const list = await sources.workloads(activeSite, signal);
  if (list.length === 0) return ok(`nothing at ${activeSite} is started or stopped by the driver`);
  const down = list.filter(({ ready, desired }) => ready < desired).map(({ name }) => name);
  const shown = `${activeSite} runs ${list.map(({ name, ready }) => `${name} ${ready}`).join(", ")}`;
  return down.length === 0 ? ok(shown) : warning(shown, `not all replicas of ${down.join(", ")} are ready`);
}

async function quota(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const standby = await deployed(sources.standby);
  if (standby.containerGroup !== undefined) return ok("a container group that is there already: it is only started");
  if (standby.cluster !== undefined) return ok("the cluster is lit already");
  try {
    return judgeNodeQuota(standby.nodeTypes, await sources.quotas(standby, signal));
  } catch (error) {
    if (error instanceof DriverError && error.code === "not-found")
      return unknown(`cannot be asked here: ${error.message}`);
    throw error;
  }
}

async function kubernetesVersion(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const standby = await deployed(sources.standby);
  if (standby.containerGroup !== undefined) return ok("a container group: no cluster is made");
  if (standby.kubernetesVersion === undefined) return unknown("the stack tells no version: run `pilotlight up`");
  return judgeClusterVersion(standby.kubernetesVersion, await sources.versions(standby, signal), {
    isLit: standby.cluster !== undefined,
  });
}

async function publicName(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  const { publicEndpoint, traffic } = await deployed(sources.standby);
  if (traffic.kind === "route53-failover" || traffic.kind === "route53-update")
    return warning(
      `${traffic.kind}: records in AWS decide who gets users`,
      "Route 53's control plane can be down exactly then",
    );
  const [name, target] = [publicEndpoint.host, traffic.fqdn];
  const alias = await sources.alias(name, signal);
  if (alias.kind === "unable" || leadsTo(alias, target)) return judgeAlias(name, target, alias);
  const [addresses, targetAddresses, targetAlias] = await Promise.all([
    sources.addresses(name, signal),
    sources.addresses(target, signal),
    sources.alias(target, signal),
  ]);
  const targetLeadsTo = targetAlias.kind === "alias" ? targetAlias.of : [];
  return judgeAlias(name, target, alias, { addresses, targetAddresses, targetLeadsTo });
}

async function guards(sources: PreflightSources, signal: AbortSignal): Promise<Finding> {
  let standing: readonly Guard[];
  try {
    standing = await sources.guards(signal);
  } catch (error) {
    if (!(error instanceof DriverError) || (error.code !== "refused" && error.code !== "guard")) throw error;
    return failed(`the next move would not begin: ${error.message}`, "see `pilotlight status`");
  }
  if (standing.length === 0) return ok("none stands before a forced move");
  return worst(
    standing.map((guard) =>
      guard.override === undefined
        ? failed(`${guard.name}: ${guard.reason}`, "no override breaks this guard: fix its cause")
        : warning(`${guard.name}: ${guard.reason}`, `a person would have to override ${guard.override}`),
    ),
  );
}

async function deployed<T>(read: () => Promise<T | undefined>): Promise<T> {
  const found = await read();
  if (found !== undefined) return found;
  throw new DriverError("not-found", "the stack has never been deployed: run `pilotlight up` first");
}
