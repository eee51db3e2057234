import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createAws } from "../../../sandbox/aws/create-aws.ts";
import { ApiFaults } from "../../../sandbox/contracts/api-faults.ts";
import type {
  ClusterSpec,
  DnsRecord,
  KubernetesService,
  PostgresServerSpec,
  PostgresService,
  SandboxContext,
  SandboxModule,
} from "../../../sandbox/contracts/contracts.ts";
import { SupervisedProcesses } from "../../../sandbox/supervise/processes.ts";
import { JsonStore } from "../../../sandbox/supervise/store.ts";
import { cacheRoot } from "../../../sandbox/toolchain/cache.ts";
import { motoPart } from "../../../sandbox/toolchain/parts/moto.ts";
import { createProgress } from "../../../sandbox/toolchain/progress.ts";
import { provide } from "../../../sandbox/toolchain/toolchain.ts";

/** The AWS room with real processes, and data planes that only remember what was asked of them. */
export interface AwsWorld {
  readonly endpoint: string;
  readonly module: SandboxModule;
  readonly apiFaults: ApiFaults;
  readonly processes: SupervisedProcesses;
  /** Names of servers with their specs, as asked of the PostgreSQL service. */
  readonly servers: ReadonlyMap<string, PostgresServerSpec>;
  /** Node pools of clusters with their sizes. */
  readonly clusters: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly records: ReadonlyMap<string, readonly DnsRecord[]>;
  /** Answers that are worked out at each question, by name. */
  readonly dynamic: ReadonlyMap<string, () => readonly DnsRecord[]>;
  readonly messages: readonly string[];
  [Symbol.asyncDispose](): Promise<void>;
}

export async function motoServer(): Promise<string> {
  const toolchain = join(import.meta.dirname, "../../../sandbox/toolchain");
  const place = { cacheRoot: cacheRoot(), definitions: toolchain, environment: process.env };
  const progress = createProgress();
  try {
    const [path] = await provide([motoPart(place)], progress, undefined);
    if (path === undefined) throw new Error("the toolchain has no moto");
    return path;
  } finally {
    progress.close();
  }
}

/** Starts on a directory of its own, or on the one that an earlier world left. `instance` decides on the addresses. */
export async function startAwsWorld(directory: string, instance: number): Promise<AwsWorld> {
  await mkdir(join(directory, "logs"), { recursive: true });
  await mkdir(join(directory, "run"), { recursive: true });
  const servers = new Map<string, PostgresServerSpec>();
  const clusters = new Map<string, Map<string, number>>();
  const records = new Map<string, readonly DnsRecord[]>();
  const dynamic = new Map<string, () => readonly DnsRecord[]>();
  const messages: string[] = [];
  const processes = new SupervisedProcesses({ directory });
  const inside = (address: string) => address.replace(`127.${10 + instance}.`, `127.${110 + instance}.`);
  const context: SandboxContext = {
    world: { directory, projectRoot: directory, instance },
    processes,
    network: {
      allocate: async () => `127.${10 + instance}.1.1`,
      release: async () => {},
      inside,
      publish: async () => {},
      unpublish: async () => {},
      setRegion: () => {},
      regionState: () => "up",
      setLink: () => {},
      links: () => [],
    },
    dns: {
      set: (owner, set) => void records.set(owner, set),
      setDynamic: (_owner, name, answer) => void dynamic.set(name, answer),
      remove: (owner) => void records.delete(owner),
      resolve: () => undefined,
      address: { host: "127.0.0.1", port: 53 },
    },
    store: new JsonStore(join(directory, "state")),
    logger: (name) => ({
      info: (message) => void messages.push(`${name}: ${message}`),
      error: (message) => void messages.push(`${name} error: ${message}`),
    }),
  };
  const apiFaults = new ApiFaults();
  const module = createAws(context, {
    apiFaults,
    postgres: fakePostgres(servers, instance),
    kubernetes: fakeKubernetes(clusters, instance),
    motoServer: await motoServer(),
  });
  await module.start();
  return {
    endpoint: `http://${inside(`127.${10 + instance}.0.2`)}:4566`,
    module,
    apiFaults,
    processes,
    servers,
    clusters,
    records,
    dynamic,
    messages,
    async [Symbol.asyncDispose]() {
      await module.stop();
      await processes.stopAll();
    },
  };
}

export async function temporaryDirectory(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), "pilotlight-aws-"));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Servers in memory. Parameters that differ from those at creation pend until a restart. */
function fakePostgres(servers: Map<string, PostgresServerSpec>, instance: number): PostgresService {
  const running = new Map<string, PostgresServerSpec["parameters"]>();
  return {
    start: async () => {},
    stop: async () => {},
    async ensure(spec) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      servers.set(spec.id, spec);
      if (!running.has(spec.id)) running.set(spec.id, spec.parameters);
      return { host: `127.${10 + instance}.7.7`, port: 5432 };
    },
    pendingRestart(_cloud, id) {
      const wanted = servers.get(id)?.parameters ?? {};
      return Object.keys(wanted).filter((name) => wanted[name] !== running.get(id)?.[name]);
    },
    async restart(_cloud, id) {
      running.set(id, servers.get(id)?.parameters ?? {});
    },
    async remove(_cloud, id) {
      servers.delete(id);
      running.delete(id);
    },
  };
}

function fakeKubernetes(clusters: Map<string, Map<string, number>>, instance: number): KubernetesService {
  const access = (spec: ClusterSpec) => ({
    endpoint: `https://127.${10 + instance}.8.8:6443`,
    certificateAuthorityData: Buffer.from(`authority of ${spec.name}`).toString("base64"),
    token: "token",
    kubeconfig: "",
  });
  return {
    start: async () => {},
    stop: async () => {},
    async ensureCluster(spec) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      clusters.set(spec.name, clusters.get(spec.name) ?? new Map());
      return access(spec);
    },
    async setNodePool(spec, pool, count) {
      const pools = clusters.get(spec.name);
      if (count > 0) pools?.set(pool, count);
      else pools?.delete(pool);
    },
    async removeCluster(spec) {
      clusters.delete(spec.name);
    },
    access: (spec) => (clusters.has(spec.name) ? access(spec) : undefined),
  };
}
