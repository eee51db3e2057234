import { setTimeout as sleep } from "node:timers/promises";
import type { HostPort, SandboxContext } from "../contracts/contracts.ts";
import { Administration, acceptsPassword } from "./administration.ts";
import { postgresBinaries } from "./binaries.ts";
import { Cluster } from "./cluster.ts";
import { operatingUser } from "./operating-user.ts";
import { bootstrapUser, type ServerSettings, serverDirectory, serverName } from "./server-settings.ts";

const port = 5432;
const readyTimeoutMs = 60_000;

/** One server: its files, its process and its gateway. */
export class PostgresServer {
  readonly address: HostPort;
  readonly #context: SandboxContext;
  readonly #settings: ServerSettings;
  readonly #name: string;
  readonly #cluster: Cluster;
  readonly #administration: Administration;
  readonly #inside: HostPort;
  readonly #onExit: () => void;
  #reconfigured = false;

  /** `onExit`: its process has ended, by itself or not; what pends is taken over by the next one. */
  static async open(
    context: SandboxContext,
    settings: ServerSettings,
    onExit: () => void = () => {},
  ): Promise<PostgresServer> {
    const cluster = new Cluster({
      directory: serverDirectory(context.world.directory, settings.cloud, settings.id),
      bootstrapUser: bootstrapUser(settings.cloud),
      binaries: await postgresBinaries(),
      user: await operatingUser(),
    });
    const host = await context.network.allocate(settings.cloud, serverName(settings.cloud, settings.id));
    return new PostgresServer(context, settings, cluster, host, onExit);
  }

  private constructor(
    context: SandboxContext,
    settings: ServerSettings,
    cluster: Cluster,
    host: string,
    onExit: () => void,
  ) {
    this.#context = context;
    this.#onExit = onExit;
    this.#settings = settings;
    this.#name = serverName(settings.cloud, settings.id);
    this.#cluster = cluster;
    this.address = { host, port };
    this.#inside = { host: context.network.inside(host), port };
    this.#administration = new Administration({
      socketDirectory: cluster.socketDirectory,
      port,
      bootstrapUser: bootstrapUser(settings.cloud),
    });
  }

  /** Data directory and configuration. Throws, with the server's own words, when a parameter is unknown or its value wrong. */
  async prepare(): Promise<void> {
    await this.#cluster.initialise();
    const owner = bootstrapUser(this.#settings.cloud);
    this.#reconfigured = await this.#cluster.configure(this.#configuration(), [
      `local all ${owner} trust`,
      `host all ${owner} all reject`,
      "host all all 127.0.0.0/8 scram-sha-256",
      "host replication all 127.0.0.0/8 scram-sha-256",
      "",
    ]);
  }

  /**
   * Starts the process, or lets a running one read its configuration again. Returns the parameters that wait for a restart; undefined:
   * nothing has changed.
   */
  async run(): Promise<readonly string[] | undefined> {
    const running = this.#context.processes
      .list()
      .some((process) => process.name === this.#name && ["starting", "running", "frozen"].includes(process.state));
    if (!running) {
      await this.#start();
      return [];
    }
    await this.#untilReady();
    return this.#reconfigured ? await this.#administration.reload() : undefined;
  }

  /** Every client is cut, as by a restart in the cloud. */
  async restart(): Promise<void> {
    await this.#context.processes.stop(this.#name);
    await this.#start();
  }

  enforceAllowList(): Promise<void> {
    return this.#administration.enforceAllowList();
  }

  /** Administrator, password and databases as wished. */
  async administer(password: string): Promise<void> {
    const { adminUser, databases } = this.#settings;
    await this.#administration.ensureAdmin(adminUser);
    if (!(await acceptsPassword(this.#inside.host, this.#inside.port, adminUser, password))) {
      await this.#administration.setPassword(adminUser, password);
    }
    await this.#administration.ensureDatabases(databases, adminUser);
  }

  async stop(): Promise<void> {
    await this.#context.network.unpublish(this.#name);
    await this.#context.processes.stop(this.#name);
    await this.#cluster.removeSocketDirectory();
  }

  /** All that there is on disk. */
  deleteFiles(): Promise<void> {
    return this.#cluster.delete();
  }

  async releaseAddress(): Promise<void> {
    await this.#context.network.release(this.#settings.cloud, this.#name);
  }

  /** A process that the supervisor restarts is running before it serves. */
  async #untilReady(): Promise<void> {
    const until = Date.now() + readyTimeoutMs;
    while (!(await this.#administration.isReady())) {
      if (Date.now() > until)
        throw new Error(`${this.#name} does not answer; is its region down or the process frozen?`);
      await sleep(100);
    }
  }

  async #start(): Promise<void> {
    await this.#cluster.prepareSocketDirectory();
    await this.#cluster.clearStalePid();
    // First: a server without its gateway would pass for a whole one at the next call.
    await this.#context.network.publish({
      name: this.#name,
      cloud: this.#settings.cloud,
      listen: this.address,
      target: () => this.#inside,
    });
    const { command, args } = await this.#cluster.command();
    await this.#context.processes.start({
      name: this.#name,
      cloud: this.#settings.cloud,
      command,
      args,
      cwd: "/",
      env: { LC_ALL: "C" },
      // Fast shutdown: clients are cut, everything is written.
      stopSignal: "SIGINT",
      restart: true,
      onExit: this.#onExit,
      ready: () => this.#administration.isReady(),
      readyTimeoutMs,
    });
  }

  /** Ours last: nothing that was wished for can open the server wider or make it forget what it acknowledged. */
  #configuration(): Readonly<Record<string, string>> {
    return {
      shared_buffers: "64MB",
      max_wal_size: "256MB",
      timezone: "UTC",
      log_timezone: "UTC",
      log_line_prefix: "%m [%p] %q%u@%d ",
      ...this.#settings.parameters,
      listen_addresses: this.#inside.host,
      port: String(port),
      unix_socket_directories: this.#cluster.socketDirectory,
      unix_socket_permissions: "0700",
      hba_file: this.#cluster.hbaFile(),
      password_encryption: "scram-sha-256",
      fsync: "on",
      full_page_writes: "on",
    };
  }
}
