import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import {
  allProcesses,
  bootId,
  environmentOf,
  familyOf,
  isAlive,
  killFamily,
  type ProcessIdentity,
  signalProcess,
  thawFamily,
} from "./proc.ts";

/** Set in every supervised process, so that what it leaves behind can be found by its environment. */
export const ownerVariable = "PILOTLIGHT_SANDBOX_OWNER";

const runFileSchema = z.object({
  name: z.string(),
  pid: z.number().int().positive(),
  startTime: z.string(),
  bootId: z.string(),
  stopSignal: z.string().regex(/^SIG[A-Z0-9]+$/),
});
export type RunFile = z.infer<typeof runFileSchema>;

/** One small file a process under `<directory>/run`, so that a later supervisor finds what a killed one left running. */
export class RunFiles {
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  get #folder(): string {
    return join(this.#directory, "run");
  }

  record(name: string, identity: ProcessIdentity, stopSignal: string): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const file = join(this.#folder, `${name}.json`);
    const content: RunFile = { name, ...identity, bootId: bootId(), stopSignal };
    writeFileSync(`${file}.tmp`, JSON.stringify(content), { mode: 0o600 });
    renameSync(`${file}.tmp`, file);
  }

  forget(name: string): void {
    rmSync(join(this.#folder, `${name}.json`), { force: true });
  }

  read(name: string): RunFile | undefined {
    try {
      const parsed = runFileSchema.safeParse(JSON.parse(readFileSync(join(this.#folder, `${name}.json`), "utf8")));
      return parsed.success && parsed.data.bootId === bootId() && isAlive(parsed.data) ? parsed.data : undefined;
    } catch {
      return undefined;
    }
  }

  /** Processes of this sandbox that run: the recorded ones and whatever carries its mark in its environment. */
  leftovers(): readonly (ProcessIdentity & { readonly name: string; readonly stopSignal: string })[] {
    const found = new Map<number, ProcessIdentity & { name: string; stopSignal: string }>();
    for (const name of this.#names()) {
      const run = this.read(name);
      if (run === undefined) this.forget(name);
      else found.set(run.pid, run);
    }
    for (const entry of allProcesses()) {
      if (found.has(entry.pid) || environmentOf(entry.pid)?.get(ownerVariable) !== this.#directory) continue;
      found.set(entry.pid, { ...entry, name: `pid ${entry.pid}`, stopSignal: "SIGTERM" });
    }
    return [...found.values()].filter((process_) => process_.pid !== process.pid);
  }

  /** Ends all leftovers but `except` (the supervisor itself): their stop signal, after `graceMs` SIGKILL. Returns their names. */
  async endLeftovers(graceMs: number, except: readonly string[] = []): Promise<readonly string[]> {
    const leftovers = this.leftovers().filter((leftover) => !except.includes(leftover.name));
    const members = leftovers.flatMap((leftover) => familyOf(leftover));
    for (const leftover of leftovers) {
      signalProcess(leftover.pid, leftover.stopSignal as NodeJS.Signals);
      thawFamily(leftover);
    }
    const until = Date.now() + graceMs;
    while (Date.now() < until && leftovers.some((leftover) => isAlive(leftover))) await pause(50);
    for (const leftover of leftovers) killFamily(leftover);
    // A backend whose postmaster has just been killed ends by itself; what carries our mark and does not is ended here.
    const marked = this.leftovers().filter((leftover) => members.includes(leftover.pid));
    for (const leftover of marked) killFamily(leftover);
    for (const leftover of leftovers) this.forget(leftover.name);
    return leftovers.map((leftover) => leftover.name);
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#folder)
        .filter((file) => file.endsWith(".json"))
        .map((file) => file.slice(0, -".json".length));
    } catch {
      return [];
    }
  }
}

/** `unref`: does not keep this process alive. */
export function pause(milliseconds: number, options: { readonly unref?: boolean } = {}): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    if (options.unref === true) timer.unref();
  });
}
