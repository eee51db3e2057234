import { join } from "node:path";
import type { Cloud, Processes, ProcessSpec, ProcessStatus } from "../contracts/contracts.ts";
import type { Events } from "./events.ts";
import { RunFiles } from "./run-files.ts";
import { SupervisedProcess } from "./supervised-process.ts";

export interface ProcessesOptions {
  /** The sandbox's directory. */
  readonly directory: string;
  readonly events?: Events;
  /** SIGKILL follows the stop signal after this; default 10 s. */
  readonly stopGraceMs?: number;
  /** Back-off before the first restart, doubled up to 30 s; default 1 s. */
  readonly firstBackOffMs?: number;
}

/** The supervisor's child processes. Each is the leader of a session of its own and is known by a run file. */
export class SupervisedProcesses implements Processes {
  readonly #options: ProcessesOptions;
  readonly #runFiles: RunFiles;
  readonly #all = new Map<string, SupervisedProcess>();
  readonly #frozen = new Set<Cloud>();
  #closed = false;
  #thawWaiters: { readonly cloud: Cloud; readonly resolve: () => void }[] = [];

  constructor(options: ProcessesOptions) {
    this.#options = options;
    this.#runFiles = new RunFiles(options.directory);
  }

  async start(spec: ProcessSpec): Promise<void> {
    if (!/^[a-z0-9][a-z0-9-]*$/.test(spec.name)) throw new Error(`process name "${spec.name}" must be kebab-case`);
    if (this.#closed) throw new Error(`process ${spec.name} is not started: the sandbox is stopping`);
    const before = this.#all.get(spec.name);
    if (before !== undefined && ["starting", "running", "frozen"].includes(before.status.state)) {
      throw new Error(`process ${spec.name} is ${before.status.state} already; stop it first`);
    }
    // A failed one may be about to restart.
    await before?.stop();
    const started = new SupervisedProcess(spec, {
      directory: this.#options.directory,
      runFiles: this.#runFiles,
      logFile: join(this.#options.directory, "logs", `${spec.name}.log`),
      stopGraceMs: this.#options.stopGraceMs ?? 10_000,
      firstBackOffMs: this.#options.firstBackOffMs ?? 1000,
      untilThawed: () => this.#untilThawed(spec.cloud),
      onChange: (text) => this.#options.events?.emit("process", text),
    });
    this.#all.set(spec.name, started);
    await started.start();
  }

  /** Unknown and already stopped names are fine: there is nothing to stop. The name is forgotten. */
  async stop(name: string): Promise<void> {
    const found = this.#all.get(name);
    await found?.stop();
    if (this.#all.get(name) === found) this.#all.delete(name);
  }

  async kill(name: string): Promise<void> {
    await this.#get(name).kill();
  }

  freeze(name: string): void {
    this.#get(name).freeze();
  }

  thaw(name: string): void {
    this.#get(name).thaw();
  }

  /** Also holds up what would start in this cloud until it is thawed. */
  freezeCloud(cloud: Cloud): void {
    this.#frozen.add(cloud);
    for (const found of this.#of(cloud)) found.freeze();
  }

  thawCloud(cloud: Cloud): void {
    this.#frozen.delete(cloud);
    for (const found of this.#of(cloud)) found.thaw();
    const waiting = this.#thawWaiters.filter((waiter) => waiter.cloud === cloud);
    this.#thawWaiters = this.#thawWaiters.filter((waiter) => waiter.cloud !== cloud);
    for (const waiter of waiting) waiter.resolve();
  }

  list(): readonly ProcessStatus[] {
    return [...this.#all.values()].map((found) => found.status);
  }

  /** Everything at once, for good: nothing is started afterwards. One that fails to stop does not keep the others running. */
  async stopAll(): Promise<void> {
    this.#closed = true;
    for (const cloud of this.#frozen) this.thawCloud(cloud);
    const results = await Promise.allSettled([...this.#all.keys()].map((name) => this.stop(name)));
    const failed = results.filter((result) => result.status === "rejected").map((result) => result.reason as unknown);
    if (failed.length > 0) throw new AggregateError(failed, "some processes did not stop");
  }

  #get(name: string): SupervisedProcess {
    const found = this.#all.get(name);
    if (found === undefined) {
      throw new Error(`no process is named "${name}"; there are: ${[...this.#all.keys()].sort().join(", ") || "none"}`);
    }
    return found;
  }

  #of(cloud: Cloud): readonly SupervisedProcess[] {
    return [...this.#all.values()].filter((found) => found.spec.cloud === cloud);
  }

  #untilThawed(cloud: Cloud): Promise<void> {
    if (!this.#frozen.has(cloud)) return Promise.resolve();
    return new Promise((resolve) => this.#thawWaiters.push({ cloud, resolve }));
  }
}
