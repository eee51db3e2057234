import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface ServerSpec {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly host: string;
  readonly port: number;
}

/** A server of a test, to be frozen, killed and started again. */
export class TestServer {
  readonly #spec: ServerSpec;
  #child: ChildProcess | undefined;

  constructor(spec: ServerSpec) {
    this.#spec = spec;
  }

  /** Until it listens. */
  async start(): Promise<void> {
    const { command, args, env, cwd, host, port } = this.#spec;
    const child = spawn(command, [...args], { stdio: "ignore", cwd, env: { ...process.env, ...env } });
    this.#child = child;
    while (!(await listens(host, port))) {
      if (child.exitCode !== null) throw new Error(`${command} ${args[0]} ended with ${child.exitCode}`);
      await sleep(50);
    }
  }

  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  /** Which signal means an orderly end is the program's choice. */
  async stop(signal: "SIGINT" | "SIGTERM" | "SIGKILL" = "SIGKILL"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    child.kill("SIGCONT");
    await ended;
  }
}

async function listens(host: string, port: number): Promise<boolean> {
  const socket = createConnection({ host, port });
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
