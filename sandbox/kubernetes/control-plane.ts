import type { Cloud, ProcessSpec } from "../contracts/contracts.ts";
import { type ClusterNetwork, serviceRange } from "./addresses.ts";

export interface ControlPlane {
  readonly cloud: Cloud;
  readonly cluster: string;
  /** The program with the subcommands etcd, kube-apiserver, kube-controller-manager, kube-scheduler. */
  readonly binary: string;
  /** Working directory; file names in arguments are relative to it. */
  readonly directory: string;
  /** Where clients reach the API server; its certificate is valid for this and for `inside`. */
  readonly address: string;
  /** Where it listens. */
  readonly inside: string;
  readonly network: ClusterNetwork;
}

/** Only what a sandbox needs: no storage, no certificate signing, no cloud integration. */
const controllers = [
  "clusterrole-aggregation",
  "cronjob",
  "daemonset",
  "deployment",
  "disruption",
  "endpoints",
  "endpointslice",
  "garbage-collector",
  "horizontal-pod-autoscaler",
  "job",
  "namespace",
  "node-lifecycle",
  "pod-garbage-collector",
  "replicaset",
  "resourcequota",
  "root-ca-certificate-publisher",
  "serviceaccount",
  "statefulset",
  "taint-eviction",
  "ttl-after-finished",
].map((name) => `${name}-controller`);

/** After a frozen region comes back, nodes have this long to be heard of before they count as lost; pods stay an hour more. */
const nodeGraceSeconds = 600;
const tolerationSeconds = 3600;

export function processName(plane: Pick<ControlPlane, "cloud" | "cluster">, part: string): string {
  return `${plane.cloud}-${plane.cluster}-${part}`;
}

/**
 * The store of the cluster. It listens on sockets in the cluster's own directory (0700), so that no other user of the
 * machine can read Secrets from it. No fsync: state survives the end of the process, not that of the machine.
 */
export function etcdProcess(plane: ControlPlane): ProcessSpec {
  return process(plane, "etcd", [
    "etcd",
    "--name=sandbox",
    "--data-dir=etcd-data",
    "--listen-client-urls=unix://etcd:0",
    "--advertise-client-urls=unix://etcd:0",
    "--listen-peer-urls=unix://peer:0",
    "--initial-advertise-peer-urls=unix://peer:0",
    "--initial-cluster=sandbox=unix://peer:0",
    "--unsafe-no-fsync",
    "--log-level=warn",
  ]);
}

export function apiServerProcess(plane: ControlPlane): ProcessSpec {
  return process(plane, "apiserver", [
    "kube-apiserver",
    "--etcd-servers=unix://etcd:0",
    `--bind-address=${plane.inside}`,
    `--advertise-address=${plane.address}`,
    "--secure-port=6443",
    // It makes its own authority and a certificate for both addresses here.
    "--cert-dir=certs",
    "--token-auth-file=tokens.csv",
    "--authorization-mode=RBAC",
    "--service-account-key-file=sa.pub",
    "--service-account-signing-key-file=sa.key",
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-cluster-ip-range=${serviceRange(plane.network)}`,
    // Endpoints on loopback addresses would be refused.
    "--endpoint-reconciler-type=none",
    `--default-not-ready-toleration-seconds=${tolerationSeconds}`,
    `--default-unreachable-toleration-seconds=${tolerationSeconds}`,
    "--profiling=false",
  ]);
}

export function controllerManagerProcess(plane: ControlPlane): ProcessSpec {
  return process(plane, "controller-manager", [
    "kube-controller-manager",
    ...client,
    `--controllers=${controllers.join(",")}`,
    "--root-ca-file=authority.crt",
    `--node-monitor-grace-period=${nodeGraceSeconds}s`,
    "--kube-api-qps=100",
    "--kube-api-burst=200",
  ]);
}

export function schedulerProcess(plane: ControlPlane): ProcessSpec {
  return process(plane, "scheduler", ["kube-scheduler", ...client]);
}

const client = [
  "--kubeconfig=kubeconfig",
  "--authentication-kubeconfig=kubeconfig",
  "--authorization-kubeconfig=kubeconfig",
  "--leader-elect=false",
  "--secure-port=0",
  "--profiling=false",
];

function process(plane: ControlPlane, part: string, args: readonly string[]): ProcessSpec {
  return {
    name: processName(plane, part),
    cloud: plane.cloud,
    command: plane.binary,
    args,
    cwd: plane.directory,
    restart: true,
  };
}
