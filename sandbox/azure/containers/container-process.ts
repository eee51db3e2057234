import { setTimeout as sleep } from "node:timers/promises";
import type { Processes } from "../../contracts/contracts.ts";
import { nextBackOff } from "../../kubernetes/agent/back-off.ts";
import { ConfigError } from "../../kubernetes/agent/config-error.ts";
import type { Launch } from "../../kubernetes/agent/container-runner.ts";
import { HealthCheck } from "../../kubernetes/agent/health-check.ts";
import type { Container } from "../../kubernetes/api/objects.ts";

export type RestartPolicy = "Always" | "OnFailure" | "Never";

/** A state of a container as `instanceView` shows it. */
export interface ContainerState {
  readonly state: "Waiting" | "Running" | "Terminated";
  readonly startTime?: string;
  readonly finishTime?: string;
  readonly exitCode?: number;
  readonly detailStatus: string;
}

export interface ContainerEvent {
  readonly name: string;
  readonly message: string;
  readonly type: "Normal" | "Warning";
  readonly count: number;
  readonly firstTimestamp: string;
  readonly lastTimestamp: string;
}

export interface ContainerProcessOptions {
  /** Of the process; also names its log. */
  readonly processName: string;
  /** As a pod would have it, for its probes. */
  readonly container: Container;
  /** Where probes reach it. */
  readonly host: string;
  readonly restartPolicy: RestartPolicy;
  readonly processes: Processes;
  /** Worked out anew at every start. Throws {@link ConfigError} when the container cannot be made now. */
  readonly prepare: () => Promise<Launch>;
}

const longestRetryMs = 10_000;

/** Runs one container of a group as a process of the Azure site, again and again as the restart policy says. */
export class ContainerProcess {
  readonly #options: ContainerProcessOptions;
  readonly #stopping = new AbortController();
  readonly #settled = Promise.withResolvers<void>();
  #done: Promise<void> = Promise.resolve();
  #current: ContainerState = { state: "Waiting", detailStatus: "ContainerCreating" };
  #previous: ContainerState | undefined;
  #ready = false;
  #restarts = 0;
  #events: readonly ContainerEvent[] = [];

  constructor(options: ContainerProcessOptions) {
    this.#options = options;
  }

  get state(): ContainerState {
    return this.#current;
  }

  /** Runs, and passes its readiness probe where it has one. */
  get ready(): boolean {
    return this.#current.state === "Running" && this.#ready;
  }

  get view(): Readonly<Record<string, unknown>> {
    return {
      restartCount: this.#restarts,
      currentState: this.#current,
      ...(this.#previous === undefined ? {} : { previousState: this.#previous }),
      events: this.#events,
    };
  }

  /** Resolves when the first start has succeeded or failed; what follows goes on by itself. */
  start(): Promise<void> {
    this.#done = this.#loop().finally(() => this.#settled.resolve());
    return this.#settled.promise;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    if (this.#current.state === "Running")
      this.#event("Normal", "Killing", `Stopping container ${this.#options.container.name}`);
    await this.#options.processes.stop(this.#options.processName);
    await this.#done;
    if (this.#current.state === "Waiting") this.#current = { state: "Terminated", detailStatus: "Stopped" };
  }

  async #loop(): Promise<void> {
    const { restartPolicy, container } = this.#options;
    const { signal } = this.#stopping;
    let backOffMs: number | undefined;
    let retryMs = 500;
    while (!signal.aborted) {
      const startedAt = Date.now();
      const exitCode = await this.#runOnce();
      if (signal.aborted) return;
      if (exitCode === undefined) {
        retryMs = Math.min(retryMs * 2, longestRetryMs);
        await pause(retryMs, signal);
        continue;
      }
      if (restartPolicy === "Never" || (restartPolicy === "OnFailure" && exitCode === 0)) return;
      this.#previous = this.#current;
      backOffMs = nextBackOff(backOffMs, Date.now() - startedAt);
      if (backOffMs > 0) {
        this.#current = { state: "Waiting", detailStatus: "CrashLoopBackOff: Back-off restarting failed" };
        this.#event("Warning", "BackOff", `Back-off ${backOffMs / 1000}s restarting container ${container.name}`);
      }
      await pause(backOffMs, signal);
      this.#restarts += 1;
    }
  }

  /** The exit code; undefined: it could not be started. */
  async #runOnce(): Promise<number | undefined> {
    const { prepare, processes, processName, container } = this.#options;
    const exited = Promise.withResolvers<number>();
    try {
      const launch = await prepare();
      if (this.#stopping.signal.aborted) return undefined;
      await processes.start({
        name: processName,
        cloud: "azure",
        command: launch.command,
        args: launch.args,
        env: launch.env,
        cwd: launch.cwd,
        onExit: (code, signal) => exited.resolve(code ?? (signal === "SIGKILL" ? 137 : 143)),
      });
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const reason = error instanceof ConfigError ? error.reason : "CreateContainerError";
      if (!this.#stopping.signal.aborted) {
        this.#current = { state: "Waiting", detailStatus: `${reason}: ${message}` };
        this.#event("Warning", "Failed", message);
      }
      this.#settled.resolve();
      return undefined;
    }
    const startTime = new Date().toISOString();
    this.#current = { state: "Running", startTime, detailStatus: "" };
    this.#event("Normal", "Started", `Started container ${container.name}`);
    const health = this.#watchHealth();
    this.#settled.resolve();
    const exitCode = await exited.promise;
    health.stop();
    this.#ready = false;
    const finishTime = new Date().toISOString();
    const detailStatus = exitCode === 0 ? "Completed" : "Error";
    this.#current = { state: "Terminated", startTime, finishTime, exitCode, detailStatus };
    return exitCode;
  }

  #watchHealth(): HealthCheck {
    const { container, host, processes, processName } = this.#options;
    const health = new HealthCheck(container, host, {
      change: ({ ready }) => {
        this.#ready = ready;
      },
      failing: (which, message) => this.#event("Warning", "Unhealthy", `${which} probe failed: ${message}`),
      kill: (_which, message) => {
        this.#event("Normal", "Killing", `Container ${container.name} failed its liveness probe: ${message}`);
        processes.kill(processName).catch(() => undefined);
      },
    });
    health.start();
    return health;
  }

  /** The same again counts up, as in Azure. */
  #event(type: ContainerEvent["type"], name: string, message: string): void {
    const now = new Date().toISOString();
    const known = this.#events.find((event) => event.name === name && event.message === message);
    const event = {
      name,
      message,
      type,
      count: (known?.count ?? 0) + 1,
      firstTimestamp: known?.firstTimestamp ?? now,
      lastTimestamp: now,
    };
    this.#events = [...this.#events.filter((other) => other !== known), event].slice(-20);
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return milliseconds === 0 ? Promise.resolve() : sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}
