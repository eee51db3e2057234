import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { DefaultAzureCredential } from "@azure/identity";
import { ArmClient } from "../../automation/adapters/azure/arm-client.ts";
import { KubernetesWorkloads } from "../../automation/adapters/kubernetes/workloads.ts";
import { PostgresDatabases } from "../../automation/adapters/postgres/databases.ts";
import { declaredEndpoints } from "../../automation/adapters/traffic/declared-endpoints.ts";
import { EndpointTraffic } from "../../automation/adapters/traffic/endpoint-traffic.ts";
import { DnsResolver, parseDnsServer } from "../../sandbox/client/dns-resolver.ts";
import { stackOutputs } from "../../sandbox/demo/stack-outputs.ts";
import { type ServiceEndpoint, type StandbyOutputs, standbyOutputsSchema } from "../../stacks/outputs.ts";
import { asAdmin, countRows } from "./databases.ts";
import { copyObjects, restoreDatabase, takeBackup } from "./dump.ts";
import { type Estate, type EstateOptions, openEstate } from "./estate.ts";
import { measureRecovery, startClient } from "./measure.ts";
import { StandbyObjects } from "./objects.ts";
import type { Recovery, StageTime } from "./result.ts";
import { type DataSize, seed } from "./seed.ts";

/** What `switch_dns.sh` sleeps for; a wait like a provisioning time, so it is scaled as one. */
const propagationSeconds = 60;
/** The reference gives a request of its health check so long; its three tries are one here, in its favour. */
const healthTimeoutMs = 5000;

/** The seven stages of the reference system, one after another, on the same estate; docs/bench-rto.md says where it had to differ. */
export async function measureReference(options: Omit<EstateOptions, "protect">, size: DataSize): Promise<Recovery> {
  const { say, scale } = options;
  const estate = await openEstate({ ...options, protect: false });
  try {
    await openPrimary(estate);
    const client = startClient(estate);
    try {
      await client.waitForSite("primary", AbortSignal.timeout(120_000));
      say(`${size.rows} rows and ${size.objects} objects are written at the primary and backed up outside it`);
      await seed(estate, size);
      await takeBackup(estate);
      say("the region goes down; the seven stages, one after another");
      return await measureRecovery(estate, client, () => sevenStages(estate, scale));
    } finally {
      await client.stop();
    }
  } finally {
    await estate.close();
  }
}

/** The application's role, which Pilotlight's first protection makes otherwise. */
async function openPrimary({ primary }: Estate): Promise<void> {
  const endpoint = async () => primary.database;
  const databases = new PostgresDatabases({ endpoints: { primary: endpoint, standby: endpoint } });
  await databases.prepare("primary", true, AbortSignal.timeout(60_000));
}

async function sevenStages(estate: Estate, scale: number): Promise<readonly StageTime[]> {
  const times: StageTime[] = [];
  const stage = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    times.push({ name, seconds: (performance.now() - began) / 1000 });
    return result;
  };
  await stage("1 health check", () => healthCheck(estate));
  await stage("2 database: restore the last dump", () => restoreDatabase(estate));
  await stage("3 storage: object by object", () => copyObjects(estate));
  const lit = await stage("4 provision: plan and apply", () => provision(estate));
  await stage("5 deploy the services", () => deploy(lit));
  await stage("6 DNS switch and propagation", () => switchDns(lit, scale));
  await stage("7 verify", () => verify(estate, lit));
  return times;
}

/** Confirms that the issue still exists: the services and the database of the primary, in turn. */
async function healthCheck({ primary, dnsServer }: Estate): Promise<void> {
  for (const endpoint of primary.endpoints) await health(endpoint, dnsServer).catch(() => undefined);
  await countRows(primary.database).catch(() => undefined);
}

async function health({ protocol, host, port }: ServiceEndpoint, dnsServer: string): Promise<void> {
  const address = /^[\d.]+$/.test(host) ? host : await new DnsResolver(parseDnsServer(dnsServer)).resolve(host);
  const url = `${protocol}://${address}:${port}/health`;
  const response = await fetch(url, { signal: AbortSignal.timeout(healthTimeoutMs) });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
}

/** `terraform plan` and `apply`: the same engine and the same stack as ours, lit. */
async function provision({ world }: Estate): Promise<StandbyOutputs> {
  const stack = "sandbox-standby";
  const pulumi = (...args: string[]) =>
    promisify(execFile)("pulumi", [...args, "-s", stack, "--non-interactive"], {
      cwd: world.projectRoot,
      maxBuffer: 1 << 26,
    });
  await pulumi("config", "set", "pilotlight:drActive", "true");
  await pulumi("up", "--yes");
  return standbyOutputsSchema.parse(await stackOutputs(world, stack));
}

/** A service and the wait for it, then the next, as `helm install` and `kubectl wait` in a script. */
async function deploy({ cluster, workloads }: StandbyOutputs): Promise<void> {
  if (cluster === undefined) throw new Error("the standby was lit and has no cluster");
  for (const deployment of workloads.deployments) {
    const target = { kubeconfig: cluster.kubeconfig, namespace: workloads.namespace, deployments: [deployment] };
    const site = async () => target;
    const one = new KubernetesWorkloads({ targets: { primary: site, standby: site } });
    await one.start("standby", AbortSignal.timeout(300_000));
  }
}

async function switchDns(standby: StandbyOutputs, scale: number): Promise<void> {
  const endpoint = process.env["PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT"];
  const arm = new ArmClient({ credential: new DefaultAzureCredential(), ...(endpoint ? { endpoint } : {}) });
  await new EndpointTraffic(async () => declaredEndpoints(arm, standby)).route("standby", AbortSignal.timeout(120_000));
  await new Promise((resolve) => setTimeout(resolve, (propagationSeconds * 1000) / scale));
}

async function verify({ dnsServer }: Estate, { endpoints, database, objects }: StandbyOutputs): Promise<void> {
  for (const endpoint of endpoints) await untilHealthy(endpoint, dnsServer);
  await asAdmin(database, (client) => client.query("select 1"));
  await new StandbyObjects(objects, objects.container).keys();
}

async function untilHealthy(endpoint: ServiceEndpoint, dnsServer: string): Promise<void> {
  const deadline = AbortSignal.timeout(300_000);
  for (;;) {
    try {
      return await health(endpoint, dnsServer);
    } catch (error) {
      if (deadline.aborted) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}
