import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import type { HostPort, Origin } from "../contracts/contracts.ts";
import { environmentOf, type ProcessEntry, processEntry } from "../supervise/proc.ts";

/** The client's end of a connection and the gateway's address it was opened to. */
export interface ConnectionEnds {
  readonly client: HostPort;
  readonly server: HostPort;
}

/**
 * Finds the process behind the client's end of loopback connections and so where they come from: the kernel's socket
 * table gives the inode, the owner's open files the pid, its environment (or its parents') the site. What cannot be
 * found is `outside`.
 */
export class OriginFinder {
  /** By pid and start time. A process keeps its site for life. */
  readonly #sites = new Map<string, Origin>();
  /** Owners found last, looked at first. */
  #recent: readonly number[] = [];

  find(connections: readonly ConnectionEnds[]): readonly Origin[] {
    if (connections.length === 0) return [];
    const inodes = socketInodes();
    const wanted = connections.map((ends) => inodes.get(socketKey(ends)));
    const owners = this.#owners(new Set(wanted.filter((inode) => inode !== undefined)));
    return wanted.map((inode) => {
      const pid = inode === undefined ? undefined : owners.get(inode);
      return pid === undefined ? "outside" : this.#site(pid);
    });
  }

  #owners(wanted: ReadonlySet<string>): ReadonlyMap<string, number> {
    const owners = new Map<string, number>();
    const look = (pid: number): void => {
      for (const inode of socketsOf(pid)) if (wanted.has(inode) && !owners.has(inode)) owners.set(inode, pid);
    };
    const known = new Set(this.#recent);
    const others = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => !known.has(pid))
      // Clients tend to be young; the highest pids come first.
      .reverse();
    for (const pid of [...known, ...others]) {
      if (owners.size === wanted.size) break;
      look(pid);
    }
    this.#recent = [...new Set([...owners.values(), ...this.#recent])].slice(0, 32);
    return owners;
  }

  #site(pid: number): Origin {
    const entry = processEntry(pid);
    if (entry === undefined) return "outside";
    const key = `${pid} ${entry.startTime}`;
    const known = this.#sites.get(key);
    if (known !== undefined) return known;
    const site = siteOf(entry);
    if (this.#sites.size > 5000) this.#sites.clear();
    this.#sites.set(key, site);
    return site;
  }
}

/** PostgreSQL's backends write their title over their environment; the site then stands in their parent's. */
function siteOf(entry: ProcessEntry): Origin {
  let current: ProcessEntry | undefined = entry;
  for (let depth = 0; current !== undefined && current.pid > 1 && depth < 10; depth += 1) {
    const site = environmentOf(current.pid)?.get("PILOTLIGHT_SANDBOX_SITE");
    if (site === "aws" || site === "azure" || site === "driver") return site;
    if (site !== undefined) return "outside";
    current = processEntry(current.parent);
  }
  return "outside";
}

function socketsOf(pid: number): readonly string[] {
  let names: readonly string[];
  try {
    names = readdirSync(`/proc/${pid}/fd`);
  } catch {
    return [];
  }
  const inodes: string[] = [];
  for (const name of names) {
    try {
      const link = readlinkSync(`/proc/${pid}/fd/${name}`);
      if (link.startsWith("socket:[")) inodes.push(link.slice("socket:[".length, -1));
    } catch {
      // Closed since it was listed.
    }
  }
  return inodes;
}

/** `<local> <remote>` of every TCP socket, in the kernel's notation, to its inode. */
function socketInodes(): ReadonlyMap<string, string> {
  const inodes = new Map<string, string>();
  for (const table of ["tcp", "tcp6"]) {
    let text: string;
    try {
      text = readFileSync(`/proc/net/${table}`, "latin1");
    } catch {
      continue;
    }
    for (const line of text.split("\n").slice(1)) {
      const fields = line.trim().split(/\s+/);
      const [, local, remote] = fields;
      const inode = fields[9];
      if (local === undefined || remote === undefined || inode === undefined || inode === "0") continue;
      inodes.set(`${withoutMapping(local)} ${withoutMapping(remote)}`, inode);
    }
  }
  return inodes;
}

/** An IPv4 address in an IPv6 socket, as some runtimes open them: the last 8 digits before the port. */
function withoutMapping(address: string): string {
  return address.slice(-13);
}

function socketKey(ends: ConnectionEnds): string {
  return `${kernelAddress(ends.client)} ${kernelAddress(ends.server)}`;
}

/** 127.10.0.2:4566 -> 02000A7F:11D6 (the address in host order of a little-endian machine). */
function kernelAddress({ host, port }: HostPort): string {
  const octets = host
    .replace(/^::ffff:/, "")
    .split(".")
    .map(Number)
    .reverse();
  const digits = octets.map((octet) => octet.toString(16).padStart(2, "0")).join("");
  return `${digits}:${port.toString(16).padStart(4, "0")}`.toUpperCase();
}
