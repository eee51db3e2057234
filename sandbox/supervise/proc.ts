import { readdirSync, readFileSync } from "node:fs";

/** One line of the process table. `startTime` (clock ticks since boot) tells a recycled pid from the process we knew. */
export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
  readonly startTime: string;
}

/** undefined: no such process, or only its zombie is left. */
export function processEntry(pid: number): ProcessEntry | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "latin1");
  } catch {
    return undefined;
  }
  // The command name may hold spaces and parentheses; the fields start after the last one.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group, session] = fields;
  const startTime = fields[19];
  if (state === undefined || state === "Z" || state === "X" || startTime === undefined) return undefined;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session), startTime };
}

export function allProcesses(): readonly ProcessEntry[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => processEntry(Number(name)))
    .filter((entry) => entry !== undefined);
}

/** The environment that a process was started with; undefined when it is gone, or not ours to read. */
export function environmentOf(pid: number): ReadonlyMap<string, string> | undefined {
  try {
    const pairs = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return new Map(
      pairs
        .filter((pair) => pair.includes("="))
        .map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    );
  } catch {
    return undefined;
  }
}

/** A process by pid and start time: what may safely be signalled later. */
export type ProcessIdentity = Pick<ProcessEntry, "pid" | "startTime">;

export function isAlive(identity: ProcessIdentity): boolean {
  return processEntry(identity.pid)?.startTime === identity.startTime;
}

/**
 * The process, its descendants, and the members of its process group and session. Descendants count also when they made
 * a session of their own, as PostgreSQL's backends do. Empty when the pid has passed to another process; never this process.
 */
export function familyOf(root: ProcessIdentity, table: readonly ProcessEntry[] = allProcesses()): readonly number[] {
  const known = table.find((entry) => entry.pid === root.pid);
  if (known !== undefined && known.startTime !== root.startTime) return [];
  const family = new Set<number>(known === undefined ? [] : [root.pid]);
  for (let before = -1; before !== family.size; ) {
    before = family.size;
    for (const entry of table) {
      const belongs = family.has(entry.parent) || entry.group === root.pid || entry.session === root.pid;
      if (belongs && entry.pid !== process.pid && entry.pid > 1) family.add(entry.pid);
    }
  }
  return [...family];
}

/** Sends a signal; false when the process is gone. Pids 0, 1 and negative ones are refused: they mean more than one process. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  if (pid <= 1 || pid === process.pid) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Stops the family, parents first, and looks again until nobody is new (a process may fork while we look). Returns all of it. */
export function freezeFamily(root: ProcessIdentity): readonly number[] {
  const stopped = new Set<number>();
  for (let round = 0; round < 20; round += 1) {
    const fresh = familyOf(root).filter((pid) => !stopped.has(pid));
    if (fresh.length === 0) break;
    for (const pid of fresh) {
      stopped.add(pid);
      signalProcess(pid, "SIGSTOP");
    }
  }
  return [...stopped];
}

export function thawFamily(root: ProcessIdentity): void {
  for (const pid of familyOf(root)) signalProcess(pid, "SIGCONT");
}

/** Ends the family at one stroke: frozen first, so that no member sees another die and starts a successor. */
export function killFamily(root: ProcessIdentity): void {
  for (const pid of freezeFamily(root)) signalProcess(pid, "SIGKILL");
}

export function bootId(): string {
  try {
    return readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  } catch {
    return "unknown";
  }
}
