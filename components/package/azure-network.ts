import { ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { Network, type NetworkArgs } from "../azure/network.ts";

/** What an AzureNetwork is made of. */
export interface AzureNetworkArgs extends NetworkArgs {
  /** Azure services that the nodes reach without leaving Azure's network, e.g. Microsoft.Sql. Default: none. */
  readonly serviceEndpoints?: string[];
}

/** VNet with subnets for AKS, private endpoints and public services, and their security groups. */
export class AzureNetwork extends ComponentResource {
  /** Id of the virtual network. */
  readonly vnetId: Output<string>;
  /** Where the cluster's nodes are. */
  readonly aksSubnetId: Output<string>;
  /** Where private endpoints are. */
  readonly privateSubnetId: Output<string>;
  /** For what users reach without a cluster. */
  readonly publicSubnetId: Output<string>;

  constructor(name: string, args: AzureNetworkArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AzureNetwork", name, {}, options);
    const network = new Network(name, args, { parent: this });
    this.vnetId = network.vnetId;
    this.aksSubnetId = network.aksSubnetId;
    this.privateSubnetId = network.privateSubnetId;
    this.publicSubnetId = network.publicSubnetId;
    this.registerOutputs({
      vnetId: this.vnetId,
      aksSubnetId: this.aksSubnetId,
      privateSubnetId: this.privateSubnetId,
      publicSubnetId: this.publicSubnetId,
    });
  }
}
