import { POD_CIDR } from "./cluster-addresses.ts";

/** Subnets of the standby's network. */
export type SubnetKey = "aks" | "private" | "public";

/** A rule of a network security group, inbound. Lower `priority` is asked first. */
export interface InboundRule {
  /** Unique in the group. */
  readonly name: string;
  /** 100 to 4096. */
  readonly priority: number;
  /** What happens to traffic that matches. */
  readonly access: "Allow" | "Deny";
  /** All protocols: *. */
  readonly protocol: "Tcp" | "*";
  /** Address block or service tag; `sources` where there are several blocks (a tag cannot stand among them). */
  readonly source?: string;
  /** Several address blocks instead. */
  readonly sources?: readonly string[];
  /** Address block or service tag. */
  readonly destination?: string;
  /** Several address blocks instead. */
  readonly destinations?: readonly string[];
  /** Destination ports; all of them: *. */
  readonly ports: readonly string[];
  /** Shown in the portal. */
  readonly description: string;
}

const fromNetwork: InboundRule = {
  name: "network",
  priority: 100,
  access: "Allow",
  protocol: "*",
  source: "VirtualNetwork",
  destination: "VirtualNetwork",
  ports: ["*"],
  description: "From inside the network.",
};
const fromLoadBalancer: InboundRule = {
  name: "load-balancer",
  priority: 120,
  access: "Allow",
  protocol: "*",
  source: "AzureLoadBalancer",
  destination: "*",
  ports: ["*"],
  description: "Health probes of Azure's load balancer.",
};
const denyAll: InboundRule = {
  name: "deny",
  priority: 4096,
  access: "Deny",
  protocol: "*",
  source: "*",
  destination: "*",
  ports: ["*"],
  description: "Nothing else comes in.",
};

/**
 * What comes into each subnet; pure.
 *
 * Users reach the cluster through a load balancer that keeps the client's address and the service's port, so the nodes'
 * subnet opens these ports to the internet. Pods have addresses of their own that are no part of `VirtualNetwork`, and
 * their traffic crosses the subnet unwrapped: it needs a rule of its own.
 */
export function inboundRules(subnet: SubnetKey, aksCidr: string, servicePort: number): readonly InboundRule[] {
  if (subnet === "private") return [fromNetwork, denyAll];
  const web: InboundRule = {
    name: "web",
    priority: 130,
    access: "Allow",
    protocol: "Tcp",
    source: "Internet",
    destination: "*",
    ports: [String(servicePort)],
    description: "Users and probes.",
  };
  if (subnet === "public") return [fromNetwork, fromLoadBalancer, web, denyAll];
  const pods: InboundRule = {
    name: "pods",
    priority: 110,
    access: "Allow",
    protocol: "*",
    sources: [aksCidr, POD_CIDR],
    destinations: [aksCidr, POD_CIDR],
    ports: ["*"],
    description: "Nodes and pods among themselves.",
  };
  return [fromNetwork, pods, fromLoadBalancer, web, denyAll];
}
