import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { chmod, chown, lstat, mkdir, readFile, readlink, rename, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Binaries } from "./binaries.ts";
import type { Command, OperatingUser } from "./operating-user.ts";

/** Longest path of a Unix socket less its file name. */
const longestSocketDirectory = 90;

export interface ClusterOptions {
  /** The server's own directory. */
  readonly directory: string;
  readonly bootstrapUser: string;
  readonly binaries: Binaries;
  readonly user: OperatingUser;
}

/** One server's files: data directory, configuration, socket directory. */
export class Cluster {
  readonly #options: ClusterOptions;
  readonly data: string;
  readonly socketDirectory: string;

  constructor(options: ClusterOptions) {
    this.#options = options;
    this.data = join(options.directory, "data");
    const short = `pilotlight-${createHash("sha256").update(options.directory).digest("hex").slice(0, 12)}`;
    const preferred = join(tmpdir(), short);
    this.socketDirectory = preferred.length <= longestSocketDirectory ? preferred : join("/tmp", short);
  }

  /** The server, in the foreground. */
  command(): Promise<Command> {
    const args = ["-D", this.data, "-c", `config_file=${this.#file("postgresql.conf")}`];
    return this.#as({ command: this.#options.binaries.postgres, args });
  }

  /** Makes the data directory unless it is there. A crash leaves no half-made one: it is renamed when it is whole. */
  async initialise(): Promise<void> {
    await mkdir(this.#options.directory, { recursive: true });
    // Only PostgreSQL's own files need protection, and those it protects itself.
    await chmod(this.#options.directory, 0o755);
    if (await exists(this.data)) return;
    const fresh = `${this.data}.new`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { mode: 0o700 });
    await this.#own(fresh);
    const args = [
      ...["-D", fresh, "-U", this.#options.bootstrapUser, "-E", "UTF8", "--auth=scram-sha-256", "--auth-local=trust"],
      // The same order of strings on every machine, whatever locales it has.
      ...["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
      ...["--no-instructions", "--no-sync"],
    ];
    await this.#run({ command: this.#options.binaries.initdb, args });
    await rename(fresh, this.data);
  }

  /** For the Unix socket, through which only we come: closed to everybody else, and checked, since /tmp is everybody's. */
  async prepareSocketDirectory(): Promise<void> {
    await mkdir(this.socketDirectory, { mode: 0o700 }).catch((error: unknown) => {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    });
    const found = await lstat(this.socketDirectory);
    const ours = [process.geteuid?.(), this.#options.user.owner?.uid].includes(found.uid);
    if (!found.isDirectory() || !ours) throw new Error(`${this.socketDirectory} belongs to somebody else; remove it`);
    await this.#own(this.socketDirectory);
    await chmod(this.socketDirectory, 0o700);
  }

  /** It is outside the sandbox's directory, and nobody else would remove it. */
  async removeSocketDirectory(): Promise<void> {
    await rm(this.socketDirectory, { recursive: true, force: true });
  }

  /** Checks the configuration with the server's own parser, then puts it in place. Returns whether it is another than before. */
  async configure(settings: Readonly<Record<string, string>>, hba: readonly string[]): Promise<boolean> {
    const files = { "pg_hba.conf": hba.join("\n"), "postgresql.conf": configurationText(settings) };
    const candidate = this.#file("postgresql.conf.new");
    await writeFile(candidate, files["postgresql.conf"], { mode: 0o644 });
    try {
      const args = ["-D", this.data, "-c", `config_file=${candidate}`, "-C", "port"];
      await this.#run({ command: this.#options.binaries.postgres, args });
    } finally {
      await rm(candidate, { force: true });
    }
    let changed = false;
    for (const [name, text] of Object.entries(files)) {
      if ((await readFile(this.#file(name), "utf8").catch(() => undefined)) === text) continue;
      await writeFile(this.#file(`${name}.new`), text, { mode: 0o644 });
      await rename(this.#file(`${name}.new`), this.#file(name));
      changed = true;
    }
    return changed;
  }

  /** After a crash of the machine the pid in the file may belong to another server by now, and PostgreSQL would not start. */
  async clearStalePid(): Promise<void> {
    const file = join(this.data, "postmaster.pid");
    const pid = (await readFile(file, "utf8").catch(() => "")).split("\n")[0];
    if (pid === undefined || pid === "") return;
    const standsIn = await readlink(`/proc/${pid}/cwd`).catch(() => undefined);
    if (standsIn !== this.data) await rm(file, { force: true });
  }

  async delete(): Promise<void> {
    await rm(this.#options.directory, { recursive: true, force: true });
    await this.removeSocketDirectory();
  }

  hbaFile(): string {
    return this.#file("pg_hba.conf");
  }

  #file(name: string): string {
    return join(this.#options.directory, name);
  }

  async #own(path: string): Promise<void> {
    const owner = this.#options.user.owner;
    if (owner !== undefined) await chown(path, owner.uid, owner.gid);
  }

  #as(command: Command): Promise<Command> {
    const { binaries, directory, user } = this.#options;
    return user.as(command, [binaries.postgres, join(directory, "data")]);
  }

  async #run(wanted: Command): Promise<void> {
    const { command, args } = await this.#as(wanted);
    try {
      // From `/`, since the directory that we stand in may be closed to PostgreSQL's user.
      await promisify(execFile)(command, args, {
        cwd: "/",
        timeout: 120_000,
        env: { PATH: process.env.PATH, LC_ALL: "C" },
      });
    } catch (error) {
      const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
      throw new Error(`${wanted.command.split("/").at(-1)} failed: ${said}`, { cause: error });
    }
  }
}

export function configurationText(settings: Readonly<Record<string, string>>): string {
  const quote = (value: string): string => `'${value.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${quote(value)}\n`)
    .join("");
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
