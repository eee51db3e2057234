import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { SandboxContext } from "../../contracts/contracts.ts";
import { ConfigError } from "../../kubernetes/agent/config-error.ts";
import type { Launch } from "../../kubernetes/agent/container-runner.ts";
import { containerEnvironment } from "../../kubernetes/agent/environment.ts";
import { materialiseVolumes } from "../../kubernetes/agent/volumes.ts";
import { type Container, type Pod, podSchema } from "../../kubernetes/api/objects.ts";
import { commandOfImage, knownImages } from "../../kubernetes/catalogue.ts";
import { KeyLock } from "../arm/key-lock.ts";
import { stableGuid } from "../types/stable-guid.ts";
import { ContainerProcess } from "./container-process.ts";
import type { ContainerSpec, GroupSpec } from "./group-spec.ts";

export interface ContainerGroupsOptions {
  /** Why an image cannot be pulled; undefined when it can. */
  readonly missingImage: (image: string) => string | undefined;
}

interface Running {
  readonly spec: GroupSpec;
  readonly containers: ReadonlyMap<string, ContainerProcess>;
  readonly stopped: boolean;
}

/**
 * Container groups as processes of the Azure site: each container is a process, its image one of the catalogue that pods
 * have too. Secret volumes are files below the sandbox's directory, and paths in the environment point there.
 */
export class ContainerGroups {
  readonly #context: SandboxContext;
  readonly #options: ContainerGroupsOptions;
  readonly #groups = new Map<string, Running>();
  readonly #lock = new KeyLock();

  constructor(context: SandboxContext, options: ContainerGroupsOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Runs exactly this; what runs already, and as wanted, goes on. Resolves when every container was tried once. */
  run(key: string, spec: GroupSpec): Promise<void> {
    return this.#lock.run(key, async () => {
      const before = this.#groups.get(key);
      if (before !== undefined && !before.stopped && formOf(before.spec) === formOf(spec)) return;
      await this.#stop(key);
      const directory = this.#directory(key);
      const containers = new Map(
        spec.containers.map((container) => [
          container.name,
          new ContainerProcess({
            processName: processName(key, spec.name, container.name),
            container: shownIn(podOf(spec, container)),
            host: spec.host,
            restartPolicy: spec.restartPolicy,
            processes: this.#context.processes,
            prepare: () => this.#prepare(directory, spec, container),
          }),
        ]),
      );
      this.#groups.set(key, { spec, containers, stopped: false });
      await Promise.all([...containers.values()].map((container) => container.start()));
    });
  }

  /** Ends the processes; the group stays as `Stopped`. */
  stop(key: string, spec: GroupSpec): Promise<void> {
    return this.#lock.run(key, async () => {
      await this.#stop(key);
      const containers = this.#groups.get(key)?.containers ?? new Map();
      this.#groups.set(key, { spec, containers, stopped: true });
    });
  }

  remove(key: string): Promise<void> {
    return this.#lock.run(key, async () => {
      await this.#stop(key);
      this.#groups.delete(key);
    });
  }

  /** At the end of the sandbox's day: nothing is remembered as stopped. */
  async stopAll(): Promise<void> {
    await Promise.all([...this.#groups.keys()].map((key) => this.#lock.run(key, () => this.#stop(key))));
    this.#groups.clear();
  }

  /** As ARM shows it: Pending, Running, Stopped, Succeeded or Failed. */
  state(key: string): string {
    const group = this.#groups.get(key);
    if (group === undefined) return "Pending";
    if (group.stopped) return "Stopped";
    const states = [...group.containers.values()].map(({ state }) => state);
    if (states.some(({ state }) => state === "Running")) return "Running";
    if (states.some(({ state, detailStatus }) => state === "Waiting" && !detailStatus.startsWith("CrashLoop"))) {
      return "Pending";
    }
    if (states.some(({ state }) => state === "Waiting")) return "Running";
    return states.every(({ exitCode }) => exitCode === 0) ? "Succeeded" : "Failed";
  }

  containerView(key: string, container: string): Readonly<Record<string, unknown>> | undefined {
    return this.#groups.get(key)?.containers.get(container)?.view;
  }

  /** Whether anything is there to take a connection. */
  serves(key: string): boolean {
    return [...(this.#groups.get(key)?.containers.values() ?? [])].some(({ ready }) => ready);
  }

  async #stop(key: string): Promise<void> {
    const group = this.#groups.get(key);
    if (group === undefined) return;
    await Promise.all([...group.containers.values()].map((container) => container.stop()));
    // What is stopped needs no secrets on the disk; the next start writes them anew.
    await rm(this.#directory(key), { recursive: true, force: true });
  }

  async #prepare(directory: string, spec: GroupSpec, container: ContainerSpec): Promise<Launch> {
    const missing = this.#options.missingImage(container.image);
    if (missing !== undefined) {
      throw new ConfigError("ErrImagePull", `Failed to pull image "${container.image}": ${missing}`);
    }
    const image = commandOfImage(container.image);
    if (image === undefined) {
      const known = knownImages().join(", ");
      const text = `Failed to pull image "${container.image}": it is not in the sandbox's catalogue; it has ${known}`;
      throw new ConfigError("ErrImagePull", text);
    }
    if (container.command.length > 0) {
      throw new ConfigError(
        "CreateContainerError",
        `container ${container.name}: command names a program inside the image; the sandbox runs the image's own entry point only`,
      );
    }
    const pod = podOf(spec, container);
    const shown = shownIn(pod);
    const sources = {
      secret: async (name: string) => spec.volumes.get(name),
      configMap: async () => undefined,
    };
    const volumes = await materialiseVolumes(pod, join(directory, "volumes"), sources);
    const env = await containerEnvironment({
      pod,
      container: shown,
      podIP: spec.host,
      hostIP: spec.host,
      services: [],
      sources,
      volumes,
      injected: spec.injected,
    });
    const cwd = join(directory, "root");
    await mkdir(cwd, { recursive: true, mode: 0o700 });
    return { ...image, cwd, env: { ...env, HOME: cwd, HOSTNAME: spec.name, BIND_ADDRESS: spec.host } };
  }

  #directory(key: string): string {
    return join(this.#context.world.directory, "azure", "containers", stableGuid(key));
  }
}

/** The pod that would run the same: what pods know of environments and volumes holds for groups too. */
function podOf(spec: GroupSpec, container: ContainerSpec): Pod {
  const volumes = [...spec.volumes].map(([name, files]) =>
    Object.keys(files).length === 0 ? { name, emptyDir: {} } : { name, secret: { secretName: name } },
  );
  return podSchema.parse({
    metadata: { name: spec.name, uid: spec.name, resourceVersion: "" },
    spec: {
      enableServiceLinks: false,
      volumes,
      containers: [
        {
          name: container.name,
          image: container.image,
          env: container.environment,
          volumeMounts: container.mounts,
          livenessProbe: container.livenessProbe,
          readinessProbe: container.readinessProbe,
        },
      ],
    },
  });
}

function shownIn(pod: Pod): Container {
  const [container] = pod.spec.containers;
  if (container === undefined) throw new Error("a pod without a container");
  return container;
}

function formOf(spec: GroupSpec): string {
  return JSON.stringify({ ...spec, volumes: [...spec.volumes] });
}

/** Groups of different resource groups may share a name. */
function processName(key: string, group: string, container: string): string {
  return `aci-${group}-${container}-${stableGuid(key).slice(0, 4)}`.toLowerCase();
}
