import { VirtualNetwork } from "@pulumi/azure-native/network/virtualNetwork.js";
import { ComponentResource, type ComponentResourceOptions, type Input, interpolate, type Output } from "@pulumi/pulumi";
import { plannedCidr, planSubnets } from "../subnet-plan.ts";
import type { Tags } from "../tags.ts";

export interface NetworkArgs {
  readonly name: string;
  readonly resourceGroupName: Input<string>;
  readonly location: string;
  /** /16 to /20. */
  readonly cidr: string;
  readonly tags: Tags;
}

/** Nodes get half of the network; the pods' addresses are an overlay of their own. New subnets go to the end. */
export function planNetwork(cidr: string): Readonly<Record<"aks" | "private" | "public", string>> {
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

/** VNet of the standby. Subnets are part of it: as resources of their own, Azure would refuse to make two at a time. */
export class Network extends ComponentResource {
  readonly aksSubnetId: Output<string>;

  constructor(name: string, args: NetworkArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:Network", name, {}, options);
    const network = new VirtualNetwork(
      `${name}-vnet`,
      {
        virtualNetworkName: args.name,
        resourceGroupName: args.resourceGroupName,
        location: args.location,
        addressSpace: { addressPrefixes: [args.cidr] },
        subnets: Object.entries(planNetwork(args.cidr)).map(([key, addressPrefix]) => ({ name: key, addressPrefix })),
        tags: { ...args.tags },
      },
      { parent: this },
    );
    this.aksSubnetId = interpolate`${network.id}/subnets/aks`;
    this.registerOutputs({ aksSubnetId: this.aksSubnetId });
  }
}
