import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Container } from "../api/objects.ts";
import { nextBackOff } from "./back-off.ts";
import { ConfigError } from "./config-error.ts";
import { HealthCheck } from "./health-check.ts";
import type { ContainerRecord, ContainerState, Terminated } from "./pod-status.ts";

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface ContainerOptions {
  readonly container: Container;
  readonly restartPolicy: "Always" | "OnFailure" | "Never";
  /** Worked out anew at every start. Throws {@link ConfigError} when the container cannot be made now. */
  readonly prepare: () => Promise<Launch>;
  readonly logFile: string;
  /** Where probes reach the container. */
  readonly host: string;
  /** From an earlier life of the agent. */
  readonly restartCount: number;
  readonly lastState: { readonly terminated: Terminated } | undefined;
  readonly change: () => void;
  readonly event: (type: "Normal" | "Warning", reason: string, message: string) => void;
}

/** Runs one container as a local process, again and again as its restart policy says. */
export class ContainerRunner {
  readonly #options: ContainerOptions;
  readonly #stopping = new AbortController();
  #record: ContainerRecord;
  #child: ChildProcess | undefined;
  #killReason: string | undefined;
  #done: Promise<void> = Promise.resolve();

  constructor(options: ContainerOptions) {
    this.#options = options;
    this.#record = {
      container: options.container,
      state: { waiting: { reason: "ContainerCreating" } },
      lastState: options.lastState,
      restartCount: options.restartCount,
      started: false,
      ready: false,
    };
  }

  get record(): ContainerRecord {
    return this.#record;
  }

  /** Resolves when the container will not run again. */
  run(): Promise<void> {
    this.#done = this.#loop();
    return this.#done;
  }

  /** SIGTERM, then SIGKILL after `graceMs`. Resolves when the process is gone. */
  async terminate(graceMs: number): Promise<void> {
    this.#stopping.abort();
    const child = this.#child;
    child?.kill("SIGTERM");
    const killer = setTimeout(() => child?.kill("SIGKILL"), graceMs);
    await this.#done;
    clearTimeout(killer);
  }

  async #loop(): Promise<void> {
    const { restartPolicy } = this.#options;
    const signal = this.#stopping.signal;
    let backOffMs: number | undefined;
    while (!signal.aborted) {
      const startedAtMs = Date.now();
      const end = await this.#runOnce();
      if (signal.aborted) return;
      if (end !== undefined) {
        if (restartPolicy === "Never" || (restartPolicy === "OnFailure" && end.exitCode === 0)) return;
        backOffMs = nextBackOff(backOffMs, Date.now() - startedAtMs);
        if (backOffMs > 0) {
          const message = `back-off ${backOffMs / 1000}s restarting failed container=${this.#options.container.name}`;
          this.#set({ state: { waiting: { reason: "CrashLoopBackOff", message } }, lastState: { terminated: end } });
          this.#options.event("Warning", "BackOff", message);
        }
        await pause(backOffMs, signal);
        this.#set({ lastState: { terminated: end }, restartCount: this.#record.restartCount + 1 });
      } else {
        backOffMs = Math.max(1000, Math.min((backOffMs ?? 500) * 2, 15_000));
        await pause(backOffMs, signal);
      }
    }
  }

  /** Undefined: it could not be started. */
  async #runOnce(): Promise<Terminated | undefined> {
    const { event, container } = this.#options;
    let child: ChildProcess;
    try {
      const launch = await this.#options.prepare();
      if (this.#stopping.signal.aborted) return undefined;
      child = this.#spawn(launch);
      // Known before anything is awaited, so that `terminate` never misses it.
      this.#child = child;
      await spawned(child);
    } catch (error) {
      this.#child = undefined;
      const reason = error instanceof ConfigError ? error.reason : "RunContainerError";
      const message = error instanceof Error ? error.message : String(error);
      const waiting = "waiting" in this.#record.state ? this.#record.state.waiting : undefined;
      // A kubelet alternates between the two; the second says that it keeps trying.
      const shown =
        reason === "ErrImagePull" && waiting?.reason.startsWith("ErrImagePull") ? "ImagePullBackOff" : reason;
      if (waiting?.message !== message) event("Warning", "Failed", message);
      if (waiting?.reason !== "ImagePullBackOff" || waiting.message !== message)
        this.#set({ state: { waiting: { reason: shown, message } } });
      return undefined;
    }
    const startedAt = new Date().toISOString();
    this.#killReason = undefined;
    const exited = new Promise<Terminated>((resolve) => {
      child.once("exit", (code, signal) => resolve(this.#terminated(code, signal, startedAt)));
      // It may have ended, and been told of, already.
      if (child.exitCode !== null || child.signalCode !== null)
        resolve(this.#terminated(child.exitCode, child.signalCode, startedAt));
    });
    this.#set({ state: { running: { startedAt } } });
    event("Normal", "Started", `Started container ${container.name}`);
    const health = this.#watchHealth(child);
    const end = await exited;
    health.stop();
    this.#child = undefined;
    this.#set({ state: { terminated: end }, started: false, ready: false });
    return end;
  }

  #watchHealth(child: ChildProcess): HealthCheck {
    const { event, container, host } = this.#options;
    const health = new HealthCheck(container, host, {
      change: (state) => this.#set(state),
      failing: (which, message) => event("Warning", "Unhealthy", `${capital(which)} probe failed: ${message}`),
      kill: (which, message) => {
        this.#killReason = `${capital(which)} probe failed: ${message}`;
        event("Normal", "Killing", `Container ${container.name} failed ${which} probe, will be restarted`);
        child.kill("SIGTERM");
        setTimeout(() => child.kill("SIGKILL"), 10_000).unref();
      },
    });
    health.start();
    return health;
  }

  #spawn(launch: Launch): ChildProcess {
    const log = openSync(this.#options.logFile, "a", 0o600);
    try {
      // Not detached: the pod stays in the agent's process group and family, so that a frozen region freezes it.
      return spawn(launch.command, [...launch.args], {
        cwd: launch.cwd,
        env: { ...launch.env },
        stdio: ["ignore", log, log],
      });
    } finally {
      closeSync(log);
    }
  }

  #terminated(code: number | null, signal: NodeJS.Signals | null, startedAt: string): Terminated {
    const exitCode = code ?? 128 + (signal === "SIGKILL" ? 9 : 15);
    return {
      exitCode,
      reason: exitCode === 0 ? "Completed" : "Error",
      ...(this.#killReason === undefined ? {} : { message: this.#killReason }),
      startedAt,
      finishedAt: new Date().toISOString(),
    };
  }

  #set(change: { readonly state?: ContainerState } & Partial<Omit<ContainerRecord, "container" | "state">>): void {
    this.#record = { ...this.#record, ...change };
    this.#options.change();
  }
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return milliseconds === 0 ? Promise.resolve() : sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
