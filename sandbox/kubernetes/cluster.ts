import { readFile, rm } from "node:fs/promises";
import { resolve } from "node:path";
import type { ClusterAccess, ClusterSpec, SandboxContext } from "../contracts/contracts.ts";
import { clusterNetwork } from "./addresses.ts";
import type { AgentConfig } from "./agent/agent-config.ts";
import { KubeClient } from "./api/kube-client.ts";
import { kubeconfigOf, prepareClusterFiles, readAuthority, writePrivate } from "./cluster-files.ts";
import {
  apiServerProcess,
  type ControlPlane,
  controllerManagerProcess,
  etcdProcess,
  processName,
  schedulerProcess,
} from "./control-plane.ts";
import { injectedEnvironment } from "./injected-environment.ts";
import { resizeNodePool } from "./node-pool.ts";
import { ServiceGateways } from "./service-gateways.ts";

const port = 6443;
const nodePoolTimeoutMs = 90_000;

/** Names of a cluster's processes, in the order in which they end. */
const parts = ["agent", "controller-manager", "scheduler", "apiserver", "etcd"] as const;

interface StartOptions {
  readonly binary: string;
  readonly spec: ClusterSpec;
  /** Place of the cluster among those of its cloud. */
  readonly index: number;
}

/** One running cluster: its control plane, its node agent, its gateways. */
export class Cluster {
  readonly access: ClusterAccess;
  readonly #context: SandboxContext;
  readonly #plane: ControlPlane;
  readonly #client: KubeClient;
  readonly #gateways: ServiceGateways;

  private constructor(context: SandboxContext, plane: ControlPlane, access: ClusterAccess, client: KubeClient) {
    this.#context = context;
    this.#plane = plane;
    this.access = access;
    this.#client = client;
    this.#gateways = new ServiceGateways(context, { cloud: plane.cloud, name: plane.cluster }, client);
  }

  /** Starts the cluster, with what it held before. */
  static async start(context: SandboxContext, options: StartOptions): Promise<Cluster> {
    try {
      return await Cluster.#start(context, options);
    } catch (error) {
      // Half a cluster would be in the way of the next attempt.
      await context.network.unpublish(gatewayOf(options.spec));
      const { cloud, name } = options.spec;
      await Promise.all(parts.map((part) => context.processes.stop(processName({ cloud, cluster: name }, part))));
      throw error;
    }
  }

