import type { WorkloadService } from "./workload-service.ts";

export interface ServicePolicyContext {
  readonly cloud: "aws" | "azure";
  readonly databasePort: number;
  /** Blocks that may reach internal services besides the namespace: nodes, and the network of internal load balancers. */
  readonly internalSources: readonly string[];
  /** Namespace of the Prometheus that scrapes; undefined: none. */
  readonly scrapedFrom: string | undefined;
}

/** Where EKS Pod Identity hands out credentials, on every node. */
const POD_IDENTITY_AGENT = { cidr: "169.254.170.23/32", port: 80 };

/**
 * A networking.k8s.io/v1 spec of what a service needs and no more. In: its port, from anywhere if public, else from the
 * namespace and the internal blocks (a node may always reach its own pods, so probes need no rule). Out: names, the database,
 * TLS (object store, cloud APIs), its neighbours, and on AWS the node's credentials agent.
 */
export function servicePolicySpec(service: WorkloadService, context: ServicePolicyContext) {
  const own = [{ protocol: "TCP", port: service.port }];
  const neighbours = { podSelector: {} };
  const scraper =
    context.scrapedFrom === undefined
      ? []
      : [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": context.scrapedFrom } } }];
  const internal = [neighbours, ...context.internalSources.map((cidr) => ({ ipBlock: { cidr } })), ...scraper];
  const tcp = (port: number) => ({ protocol: "TCP", port });
  return {
    podSelector: { matchLabels: { "app.kubernetes.io/name": service.name } },
    policyTypes: ["Ingress", "Egress"],
    ingress: [service.role === "public" ? { ports: own } : { from: internal, ports: own }],
    egress: [
      { ports: [{ protocol: "UDP", port: 53 }, tcp(53)] },
      { ports: [tcp(context.databasePort)] },
      { ports: [tcp(443)] },
      { to: [neighbours] },
      ...(context.cloud === "aws"
        ? [{ to: [{ ipBlock: { cidr: POD_IDENTITY_AGENT.cidr } }], ports: [tcp(POD_IDENTITY_AGENT.port)] }]
        : []),
    ],
  };
}
