import { z } from "zod";
import type { ClusterAccess, ClusterSpec, KubernetesService, SandboxContext } from "../contracts/contracts.ts";
import { Cluster } from "./cluster.ts";

const storeName = "kubernetes";
const savedSchema = z.object({
  clusters: z.array(
    z.object({ cloud: z.enum(["aws", "azure", "control"]), name: z.string(), index: z.number().int() }),
  ),
});
type SavedCluster = z.infer<typeof savedSchema>["clusters"][number];

/**
 * Real Kubernetes control planes, each with a node agent that runs pods as local processes.
 * `binary` is one program with the subcommands etcd, kube-apiserver, kube-controller-manager and kube-scheduler.
 */
export function createKubernetes(context: SandboxContext, options: { readonly binary: string }): KubernetesService {
  const running = new Map<string, Cluster>();
  const starting = new Map<string, Promise<Cluster>>();
  let saving: Promise<unknown> = Promise.resolve();

  const saved = async () => savedSchema.parse(await context.store.read<unknown>(storeName, { clusters: [] })).clusters;

  /** Changes the list of clusters, one change at a time. */
  const change = <Result>(
    edit: (clusters: readonly SavedCluster[]) => {
      readonly clusters: readonly SavedCluster[];
      readonly result: Result;
    },
  ) => {
    const done = saving.then(async () => {
      const { clusters, result } = edit(await saved());
      await context.store.write(storeName, { clusters });
      return result;
    });
    saving = done.catch(() => undefined);
    return done;
  };

  const register = (spec: ClusterSpec) =>
    change((clusters) => {
      const known = clusters.find((one) => keyOf(one) === keyOf(spec));
      if (known !== undefined) return { clusters, result: known };
      const used = new Set(clusters.filter(({ cloud }) => cloud === spec.cloud).map(({ index }) => index));
      const index = Array.from({ length: 17 }, (_, i) => i).find((i) => !used.has(i)) ?? 16;
      const result = { cloud: spec.cloud, name: spec.name, index };
      return { clusters: [...clusters, result], result };
    });

  const launch = (spec: ClusterSpec): Promise<Cluster> => {
    const known = running.get(keyOf(spec));
    if (known !== undefined) return Promise.resolve(known);
    const underway = starting.get(keyOf(spec));
    if (underway !== undefined) return underway;
    const started = (async () => {
      const { index } = await register(spec);
      const cluster = await Cluster.start(context, { binary: options.binary, spec, index });
      running.set(keyOf(spec), cluster);
      return cluster;
    })();
    starting.set(keyOf(spec), started);
    const forget = () => starting.delete(keyOf(spec));
    started.then(forget, forget);
    return started;
  };

  return {
    async start(): Promise<void> {
      await Promise.all((await saved()).map(launch));
    },

    async stop(): Promise<void> {
      await Promise.allSettled(starting.values());
      await Promise.all([...running.values()].map((cluster) => cluster.stop({ forget: false })));
      running.clear();
    },

    async ensureCluster(spec: ClusterSpec): Promise<ClusterAccess> {
      if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(spec.name)) {
        throw new Error(
          `cluster name "${spec.name}": the sandbox takes lower-case letters, digits and hyphens, at most 63`,
        );
      }
      return (await launch(spec)).access;
    },

    async setNodePool(spec: ClusterSpec, pool: string, count: number): Promise<void> {
      const cluster = (await starting.get(keyOf(spec))) ?? running.get(keyOf(spec));
      if (cluster === undefined)
        throw new Error(`node pool ${pool}: there is no cluster ${spec.name} in ${spec.cloud}`);
      await cluster.setNodePool(pool.toLowerCase(), count);
    },

    async removeCluster(spec: ClusterSpec): Promise<void> {
      await starting.get(keyOf(spec))?.catch(() => undefined);
      await running.get(keyOf(spec))?.stop({ forget: true });
      running.delete(keyOf(spec));
      await change((clusters) => ({
        clusters: clusters.filter((one) => keyOf(one) !== keyOf(spec)),
        result: undefined,
      }));
    },

    access: (spec: ClusterSpec) => running.get(keyOf(spec))?.access,
  };
}

function keyOf(spec: ClusterSpec): string {
  return `${spec.cloud}/${spec.name}`;
}
