import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/interruption.ts";
import type { WorkloadStatus } from "../../ports/workloads.ts";
import { KubeClient } from "./kube-client.ts";
import { isAvailable, isScaledDown, kubeListSchema, mayRun, scaleSchema } from "./kube-objects.ts";
import { observe } from "./observe.ts";

/** A site's cluster and what of the application runs there, from the stack's outputs. */
export interface WorkloadsTarget {
  readonly kubeconfig: string;
  readonly namespace: string;
  readonly deployments: readonly { readonly name: string; readonly replicas: number }[];
}

export interface KubernetesWorkloadsOptions {
  /** Undefined: the site has no cluster (a dark standby). */
  readonly targets: Readonly<Record<Site, (signal: AbortSignal) => Promise<WorkloadsTarget | undefined>>>;
  /** Milliseconds for one request. Default 8,000. */
  readonly requestTimeoutMs?: number;
  /** Milliseconds until all replicas serve. Default 300,000. */
  readonly startTimeoutMs?: number;
  /** Milliseconds until no pod is left. Default 120,000. */
  readonly stopTimeoutMs?: number;
}

/** Deployments by the Kubernetes API; scaled through the scale subresource, so that their declared fields stay the stack's. */
export class KubernetesWorkloads {
  readonly #options: KubernetesWorkloadsOptions;
  readonly #clients = new Map<string, KubeClient>();

  constructor(options: KubernetesWorkloadsOptions) {
    this.#options = options;
  }

  /** Errors: `refused` when the site has no cluster; `not-found` when a deployment is missing. */
  start(site: Site, signal: AbortSignal, only?: readonly string[]): Promise<readonly WorkloadStatus[]> {
    const limit = this.#options.startTimeoutMs ?? 300_000;
    return withDeadline(`start workloads at ${site}`, limit, signal, async (inner) => {
      const target = narrowed(await this.#options.targets[site](inner), only);
      if (target === undefined) {
        throw new DriverError("refused", `the ${site} site has no cluster: provision it before workloads start`);
      }
      const client = this.#client(target);
      await Promise.all(target.deployments.map(({ name, replicas }) => raise(client, target, name, replicas, inner)));
      await observe(client, {
        path: deploymentsPath(target),
        what: `replicas at ${site}`,
        signal: inner,
        done: (objects) => {
          const found = new Map(objects.map((object) => [object.metadata.name, object]));
          return target.deployments.every(({ name, replicas }) => {
            const deployment = found.get(name);
            return deployment !== undefined && isAvailable(deployment, replicas);
          });
        },
      });
      return this.#status(client, target, inner);
    });
  }

  stop(site: Site, signal: AbortSignal, only?: readonly string[]): Promise<readonly WorkloadStatus[]> {
    const limit = this.#options.stopTimeoutMs ?? 120_000;
    return withDeadline(`stop workloads at ${site}`, limit, signal, async (inner) => {
      const target = narrowed(await this.#options.targets[site](inner), only);
      if (target === undefined) return [];
      const client = this.#client(target);
      await Promise.all(target.deployments.map(({ name }) => this.#stopOne(client, target, name, inner)));
      return this.#status(client, target, inner);
    });
  }

  status(site: Site, signal: AbortSignal): Promise<readonly WorkloadStatus[]> {
    return withDeadline(`status of workloads at ${site}`, 2 * this.#requestTimeoutMs, signal, async (inner) => {
      const target = await this.#options.targets[site](inner);
      return target === undefined ? [] : this.#status(this.#client(target), target, inner);
    });
  }

  async #stopOne(client: KubeClient, target: WorkloadsTarget, name: string, signal: AbortSignal): Promise<void> {
    const selector = await scale(client, target, name, 0, signal).catch((error: unknown) => {
      // Not there: nothing of it runs.
      if (error instanceof DriverError && error.code === "not-found") return undefined;
      throw error;
    });
    if (selector === undefined) return;
    await observe(client, {
      path: deploymentsPath(target),
      what: `scale-down of ${name}`,
      signal,
      done: (objects) => objects.filter((object) => object.metadata.name === name).every(isScaledDown),
    });
    await observe(client, {
      path: podsPath(target),
      labelSelector: selector,
      what: `end of the pods of ${name}`,
      signal,
      done: (pods) => !pods.some(mayRun),
    });
  }

  async #status(client: KubeClient, target: WorkloadsTarget, signal: AbortSignal): Promise<readonly WorkloadStatus[]> {
    const list = kubeListSchema.parse(await client.json("GET", deploymentsPath(target), {}, signal));
    const found = new Map(list.items.map((item) => [item.metadata.name, item]));
    return Promise.all(
      target.deployments.map(async ({ name }) => {
        const deployment = found.get(name);
        if (deployment === undefined) return { name, desired: 0, ready: 0, running: 0 };
        const { selector } = scaleSchema.parse(await client.json("GET", scalePath(target, name), {}, signal)).status;
        const pods = kubeListSchema.parse(
          await client.json("GET", podsPath(target), { query: { labelSelector: selector } }, signal),
        );
        return {
          name,
          desired: deployment.spec?.replicas ?? 0,
          ready: deployment.status?.readyReplicas ?? 0,
          running: pods.items.filter(mayRun).length,
        };
      }),
    );
  }

  get #requestTimeoutMs(): number {
    return this.#options.requestTimeoutMs ?? 8000;
  }

  /** Kept as long as the kubeconfig is the same: an exec plugin's token serves for many calls. */
  #client(target: WorkloadsTarget): KubeClient {
    const known = this.#clients.get(target.kubeconfig);
    if (known !== undefined) return known;
    const client = new KubeClient(target.kubeconfig, this.#requestTimeoutMs);
    this.#clients.set(target.kubeconfig, client);
    return client;
  }
}

/** To some of its deployments. Errors: `not-found` for one that it has not. */
function narrowed(target: WorkloadsTarget | undefined, only: readonly string[] | undefined) {
  if (target === undefined || only === undefined) return target;
  const missing = only.find((name) => !target.deployments.some((each) => each.name === name));
  if (missing !== undefined) throw new DriverError("not-found", `no deployment ${missing} is declared`);
  return { ...target, deployments: target.deployments.filter(({ name }) => only.includes(name)) };
}

/** Scales up to `replicas`, never down: what an autoscaler gave beyond them is in use. */
async function raise(
  client: KubeClient,
  target: WorkloadsTarget,
  name: string,
  replicas: number,
  signal: AbortSignal,
): Promise<void> {
  const { spec } = scaleSchema.parse(await client.json("GET", scalePath(target, name), {}, signal));
  if (spec.replicas < replicas) await scale(client, target, name, replicas, signal);
}

/** Gives the label selector of the deployment's pods. */
async function scale(
  client: KubeClient,
  target: WorkloadsTarget,
  name: string,
  replicas: number,
  signal: AbortSignal,
): Promise<string> {
  const request = { body: { spec: { replicas } }, contentType: "application/merge-patch+json" };
  return scaleSchema.parse(await client.json("PATCH", scalePath(target, name), request, signal)).status.selector;
}

function deploymentsPath(target: WorkloadsTarget): string {
  return `/apis/apps/v1/namespaces/${encodeURIComponent(target.namespace)}/deployments`;
}

function scalePath(target: WorkloadsTarget, name: string): string {
  return `${deploymentsPath(target)}/${encodeURIComponent(name)}/scale`;
}

function podsPath(target: WorkloadsTarget): string {
  return `/api/v1/namespaces/${encodeURIComponent(target.namespace)}/pods`;
}
