import { type ChildProcess, spawn } from "node:child_process";
import { closeSync } from "node:fs";
import type { ProcessSpec, ProcessStatus } from "../contracts/contracts.ts";
import { lastLines, openLog } from "./log-tail.ts";
import {
  familyOf,
  freezeFamily,
  isAlive,
  killFamily,
  type ProcessIdentity,
  processEntry,
  signalProcess,
  thawFamily,
} from "./proc.ts";
import { ownerVariable, pause, type RunFiles } from "./run-files.ts";

export interface Surroundings {
  readonly directory: string;
  readonly runFiles: RunFiles;
  readonly logFile: string;
  /** SIGKILL follows the stop signal after this. */
  readonly stopGraceMs: number;
  readonly firstBackOffMs: number;
  /** Resolves at once, or when the cloud of the process is thawed. */
  readonly untilThawed: () => Promise<void>;
  readonly onChange: (text: string) => void;
}

/** A process that had run this long starts its back-off anew. */
const stableMs = 60_000;

/** One spec and its running process, over restarts. */
export class SupervisedProcess {
  readonly spec: ProcessSpec;
  readonly #surroundings: Surroundings;
  #child: ChildProcess | undefined;
  #identity: ProcessIdentity | undefined;
  #state: ProcessStatus["state"] = "starting";
  #stopping = false;
  #exited: Promise<void> = Promise.resolve();
  #exitText = "";
  #backOffMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(spec: ProcessSpec, surroundings: Surroundings) {
    this.spec = spec;
    this.#surroundings = surroundings;
    this.#backOffMs = surroundings.firstBackOffMs;
  }

  get status(): ProcessStatus {
    const { name, cloud } = this.spec;
    return { name, cloud, pid: this.#identity?.pid, state: this.#state };
  }

  async start(): Promise<void> {
    await this.#surroundings.untilThawed();
    if (this.#stopping) throw this.#failure("was stopped before it was started");
    await this.#spawn();
    const until = Date.now() + (this.spec.readyTimeoutMs ?? 60_000);
    const child = this.#child;
    while (this.spec.ready !== undefined) {
      if (this.#child !== child || this.#stopping)
        throw this.#failure(this.#exitText || "was stopped before it was ready");
      if (await this.spec.ready().catch(() => false)) break;
      if (Date.now() > until && this.#state !== "frozen") {
        await this.stop();
        this.#state = "failed";
        throw this.#failure(`was not ready after ${(this.spec.readyTimeoutMs ?? 60_000) / 1000} s`);
      }
      await pause(100);
    }
    if (this.#child !== child && this.#exitText !== "") throw this.#failure(this.#exitText);
    if (this.#state === "starting") this.#change("running");
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const identity = this.#identity;
    if (this.#child !== undefined && identity !== undefined) {
      // Children that left the group are known only while their parents live.
      const members = familyOf(identity)
        .map((pid) => processEntry(pid))
        .filter((entry) => entry !== undefined);
      signalGroup(identity.pid, this.spec.stopSignal ?? "SIGTERM");
      thawFamily(identity);
      const ended = await Promise.race([
        this.#exited.then(() => true),
        pause(this.#surroundings.stopGraceMs).then(() => false),
      ]);
      if (!ended) this.#surroundings.onChange(`${this.spec.name} does not end, killing it`);
      killFamily(identity);
      for (const member of members) if (isAlive(member)) killFamily(member);
      await this.#exited;
    }
    if (this.#state !== "failed") this.#change("stopped");
  }

  async kill(): Promise<void> {
    if (this.#identity === undefined || this.#child === undefined) return;
    killFamily(this.#identity);
    await this.#exited;
  }

  freeze(): void {
    if (this.#identity === undefined || this.#child === undefined) return;
    freezeFamily(this.#identity);
    this.#change("frozen");
  }

  thaw(): void {
    if (this.#identity === undefined || this.#child === undefined) return;
    thawFamily(this.#identity);
    if (this.#state === "frozen") this.#change("running");
  }

  async #spawn(): Promise<void> {
    const { spec } = this;
    const log = openLog(this.#surroundings.logFile);
    try {
      const child = spawn(spec.command, [...spec.args], {
        detached: true,
        stdio: ["ignore", log, log],
        env: this.#environment(),
        ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
        ...(spec.uid === undefined ? {} : { uid: spec.uid }),
        ...(spec.gid === undefined ? {} : { gid: spec.gid }),
      });
      this.#state = "starting";
      this.#exitText = "";
      this.#child = child;
      const startedAt = Date.now();
      this.#exited = new Promise((resolve) => {
        child.once("exit", (code, signal) => {
          this.#onExit(code, signal, Date.now() - startedAt);
          resolve();
        });
        child.once("error", (error) => {
          if (child.pid !== undefined) return;
          this.#exitText = `cannot be started: ${error.message}`;
          this.#child = undefined;
          this.#state = "failed";
          resolve();
        });
      });
      if (child.pid === undefined) {
        await this.#exited;
        throw this.#failure(this.#exitText);
      }
      const startTime = processEntry(child.pid)?.startTime ?? "";
      this.#identity = { pid: child.pid, startTime };
      this.#surroundings.runFiles.record(spec.name, this.#identity, spec.stopSignal ?? "SIGTERM");
    } finally {
      closeSync(log);
    }
  }

  #environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      LANG: process.env.LANG ?? "C.UTF-8",
      ...this.spec.env,
      PILOTLIGHT_SANDBOX_SITE: this.spec.cloud,
      [ownerVariable]: this.#surroundings.directory,
    };
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null, ranMs: number): void {
    this.#child = undefined;
    const identity = this.#identity;
    this.#identity = undefined;
    this.#exitText = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
    this.#surroundings.runFiles.forget(this.spec.name);
    if (!this.#stopping) {
      if (identity !== undefined) killFamily(identity);
      this.#change(code === 0 ? "stopped" : "failed", this.#exitText);
      if (ranMs > stableMs) this.#backOffMs = this.#surroundings.firstBackOffMs;
      if (this.spec.restart === true) this.#restartLater();
    }
    this.spec.onExit?.(code, signal);
  }

  #restartLater(): void {
    const delay = this.#backOffMs;
    this.#backOffMs = Math.min(delay * 2, 30_000);
    this.#timer = setTimeout(() => {
      this.#surroundings
        .untilThawed()
        .then(() => (this.#stopping ? undefined : this.#spawn()))
        .then(() => {
          if (this.#child !== undefined) this.#change("running", "restarted");
        })
        .catch(() => {
          if (!this.#stopping) this.#restartLater();
        });
    }, delay);
  }

  #change(state: ProcessStatus["state"], why?: string): void {
    if (this.#state === state && why === undefined) return;
    this.#state = state;
    this.#surroundings.onChange(`${this.spec.name} ${why ?? state}`);
  }

  #failure(what: string): Error {
    const { logFile } = this.#surroundings;
    const lines = lastLines(logFile, 15).join("\n");
    return new Error(`process ${this.spec.name} ${what}; log: ${logFile}${lines === "" ? "" : `\n${lines}`}`);
  }
}

/** The stop signal goes to the whole group (a shell wrapper does not pass it on). */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid <= 1) return;
  try {
    process.kill(-pid, signal);
  } catch {
    signalProcess(pid, signal);
  }
}
