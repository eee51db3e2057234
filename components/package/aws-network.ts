import { all, ComponentResource, type ComponentResourceOptions, type Output } from "@pulumi/pulumi";
import { Network, type NetworkArgs } from "../aws/network.ts";
import type { NatMode } from "./vocabulary.ts";

/** What an AwsNetwork is made of. */
export interface AwsNetworkArgs extends NetworkArgs {
  /** Two or three availability zones by name, e.g. eu-central-1a. */
  readonly zones: string[];
  /** NAT gateways. */
  readonly nat: NatMode;
}

/** VPC with private (nodes, pods), public (load balancers, NAT) and database subnets in every zone. */
export class AwsNetwork extends ComponentResource {
  /** Id of the VPC. */
  readonly vpcId: Output<string>;
  /** For nodes and pods. */
  readonly privateSubnetIds: Output<string[]>;
  /** For load balancers. */
  readonly publicSubnetIds: Output<string[]>;
  /** For databases. */
  readonly databaseSubnetIds: Output<string[]>;

  constructor(name: string, args: AwsNetworkArgs, options?: ComponentResourceOptions) {
    super("pilotlight:index:AwsNetwork", name, {}, options);
    const network = new Network(name, args, { parent: this });
    this.vpcId = network.vpcId;
    this.privateSubnetIds = all([...network.privateSubnetIds]);
    this.publicSubnetIds = all([...network.publicSubnetIds]);
    this.databaseSubnetIds = all([...network.databaseSubnetIds]);
    this.registerOutputs({
      vpcId: this.vpcId,
      privateSubnetIds: this.privateSubnetIds,
      publicSubnetIds: this.publicSubnetIds,
      databaseSubnetIds: this.databaseSubnetIds,
    });
  }
}
