import { NetworkSecurityGroup } from "@pulumi/azure-native/network/networkSecurityGroup.js";
import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import { ComponentResource, type ComponentResourceOptions, type Input, interpolate, type Output } from "@pulumi/pulumi";
import { plannedCidr, planSubnets } from "../subnet-plan.ts";
import type { Tags } from "../tags.ts";
import { type InboundRule, inboundRules, type SubnetKey } from "./network-rules.ts";

/** Options of `Network`. */
export interface NetworkArgs {
  /** Name of the virtual network, at most 64 characters; the security groups are called `<name>-<subnet>`. */
  readonly name: string;
  /** Resource group that everything here is in. */
  readonly resourceGroupName: Input<string>;
  /** Azure region, e.g. westeurope. */
  readonly location: string;
  /** /16 to /20. */
  readonly cidr: string;
  /** Port of the public service, the only one that is open to the internet. Default 443. */
  readonly servicePort?: number;
  /**
   * Azure services that the nodes reach without leaving Azure's network, e.g. Microsoft.Sql and Microsoft.Storage; what a
   * server's or an account's own network rule about the subnet asks for. Default none.
   */
  readonly serviceEndpoints?: readonly string[];
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Nodes get half of the network; the pods' addresses are an overlay of their own. New subnets go to the end. */
export function planNetwork(cidr: string): Readonly<Record<SubnetKey, string>> {
  const plan = planSubnets(cidr, [
    { key: "aks", newBits: 1 },
    { key: "private", newBits: 3 },
    { key: "public", newBits: 4 },
  ]);
  return {
    aks: plannedCidr(plan, "aks"),
    private: plannedCidr(plan, "private"),
    public: plannedCidr(plan, "public"),
  };
}

const SUBNETS: readonly SubnetKey[] = ["aks", "private", "public"];

/**
 * VNet of the standby with a security group for each subnet, closed but for what network-rules.ts opens. Subnets are
 * part of the VNet: as resources of their own, Azure would refuse to make two at a time.
 */
export class Network extends ComponentResource {
  /** Id of the virtual network. */
  readonly vnetId: Output<string>;
  /** Where the cluster's nodes are. */
  readonly aksSubnetId: Output<string>;
  /** Where private endpoints are. */
  readonly privateSubnetId: Output<string>;
  /** For what users reach without a cluster. */
  readonly publicSubnetId: Output<string>;

  constructor(name: string, args: NetworkArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:Network", name, {}, options);
    const { resourceGroupName, location } = args;
    const plan = planNetwork(args.cidr);
    const tags = { ...args.tags };
    const subnet = (key: SubnetKey) => {
      const group = new NetworkSecurityGroup(
        `${name}-${key}-security`,
        {
          networkSecurityGroupName: `${args.name}-${key}`,
          resourceGroupName,
          location,
          securityRules: inboundRules(key, plan.aks, args.servicePort ?? 443).map(ruleInput),
          tags,
        },
        { parent: this },
      );
      const endpoints = key === "aks" ? (args.serviceEndpoints ?? []) : [];
      return {
        name: key,
        addressPrefix: plan[key],
        networkSecurityGroup: { id: group.id },
        ...(endpoints.length > 0 ? { serviceEndpoints: endpoints.map((service) => ({ service })) } : {}),
        // Else Azure would pass private endpoints by when it asks the security group.
        ...(key === "private" ? { privateEndpointNetworkPolicies: "NetworkSecurityGroupEnabled" } : {}),
      };
    };
    const network = new VirtualNetwork(
      `${name}-vnet`,
      {
        virtualNetworkName: args.name,
        resourceGroupName,
        location,
        addressSpace: { addressPrefixes: [args.cidr] },
        subnets: SUBNETS.map(subnet),
        tags,
      },
      { parent: this },
    );
    this.vnetId = network.id;
    this.aksSubnetId = interpolate`${network.id}/subnets/aks`;
    this.privateSubnetId = interpolate`${network.id}/subnets/private`;
    this.publicSubnetId = interpolate`${network.id}/subnets/public`;
    this.registerOutputs({
      vnetId: this.vnetId,
      aksSubnetId: this.aksSubnetId,
      privateSubnetId: this.privateSubnetId,
      publicSubnetId: this.publicSubnetId,
    });
  }
}

/** In the form that Azure answers in: one port in the singular field, several in the plural one. */
function ruleInput(rule: InboundRule) {
  const [port, ...further] = rule.ports;
  return {
    name: rule.name,
    priority: rule.priority,
    direction: "Inbound",
    access: rule.access,
    protocol: rule.protocol,
    ...(rule.sources ? { sourceAddressPrefixes: [...rule.sources] } : { sourceAddressPrefix: rule.source ?? "*" }),
    sourcePortRange: "*",
    ...(rule.destinations
      ? { destinationAddressPrefixes: [...rule.destinations] }
      : { destinationAddressPrefix: rule.destination ?? "*" }),
    ...(further.length > 0 ? { destinationPortRanges: [...rule.ports] } : { destinationPortRange: port ?? "*" }),
    description: rule.description,
  };
}
