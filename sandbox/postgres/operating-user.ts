import { execFile } from "node:child_process";
import { constants } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { userInfo } from "node:os";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../contracts/world.ts";

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** PostgreSQL refuses to run as root; then it runs as another user, which owns its data. */
export interface OperatingUser {
  /** Owner of what PostgreSQL writes; undefined: whoever runs the sandbox. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** `command` as this user. `paths` must be within its reach, also when a directory above them (/root) is closed to it. */
  as(command: Command, paths: readonly string[]): Promise<Command>;
}

const setpriv = "setpriv";

/** Capabilities that let a process pass closed directories, the weaker first. Bits as in linux/capability.h. */
const passes = [
  { name: "dac_read_search", bit: 2n },
  { name: "dac_override", bit: 1n },
] as const;

export async function operatingUser(): Promise<OperatingUser> {
  if (process.geteuid?.() !== 0) {
    requireNamedUser();
    return { owner: undefined, as: async (command) => command };
  }
  const owner = await unprivilegedUser();
  if (!(await hasSetpriv()))
    throw new Error("PostgreSQL does not run as root, and setpriv (util-linux) is missing; install it");
  return {
    owner,
    async as(command, paths) {
      const capability = (await allReachable(paths)) ? [] : await passCapability();
      return {
        command: setpriv,
        args: [
          `--reuid=${owner.uid}`,
          `--regid=${owner.gid}`,
          "--clear-groups",
          ...capability,
          "--",
          command.command,
          ...command.args,
        ],
      };
    },
  };
}

/** Throws for a user id without a name: PostgreSQL calls the owner of a new cluster by its user's name. */
export function requireNamedUser(): void {
  try {
    userInfo();
  } catch (error) {
    const advice = "add it to /etc/passwd, or run as a user with a name";
    const what = `PostgreSQL does not run as user id ${process.geteuid?.()}, which has no name on this machine`;
    throw new UsageError(`${what}; ${advice}`, { cause: error });
  }
}

/** `postgres` where it exists, else `nobody`: no user is added to the machine. */
async function unprivilegedUser(): Promise<{ uid: number; gid: number }> {
  const users = (await readFile("/etc/passwd", "utf8")).split("\n").map((line) => line.split(":"));
  for (const wanted of ["postgres", "nobody"]) {
    const [, , uid, gid] = users.find(([name]) => name === wanted) ?? [];
    if (uid !== undefined && gid !== undefined) return { uid: Number(uid), gid: Number(gid) };
  }
  throw new Error("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`; add one");
}

async function hasSetpriv(): Promise<boolean> {
  return promisify(execFile)(setpriv, ["--version"], { timeout: 5_000 }).then(
    () => true,
    () => false,
  );
}

async function allReachable(paths: readonly string[]): Promise<boolean> {
  for (const path of paths) {
    for (let directory = dirname(path); ; directory = dirname(directory)) {
      if (((await stat(directory)).mode & constants.S_IXOTH) === 0) return false;
      if (directory === dirname(directory)) break;
    }
  }
  return true;
}

async function passCapability(): Promise<readonly string[]> {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(await readFile("/proc/self/status", "utf8"))?.[1] ?? "0";
  const usable = passes.find(({ bit }) => ((BigInt(`0x${effective}`) >> bit) & 1n) === 1n);
  if (usable === undefined) {
    throw new Error(
      "PostgreSQL's own user cannot reach the sandbox's directory; put the clone where every user may enter",
    );
  }
  return [`--inh-caps=+${usable.name}`, `--ambient-caps=+${usable.name}`];
}
