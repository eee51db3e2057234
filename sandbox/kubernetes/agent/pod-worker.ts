import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { localOf } from "../addresses.ts";
import type { KubeClient } from "../api/kube-client.ts";
import { KubeError } from "../api/kube-error.ts";
import { type Container, type ContainerStatus, type Pod, serviceSchema } from "../api/objects.ts";
import { commandOfImage, knownImages } from "../catalogue.ts";
import type { AgentConfig } from "./agent-config.ts";
import { ConfigError } from "./config-error.ts";
import { ContainerRunner, type Launch } from "./container-runner.ts";
import { containerEnvironment, expand } from "./environment.ts";
import { recordPodEvent } from "./event-recorder.ts";
import { exitOf, podStatus, type Terminated } from "./pod-status.ts";
import { valueReader } from "./value-reader.ts";
import { materialiseVolumes, removeVolumes } from "./volumes.ts";

export interface PodWorkerOptions {
  readonly client: KubeClient;
  readonly config: AgentConfig;
  readonly pod: Pod;
  readonly podIP: string;
  readonly hostIP: string;
}

/** Runs one pod: its init containers one after the other, then its containers side by side, and tells the API server. */
export class PodWorker {
  readonly #options: PodWorkerOptions;
  readonly #directory: string;
  readonly #startTime: string;
  readonly #ending = new AbortController();
  #pod: Pod;
  #init: readonly ContainerRunner[] = [];
  #containers: readonly ContainerRunner[] = [];
  #ended: Promise<void> | undefined;
  #dirty = false;
  #patching: Promise<void> | undefined;

  constructor(options: PodWorkerOptions) {
    this.#options = options;
    this.#pod = options.pod;
    this.#directory = join(options.config.directory, "pods", options.pod.metadata.uid);
    this.#startTime = options.pod.status.startTime ?? new Date().toISOString();
  }

  get podIP(): string {
    return this.#options.podIP;
  }

  get pod(): Pod {
    return this.#pod;
  }

