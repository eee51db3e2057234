import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { azureAddresses } from "../../../../sandbox/azure/addresses.ts";
import { createAzure } from "../../../../sandbox/azure/create-azure.ts";
import { ensureIdentityHeader } from "../../../../sandbox/azure/identity-header.ts";
import type { KubernetesService, PostgresService, SandboxContext } from "../../../../sandbox/contracts/contracts.ts";
import { azureApiUrl, prepareWorld } from "../../../../sandbox/contracts/world.ts";
import type { ArmClient } from "../../../../sandbox/providers/azure-native/arm-client.ts";
import { connect } from "../../../../sandbox/providers/azure-native/connect.ts";
import { Supervisor } from "../../../../sandbox/supervise/supervisor.ts";

/** Azure with its real processes, network and DNS; databases and clusters are left out. */
export interface LiveAzure {
  readonly context: SandboxContext;
  readonly supervisor: Supervisor;
  readonly arm: ArmClient;
  stop(): Promise<void>;
}

export async function temporaryFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "live-azure-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/**
 * On a folder of its own, or on the one that an earlier one left. `databases`: default none. `instances`: those that no other test file has; the
 * first that nobody on this machine uses, such as a developer's own sandbox, is taken.
 */
export async function startAzure(
  directory: string,
  instances: readonly number[],
  databases: (context: SandboxContext) => PostgresService = () => postgres,
): Promise<LiveAzure> {
  const free = await Promise.all(instances.map(isFree));
  const instance = instances.find((_, i) => free[i]);
  if (instance === undefined) throw new Error(`instances ${instances.join(" and ")} of the sandbox are in use`);
  const world = { directory, projectRoot: directory, instance };
  prepareWorld(world);
  const supervisor = new Supervisor(world);
  const { context } = supervisor;
  const served = databases(context);
  await supervisor.start([
    [{ name: "postgres", module: served }],
    [{ name: "azure", module: createAzure(context, { postgres: served, kubernetes }) }],
  ]);
  const arm = connect(
    {},
    {
      PILOTLIGHT_AZURE_RESOURCE_MANAGER_ENDPOINT: azureApiUrl(world),
      IDENTITY_ENDPOINT: `${azureApiUrl(world)}/msi/token`,
      IDENTITY_HEADER: await ensureIdentityHeader(context.store),
      ARM_SUBSCRIPTION_ID: "5a9d0c1e-70b1-4a2f-9c0d-000000000001",
    },
  );
  return { context, supervisor, arm, stop: () => supervisor.stop() };
}

function isFree(instance: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ ...azureAddresses(instance).blob }, () => server.close(() => resolve(true)));
  });
}

const nothing = async () => {};
const postgres: PostgresService = {
  start: nothing,
  stop: nothing,
  ensure: async () => ({ host: "127.0.0.1", port: 5432 }),
  pendingRestart: () => [],
  restart: nothing,
  remove: nothing,
};
const kubernetes: KubernetesService = {
  start: nothing,
  stop: nothing,
  ensureCluster: () => Promise.reject(new Error("no clusters here")),
  setNodePool: nothing,
  removeCluster: nothing,
  access: () => undefined,
};
