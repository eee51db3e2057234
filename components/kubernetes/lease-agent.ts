import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Resource, secret } from "@pulumi/pulumi";
import type { ContainerResources } from "./container-resources.ts";
import { topologySpread } from "./scaling.ts";

/** Where the agent asks which site is active: never in either site alone. */
export type LeaseWitness =
  | {
      readonly kind: "etcd";
      /** The members, one a site, e.g. https://etcd-1.example:2379. */
      readonly endpoints: readonly string[];
      /** Before all keys, as the driver has it. Default: /pilotlight. */
      readonly prefix?: string;
      /** PEM of the authority of the members' certificates. Default: the system's. */
      readonly ca?: Input<string>;
      /** Where etcd asks for a login. It needs to read only. Default: none. */
      readonly login?: {
        /** User of etcd. */
        readonly name: string;
        /** Secret. */
        readonly password: Input<string>;
      };
    }
  | {
      readonly kind: "azure-table";
      /** Table service URL of a storage account that is in neither site and needs neither. */
      readonly endpoint: string;
      /** Name of the table. */
      readonly table: string;
      /** The functions' one row, or a row for each application. */
      readonly row: "state" | "application";
      /** Name of the storage account. */
      readonly account: string;
      /** Secret: its key. */
      readonly accountKey: Input<string>;
    };

/** What the write lease of a site needs; `ServiceWorkload` adds the rest. */
export interface WriteLeaseSettings {
  /** The application, as the witness knows it. */
  readonly application: string;
  /** Image of the agent (automation/lease-agent/Dockerfile), e.g. registry.example/pilotlight/lease-agent:1.0.0. */
  readonly image: Input<string>;
  /** Longest that the database lets the application in without a renewal: 10 to 60 seconds. */
  readonly seconds: number;
  /** Secret: of the agent's own database role (`leaseAgentPassword`), never an administrator's. */
  readonly password: Input<string>;
  /** Who is asked which site is active. */
  readonly witness: LeaseWitness;
}

export interface LeaseAgentArgs extends WriteLeaseSettings {
  /** Namespace of the application, which exists. */
  readonly namespace: string;
  /** Which site this is. */
  readonly site: "primary" | "standby";
  /** The site's own database, as its pods reach it. */
  readonly database: {
    /** Name or address. */
    readonly host: Input<string>;
    /** TCP. */
    readonly port: number;
    /** Of the database in the server. */
    readonly name: string;
    /** Whether connections are encrypted. */
    readonly sslMode: "require" | "disable";
  };
  /** Traffic only where the agent needs it. Default: true. */
  readonly networkPolicy?: boolean;
  /** Made before everything here, and deleted after it. Default: nothing. */
  readonly after?: readonly Resource[];
  /** Its deletion takes everything here with it, so nothing is deleted one by one. Default: none. */
  readonly deletedWith?: Resource;
}

/** Two on different nodes: a node that dies must not stop the application for as long as its pods take to move. Each renews the same lease. */
export const LEASE_AGENTS = 2;
export const LEASE_AGENT_RESOURCES: ContainerResources = {
  requests: { cpu: "20m", memory: "96Mi" },
  limits: { cpu: "200m", memory: "192Mi" },
};

const NAME = "lease-agent";
const PORT = 8931;
const DIRECTORY = "/var/run/secrets/lease-agent";
const LABELS = { "app.kubernetes.io/managed-by": "pilotlight", "app.kubernetes.io/name": NAME };

/** The pods that renew the write lease of the site whose cluster they are in (automation/lease-agent). They run whether or not it is active. */
export class LeaseAgent extends ComponentResource {
  constructor(name: string, args: LeaseAgentArgs, options?: ComponentResourceOptions) {
    super("pilotlight:kubernetes:LeaseAgent", name, {}, options);
    const { namespace, after = [], deletedWith } = args;
    const child = (...dependsOn: readonly Resource[]) => ({
      parent: this,
      dependsOn: [...after, ...dependsOn],
      ...(deletedWith ? { deletedWith } : {}),
    });
    const metadata = { name: NAME, namespace, labels: LABELS };
    const account = new ServiceAccount(`${name}-account`, { metadata, automountServiceAccountToken: false }, child());
    const files = new Secret(`${name}-secret`, { metadata, type: "Opaque", stringData: secretFiles(args) }, child());
    new Deployment(
      `${name}-agent`,
      {
        // Before the driver has prepared the database the agent has nothing to do, and an update must not wait for that.
        metadata: { ...metadata, annotations: { "pulumi.com/skipAwait": "true" } },
        spec: {
          replicas: LEASE_AGENTS,
          selector: { matchLabels: { "app.kubernetes.io/name": NAME } },
          strategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: 1, maxSurge: 1 } },
          template: { metadata: { labels: LABELS }, spec: agentSpec(args) },
        },
      },
      child(account, files),
    );
    if (args.networkPolicy ?? true) {
      new NetworkPolicy(`${name}-policy`, { metadata, spec: policySpec(args) }, child());
    }
    this.registerOutputs({});
  }
}