  start(): void {
    const { pod } = this.#options;
    const runner = (container: Container, policy: Pod["spec"]["restartPolicy"], before: ContainerStatus | undefined) =>
      this.#runner(container, policy, before);
    this.#init = (pod.spec.initContainers ?? []).map((one) =>
      runner(one, pod.spec.restartPolicy === "Never" ? "Never" : "OnFailure", undefined),
    );
    this.#containers = pod.spec.containers.map((one) =>
      runner(
        one,
        pod.spec.restartPolicy,
        pod.status.containerStatuses?.find(({ name }) => name === one.name),
      ),
    );
    this.#changed();
    void this.#run();
  }

  /** A newer form of the pod, from the watch. */
  update(pod: Pod): void {
    this.#pod = pod;
    if (pod.metadata.deletionTimestamp !== undefined) void this.end("delete");
  }

  /**
   * Ends the processes within the pod's grace period (at most `graceMs`); with `delete`, the pod is then removed from the
   * API. Resolves when that is done. With `leave` nothing is reported to the API: the next agent starts the pod again.
   */
  end(then: "delete" | "leave", graceMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.#ended ??= this.#end(then, graceMs);
    return this.#ended;
  }

  async #end(then: "delete" | "leave", graceMs: number): Promise<void> {
    this.#ending.abort();
    const { metadata, spec } = this.#pod;
    const grace = Math.min(1000 * (metadata.deletionGracePeriodSeconds ?? spec.terminationGracePeriodSeconds), graceMs);
    if (then === "delete") this.#event("Normal", "Killing", "Stopping the pod's containers");
    await Promise.all([...this.#init, ...this.#containers].map((one) => one.terminate(grace)));
    await removeVolumes(this.#directory);
    if (then === "delete") await this.#finalise();
  }

  async #run(): Promise<void> {
    for (const one of this.#init) {
      await one.run();
      if (exitOf(one.record) !== 0) return;
    }
    if (this.#ending.signal.aborted) return;
    await Promise.all(this.#containers.map((one) => one.run()));
  }

  #runner(
    container: Container,
    restartPolicy: Pod["spec"]["restartPolicy"],
    before: ContainerStatus | undefined,
  ): ContainerRunner {
    const { config, podIP, pod } = this.#options;
    const { namespace, name } = pod.metadata;
    const ranBefore = before?.state?.running !== undefined || before?.state?.terminated !== undefined;
    return new ContainerRunner({
      container,
      restartPolicy,
      prepare: () => this.#prepare(container),
      logFile: join(config.logDirectory, `pod-${config.cloud}-${namespace}-${name}.log`),
      host: localOf(podIP),
      restartCount: (before?.restartCount ?? 0) + (ranBefore ? 1 : 0),
      lastState: ranBefore ? { terminated: lostProcess() } : undefined,
      change: () => this.#changed(),
      event: (type, reason, message) => this.#event(type, reason, message),
    });
  }

  async #prepare(container: Container): Promise<Launch> {
    const { client, config, podIP, hostIP } = this.#options;
    const image = commandOfImage(container.image);
    if (image === undefined) {
      throw new ConfigError(
        "ErrImagePull",
        `image ${container.image} is not in the sandbox's catalogue; it has ${knownImages().join(", ")}`,
      );
    }
    if (container.command !== undefined) {
      throw new ConfigError(
        "CreateContainerError",
        `container ${container.name}: command names a program inside the image; the sandbox runs the image's own entry point only`,
      );
    }
    const namespace = this.#pod.metadata.namespace ?? "default";
    const sources = valueReader(client, namespace);
    const [volumes, services] = await Promise.all([
      materialiseVolumes(this.#pod, join(this.#directory, "volumes"), sources),
      client.get(`/api/v1/namespaces/${namespace}/services`),
    ]);
    const env = await containerEnvironment({
      pod: this.#pod,
      container,
      podIP,
      hostIP,
      services: z.object({ items: z.array(serviceSchema) }).parse(services).items,
      sources,
      volumes,
      injected: config.injected,
    });
    const cwd = join(this.#directory, "root");
    await mkdir(cwd, { recursive: true, mode: 0o700 });
    return {
      command: image.command,
      args: [...image.args, ...(container.args ?? []).map((one) => expand(one, env))],
      cwd,
      env: { ...env, ...machine(cwd), HOSTNAME: this.#pod.metadata.name, BIND_ADDRESS: localOf(podIP) },
    };
  }

  #event(type: "Normal" | "Warning", reason: string, message: string): void {
    recordPodEvent(this.#options.client, this.#pod, type, reason, message);
  }

  /** One patch at a time; what changes meanwhile goes out with the next. */
  #changed(): void {
    this.#dirty = true;
    this.#patching ??= this.#patch().finally(() => {
      this.#patching = undefined;
    });
  }

  async #patch(): Promise<void> {
    // Changes that come together go out together.
    await sleep(20);
    for (let failures = 0; this.#dirty && this.#ended === undefined; ) {
      this.#dirty = false;
      const { metadata } = this.#pod;
      const status = podStatus({
        pod: this.#pod,
        containers: this.#containers.map((one) => one.record),
        initContainers: this.#init.map((one) => one.record),
        podIP: this.#options.podIP,
        hostIP: this.#options.hostIP,
        startTime: this.#startTime,
        now: new Date().toISOString(),
      });
      try {
        await this.#options.client.request("PATCH", `${pathOf(this.#pod)}/status`, {
          // The uid keeps the status of a gone pod from its successor of the same name.
          body: { metadata: { uid: metadata.uid }, status },
          contentType: "application/strategic-merge-patch+json",
        });
        failures = 0;
      } catch (error) {
        if (KubeError.is(error, 404) || KubeError.is(error, 409)) return;
        failures += 1;
        console.error(`status of ${pathOf(this.#pod)}: ${error instanceof Error ? error.message : String(error)}`);
        this.#dirty = true;
        await sleep(Math.min(200 * 2 ** failures, 5000));
      }
    }
  }

  async #finalise(): Promise<void> {
    const { uid } = this.#pod.metadata;
    for (let failures = 0; ; failures += 1) {
      try {
        await this.#options.client.request("DELETE", pathOf(this.#pod), {
          body: { gracePeriodSeconds: 0, preconditions: { uid } },
        });
        return;
      } catch (error) {
        if (KubeError.is(error, 404) || KubeError.is(error, 409)) return;
        console.error(`removing ${pathOf(this.#pod)}: ${error instanceof Error ? error.message : String(error)}`);
        await sleep(Math.min(200 * 2 ** failures, 5000));
      }
    }
  }
}

function pathOf(pod: Pod): string {
  return `/api/v1/namespaces/${pod.metadata.namespace ?? "default"}/pods/${pod.metadata.name}`;
}

/** What ran under an earlier agent and is gone with it. */
function lostProcess(): Terminated {
  return {
    exitCode: 137,
    reason: "ContainerStatusUnknown",
    message: "the process was gone when the node agent started",
    finishedAt: new Date().toISOString(),
  };
}

/** What a process needs of this machine; the supervisor's own marks go along, so that it is found as its cloud's. */
function machine(home: string): Record<string, string> {
  const marks = Object.entries(process.env).filter(([key]) => key.startsWith("PILOTLIGHT_SANDBOX"));
  const env: Record<string, string> = {
    PATH: process.env.PATH ?? "",
    LANG: process.env.LANG ?? "C.UTF-8",
    HOME: home,
  };
  for (const [key, value] of marks) if (value !== undefined) env[key] = value;
  return env;
}