  static async #start(context: SandboxContext, options: StartOptions): Promise<Cluster> {
    const { cloud, name } = options.spec;
    const address = await context.network.allocate(cloud, allocationOf(options.spec));
    const inside = context.network.inside(address);
    const directory = directoryOf(context, options.spec);
    const { token } = await prepareClusterFiles(directory);
    const plane: ControlPlane = {
      cloud,
      cluster: name,
      binary: options.binary,
      directory,
      address,
      inside,
      network: clusterNetwork(context.world, cloud, options.index),
    };
    const { processes } = context;
    await Promise.all([
      processes.start(etcdProcess(plane)),
      processes.start({ ...apiServerProcess(plane), ready: readyCheck(inside, token, directory) }),
    ]);
    const authority = await readAuthority(directory);
    const endpoint = `https://${address}:${port}`;
    const local = `https://${inside}:${port}`;
    const kubeconfig = kubeconfigOf({ name, server: endpoint, authority, token });
    const agent: AgentConfig = {
      cloud: cloud === "azure" ? "azure" : "aws",
      cluster: name,
      server: local,
      certificateAuthority: authority,
      token,
      network: plane.network,
      directory,
      logDirectory: `${context.world.directory}/logs`,
      injected: { ...injectedEnvironment(context.world, cloud) },
    };
    await writePrivate(`${directory}/authority.crt`, authority);
    await writePrivate(`${directory}/kubeconfig`, kubeconfigOf({ name, server: local, authority, token }));
    await writePrivate(`${directory}/agent.json`, JSON.stringify(agent));
    // Each cluster has a file of its own; the cloud's is that of the cluster which started last.
    await writePrivate(ownKubeconfig(context, options.spec), kubeconfig);
    await writePrivate(publicKubeconfig(context, options.spec), kubeconfig);
    const client = clientOf(local, authority, token);
    await Promise.all([
      processes.start(controllerManagerProcess(plane)),
      processes.start(schedulerProcess(plane)),
      processes.start({
        name: processName(plane, "agent"),
        cloud,
        command: process.execPath,
        args: [resolve(import.meta.dirname, "agent/main.ts"), `${directory}/agent.json`],
        restart: true,
      }),
      context.network.publish({
        name: gatewayOf(options.spec),
        cloud,
        listen: { host: address, port },
        target: () => ({ host: inside, port }),
      }),
      untilUsable(client),
    ]);
    const certificateAuthorityData = Buffer.from(authority).toString("base64");
    const cluster = new Cluster(context, plane, { endpoint, certificateAuthorityData, token, kubeconfig }, client);
    cluster.#gateways.start();
    return cluster;
  }

  setNodePool(pool: string, count: number): Promise<void> {
    return resizeNodePool(this.#client, this.#plane.network, pool, count, AbortSignal.timeout(nodePoolTimeoutMs));
  }

  /** Ends the processes; `forget` also removes the cluster with all that it holds. */
  async stop(options: { readonly forget: boolean }): Promise<void> {
    const spec = { cloud: this.#plane.cloud, name: this.#plane.cluster };
    await this.#gateways.stop({ release: options.forget });
    await this.#context.network.unpublish(gatewayOf(spec));
    const end = (part: string) => this.#context.processes.stop(processName(this.#plane, part));
    await Promise.all(["agent", "controller-manager", "scheduler"].map(end));
    await end("apiserver");
    await end("etcd");
    this.#client.close();
    if (!options.forget) return;
    await rm(this.#plane.directory, { recursive: true, force: true });
    await rm(ownKubeconfig(this.#context, spec), { force: true });
    await forgetKubeconfig(publicKubeconfig(this.#context, spec), this.access.kubeconfig);
    await this.#context.network.release(spec.cloud, allocationOf(spec));
  }
}

function allocationOf(spec: ClusterSpec): string {
  return `kubernetes:${spec.name}`;
}

function gatewayOf(spec: ClusterSpec): string {
  return `kubernetes-${spec.cloud}-${spec.name}`;
}

function directoryOf(context: SandboxContext, spec: ClusterSpec): string {
  return `${context.world.directory}/${spec.cloud}/kubernetes/${spec.name}`;
}

function ownKubeconfig(context: SandboxContext, spec: ClusterSpec): string {
  return `${context.world.directory}/kubeconfig-${spec.cloud}-${spec.name}.yaml`;
}

/** Another cluster of the cloud may have written it since. */
async function forgetKubeconfig(file: string, text: string): Promise<void> {
  const found = await readFile(file, "utf8").catch(() => undefined);
  if (found === text) await rm(file, { force: true });
}

function publicKubeconfig(context: SandboxContext, spec: ClusterSpec): string {
  return `${context.world.directory}/kubeconfig-${spec.cloud}.yaml`;
}

function clientOf(server: string, authority: string, token: string): KubeClient {
  return new KubeClient({ server, tls: { ca: authority }, headers: () => ({ authorization: `Bearer ${token}` }) });
}

function readyCheck(inside: string, token: string, directory: string): () => Promise<boolean> {
  return async () => {
    const client = clientOf(`https://${inside}:${port}`, await readAuthority(directory), token);
    try {
      return (await client.get("/readyz", { timeoutMs: 2000 })) === "ok";
    } finally {
      client.close();
    }
  };
}

/** The controllers run once they have made the default service account, which pods need. */
async function untilUsable(client: KubeClient): Promise<void> {
  const path = "/api/v1/namespaces/default/serviceaccounts";
  const signal = AbortSignal.timeout(60_000);
  const query = { fieldSelector: "metadata.name=default" };
  for await (const event of client.watch(path, { resourceVersion: "0", query, seconds: 60, signal }))
    if (event.type === "ADDED") return;
  throw new Error("the controller manager did not make the default service account within 60 s");
}