function secretFiles({ password, witness }: LeaseAgentArgs): Record<string, Input<string>> {
  const files: Record<string, Input<string>> = { "database-password": secret(password) };
  if (witness.kind === "azure-table") return { ...files, "table-key": secret(witness.accountKey) };
  return {
    ...files,
    ...(witness.ca === undefined ? {} : { "etcd-ca": witness.ca }),
    ...(witness.login === undefined ? {} : { "etcd-password": secret(witness.login.password) }),
  };
}

function environment(args: LeaseAgentArgs): Record<string, Input<string>> {
  const { database } = args;
  return {
    PILOTLIGHT_APPLICATION: args.application,
    SITE: args.site,
    DATABASE_HOST: database.host,
    DATABASE_PORT: String(database.port),
    DATABASE_NAME: database.name,
    DATABASE_SSLMODE: database.sslMode,
    DATABASE_PASSWORD_FILE: `${DIRECTORY}/database-password`,
    PILOTLIGHT_WRITE_LEASE_SECONDS: String(args.seconds),
    PILOTLIGHT_AGENT_PORT: String(PORT),
    ...witnessEnvironment(args.witness),
  };
}

function witnessEnvironment(witness: LeaseWitness): Record<string, string> {
  if (witness.kind === "etcd") {
    return {
      PILOTLIGHT_WITNESS: "etcd",
      PILOTLIGHT_ETCD_ENDPOINTS: witness.endpoints.join(","),
      ...(witness.prefix === undefined ? {} : { PILOTLIGHT_ETCD_PREFIX: witness.prefix }),
      ...(witness.ca === undefined ? {} : { PILOTLIGHT_ETCD_CA_FILE: `${DIRECTORY}/etcd-ca` }),
      ...(witness.login === undefined
        ? {}
        : {
            PILOTLIGHT_ETCD_USER: witness.login.name,
            PILOTLIGHT_ETCD_PASSWORD_FILE: `${DIRECTORY}/etcd-password`,
          }),
    };
  }
  return {
    PILOTLIGHT_WITNESS: "azure-table",
    PILOTLIGHT_WITNESS_PLACEMENT: "third-site",
    PILOTLIGHT_WITNESS_TABLE_ENDPOINT: witness.endpoint,
    PILOTLIGHT_WITNESS_TABLE_NAME: witness.table,
    PILOTLIGHT_WITNESS_TABLE_ROW: witness.row,
    PILOTLIGHT_WITNESS_TABLE_ACCOUNT: witness.account,
    PILOTLIGHT_WITNESS_TABLE_KEY_FILE: `${DIRECTORY}/table-key`,
    // The agent only reads: these are written by the driver.
    PILOTLIGHT_WITNESS_PRIMARY_URL: witness.endpoint,
    PILOTLIGHT_WITNESS_STANDBY_URL: witness.endpoint,
  };
}

/** Not root, nothing writable, no privileges, no token for the Kubernetes API; started anew when its loop stands still. */
function agentSpec(args: LeaseAgentArgs) {
  const { requests, limits } = LEASE_AGENT_RESOURCES;
  // A node that does not answer loses its agent after seconds, not after Kubernetes' five minutes.
  const soon = ["not-ready", "unreachable"].map((condition) => ({
    key: `node.kubernetes.io/${condition}`,
    operator: "Exists",
    effect: "NoExecute",
    tolerationSeconds: 10,
  }));
  return {
    serviceAccountName: NAME,
    automountServiceAccountToken: false,
    terminationGracePeriodSeconds: 5,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: 10001,
      fsGroup: 10001,
      seccompProfile: { type: "RuntimeDefault" },
    },
    tolerations: soon,
    topologySpreadConstraints: topologySpread({ "app.kubernetes.io/name": NAME }),
    containers: [
      {
        name: NAME,
        image: args.image,
        ports: [{ name: "live", containerPort: PORT }],
        env: Object.entries(environment(args)).map(([name, value]) => ({ name, value })),
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        resources: { requests: { ...requests }, limits: { ...limits } },
        startupProbe: { httpGet: { path: "/live", port: "live" }, periodSeconds: 1, failureThreshold: 60 },
        livenessProbe: { httpGet: { path: "/live", port: "live" }, periodSeconds: 5, failureThreshold: 3 },
        volumeMounts: [{ name: "secrets", mountPath: DIRECTORY, readOnly: true }],
      },
    ],
    volumes: [{ name: "secrets", secret: { secretName: NAME, defaultMode: 0o440 } }],
  };
}

/** In: nothing (a node may always reach its own pods). Out: names, the database, the witness. */
function policySpec({ database, witness }: LeaseAgentArgs) {
  const tcp = (port: number) => ({ protocol: "TCP", port });
  const urls = witness.kind === "etcd" ? witness.endpoints : [witness.endpoint];
  const ports = new Set(urls.map((url) => new URL(url)).map(({ port, protocol }) => portOf(port, protocol)));
  return {
    podSelector: { matchLabels: { "app.kubernetes.io/name": NAME } },
    policyTypes: ["Ingress", "Egress"],
    egress: [
      { ports: [{ protocol: "UDP", port: 53 }, tcp(53)] },
      { ports: [tcp(database.port)] },
      { ports: [...ports].map(tcp) },
    ],
  };
}

function portOf(port: string, protocol: string): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}
