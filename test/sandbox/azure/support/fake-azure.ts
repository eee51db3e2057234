import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";
import { azureAccount } from "../../../../sandbox/azure/account.ts";
import type { ArmError } from "../../../../sandbox/azure/arm/arm-error.ts";
import { parseArmId, parseArmPath } from "../../../../sandbox/azure/arm/arm-id.ts";
import { type ArmAnswer, ArmService } from "../../../../sandbox/azure/arm/arm-service.ts";
import { ArmState } from "../../../../sandbox/azure/arm/arm-state.ts";
import { SecretFile } from "../../../../sandbox/azure/arm/secret-file.ts";
import { timedTypes } from "../../../../sandbox/azure/arm/timed-types.ts";
import { azureParts } from "../../../../sandbox/azure/azure-parts.ts";
import { Capacity } from "../../../../sandbox/azure/capacity.ts";
import { resourceTypes } from "../../../../sandbox/azure/resource-types.ts";
import type {
  ClusterSpec,
  DnsRecord,
  KubernetesService,
  PostgresServerSpec,
  PostgresService,
  ProcessSpec,
  SandboxContext,
} from "../../../../sandbox/contracts/contracts.ts";
import { ProvisioningClock } from "../../../../sandbox/provisioning/clock.ts";

export const groups = `/subscriptions/${azureAccount.subscriptionId}/resourceGroups`;

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** Azure Resource Manager with everything behind it replaced by memory. */
export async function fakeAzure(clock: ProvisioningClock = new ProvisioningClock()) {
  const folder = await mkdtemp(join(tmpdir(), "fake-azure-"));
  folders.push(folder);
  const documents = new Map<string, string>();
  const records = new Map<string, () => readonly DnsRecord[]>();
  const servers = new Map<string, PostgresServerSpec>();
  const restarted = new Set<string>();
  const pools: unknown[][] = [];
  const processes: ProcessSpec[] = [];
  const clusters = new Set<string>();
  let address = 0;
  const quiet = { info: () => {}, error: () => {} };
  const nothing = async () => {};
  const context: SandboxContext = {
    world: { directory: folder, projectRoot: folder, instance: 6 },
    processes: {
      start: async (spec) => void processes.push(spec),
      stop: nothing,
      kill: nothing,
      freeze: () => {},
      thaw: () => {},
      freezeCloud: () => {},
      thawCloud: () => {},
      list: () => [],
      stopAll: nothing,
    },
    network: {
      allocate: async () => `127.26.1.${++address}`,
      release: nothing,
      inside: (host) => host.replace("127.26.", "127.126."),
      publish: nothing,
      unpublish: nothing,
      setRegion: () => {},
      regionState: () => "up",
      setLink: () => {},
      links: () => [],
    },
    dns: {
      set: (owner, answer) => void records.set(owner, () => answer),
      setDynamic: (owner, _name, answer) => void records.set(owner, answer),
      remove: (owner) => void records.delete(owner),
      resolve: () => undefined,
      address: { host: "127.36.0.53", port: 53 },
    },
    store: {
      read: async <T>(name: string, fallback: T) =>
        (documents.has(name) ? JSON.parse(documents.get(name) ?? "") : fallback) as T,
      write: async (name, value) => void documents.set(name, JSON.stringify(value)),
    },
    logger: () => quiet,
  };
  const postgres: PostgresService = {
    start: nothing,
    stop: nothing,
    ensure: async (spec) => {
      servers.set(spec.id, spec);
      return { host: "127.26.2.1", port: 5432 };
    },
    // As for real: a static parameter pends until the next restart.
    pendingRestart: (_cloud, id) =>
      restarted.has(id) ? [] : Object.keys(servers.get(id)?.parameters ?? {}).filter((name) => name === "wal_level"),
    restart: async (_cloud, id) => void restarted.add(id),
    remove: async (_cloud, id) => void servers.delete(id),
  };
  const access = { endpoint: "https://127.26.3.1:6443", certificateAuthorityData: "Q0E=", token: "t", kubeconfig: "k" };
  const kubernetes: KubernetesService = {
    start: nothing,
    stop: nothing,
    ensureCluster: async ({ name }) => {
      clusters.add(name);
      return access;
    },
    setNodePool: async ({ name }: ClusterSpec, pool, count) => void pools.push([name, pool, count]),
    removeCluster: async ({ name }) => void clusters.delete(name),
    access: ({ name }) => (clusters.has(name) ? access : undefined),
  };
  const state = new ArmState(context.store, new SecretFile(join(folder, "secrets.json")));
  await state.load();
  const capacity = new Capacity();
  const parts = azureParts(context, { postgres, kubernetes, capacity }, () => []);
  const { traffic } = parts;
  const service = new ArmService(timedTypes(resourceTypes(parts), clock), state, quiet);

  const settled = async (answer: Promise<ArmAnswer>): Promise<ArmAnswer> => {
    const first = await answer;
    await service.operations.idle();
    const failed = first.operation === undefined ? undefined : service.operations.status(first.operation);
    if (failed?.status === "Failed") throw new Error(JSON.stringify(failed.error));
    return first;
  };
  return {
    service,
    context,
    capacity,
    traffic,
    documents,
    records,
    servers,
    pools,
    processes,
    folder,
    put: (id: string, body: unknown) => settled(service.put(parseArmId(id), body)),
    patch: (id: string, body: unknown) => settled(service.patch(parseArmId(id), body)),
    delete: (id: string) => settled(service.delete(parseArmId(id))),
    get: (id: string) => service.get(parseArmId(id)).body,
    list: (path: string) => {
      const parsed = parseArmPath(path);
      if (parsed?.kind !== "collection") throw new Error(`not a collection: ${path}`);
      return service.list(parsed.scope, parsed.type).body;
    },
    action: (id: string, name: string) => settled(service.action(parseArmId(id), name, {})),
  };
}

/** The code of the ARM error that a call ends in. */
export async function codeOf(call: () => Promise<unknown> | unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return `${(error as ArmError).status} ${(error as ArmError).code}`;
  }
  return "no error";
}
