import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { FlowLogs } from "./flow-logs.ts";
import { flowLogGroup } from "./names.ts";
import { type PlannedSubnet, planNetwork, regionOf, type SubnetTier } from "./network-plan.ts";

const ANYWHERE = "0.0.0.0/0";
const GATEWAY_SERVICES = ["s3", "dynamodb"];

export interface NetworkArgs {
  /** IPv4 block of the network, /16 to /20. */
  readonly cidr: string;
  /** Two or three availability zones by name, e.g. eu-central-1a. */
  readonly zones: readonly string[];
  /** `single`: one NAT gateway, whose zone is then a single point of failure for outbound traffic; `per-zone`: one each. */
  readonly nat: "single" | "per-zone";
  /** The EKS cluster that puts load balancers into these subnets, found by tag. */
  readonly clusterName: string;
  /** Logs every connection to a CloudWatch log group; default false. */
  readonly flowLogs?: boolean | undefined;
  /** Days that flow logs are kept; default 30. One of CloudWatch's own retention times. */
  readonly logRetentionDays?: number | undefined;
  /** KMS key of the flow logs, which must let CloudWatch Logs use it (EncryptionKey does). Default: CloudWatch's own key. */
  readonly logKeyArn?: Input<string> | undefined;
  /** S3 and DynamoDB are reached inside AWS, free of charge, instead of through NAT and the internet; default false. */
  readonly gatewayEndpoints?: boolean | undefined;
  /** Tags of everything here. */
  readonly tags: Tags;
}

/** VPC with private (nodes, pods), public (load balancers, NAT) and database subnets in every zone. */
export class Network extends ComponentResource {
  /** Id of the network. */
  readonly vpcId: Output<string>;
  /** The AWS account that owns the network. */
  readonly accountId: Output<string>;
  /** For nodes and pods, one a zone. */
  readonly privateSubnetIds: readonly Output<string>[];
  /** For load balancers and NAT gateways, one a zone. */
  readonly publicSubnetIds: readonly Output<string>[];
  /** For databases, one a zone. */
  readonly databaseSubnetIds: readonly Output<string>[];

  readonly #name: string;
  readonly #args: NetworkArgs;
  readonly #subnets = new Map<string, Subnet>();

  constructor(name: string, args: NetworkArgs, options?: ComponentResourceOptions) {
    super("pilotlight:aws:Network", name, {}, options);
    this.#name = name;
    this.#args = args;
    const plan = planNetwork(args.cidr, args.zones);
    const vpc = this.#vpc();
    const gateway = this.#internetGateway(vpc);
    for (const subnet of plan) this.#subnets.set(subnet.key, this.#subnet(vpc, subnet));
    this.#openRoutes(vpc, gateway, plan, "public");
    // Databases have public addresses, closed to all but listed ones, until the two networks are joined (Postgres).
    const database = this.#openRoutes(vpc, gateway, plan, "database");
    const privates = this.#natRoutes(vpc, gateway, plan);
    if (args.gatewayEndpoints) this.#gatewayEndpoints(vpc, [...privates, database]);
    if (args.flowLogs) this.#flowLogs(vpc);

    this.vpcId = vpc.id;
    this.accountId = vpc.ownerId;
    this.privateSubnetIds = this.#idsOf(plan, "private");
    this.publicSubnetIds = this.#idsOf(plan, "public");
    this.databaseSubnetIds = this.#idsOf(plan, "database");
    this.registerOutputs({ vpcId: this.vpcId });
  }

  #vpc(): Vpc {
    return new Vpc(
      `${this.#name}-vpc`,
      { cidrBlock: this.#args.cidr, enableDnsHostnames: true, enableDnsSupport: true, tags: this.#tags("vpc") },
      { parent: this },
    );
  }

  #internetGateway(vpc: Vpc): InternetGateway {
    return new InternetGateway(
      `${this.#name}-internet`,
      { vpcId: vpc.id, tags: this.#tags("internet") },
      { parent: this },
    );
  }

  #subnet(vpc: Vpc, { key, tier, zone, cidr }: PlannedSubnet): Subnet {
    const roles: Record<SubnetTier, Tags> = {
      public: { "kubernetes.io/role/elb": "1", [`kubernetes.io/cluster/${this.#args.clusterName}`]: "shared" },
      private: {
        "kubernetes.io/role/internal-elb": "1",
        [`kubernetes.io/cluster/${this.#args.clusterName}`]: "shared",
      },
      database: {},
    };
    return new Subnet(
      `${this.#name}-${key}`,
      { vpcId: vpc.id, cidrBlock: cidr, availabilityZone: zone, tags: { ...this.#tags(key), ...roles[tier] } },
      { parent: this },
    );
  }

  /** One route table for a tier, with the internet gateway as default. */
  #openRoutes(vpc: Vpc, gateway: InternetGateway, plan: readonly PlannedSubnet[], tier: SubnetTier): RouteTable {
    const table = this.#routeTable(vpc, tier);
    new Route(
      `${this.#name}-${tier}-internet`,
      { routeTableId: table.id, destinationCidrBlock: ANYWHERE, gatewayId: gateway.id },
      { parent: this },
    );
    for (const subnet of plan.filter((one) => one.tier === tier)) this.#associate(table, subnet.key);
    return table;
  }

  /** One route table for each private subnet, so that going from one NAT gateway to three replaces none. */
  #natRoutes(vpc: Vpc, gateway: InternetGateway, plan: readonly PlannedSubnet[]): RouteTable[] {
    const homes = plan.filter(({ tier }) => tier === "public").slice(0, this.#args.nat === "single" ? 1 : undefined);
    const gateways = homes.map((home) => this.#natGateway(home, gateway));
    const privates = plan.filter(({ tier }) => tier === "private");
    return privates.map((subnet, index) => {
      const nat = gateways[index] ?? gateways[0];
      if (!nat) throw new Error("a network needs at least one zone; zones: []");
      const table = this.#routeTable(vpc, subnet.key);
      new Route(
        `${this.#name}-${subnet.key}-nat`,
        { routeTableId: table.id, destinationCidrBlock: ANYWHERE, natGatewayId: nat.id },
        { parent: this },
      );
      this.#associate(table, subnet.key);
      return table;
    });
  }

  #gatewayEndpoints(vpc: Vpc, tables: readonly RouteTable[]): void {
    const region = regionOf(this.#args.zones[0] ?? "");
    for (const service of GATEWAY_SERVICES) {
      new VpcEndpoint(
        `${this.#name}-${service}`,
        {
          vpcId: vpc.id,
          serviceName: `com.amazonaws.${region}.${service}`,
          vpcEndpointType: "Gateway",
          routeTableIds: tables.map(({ id }) => id),
          tags: this.#tags(service),
        },
        { parent: this },
      );
    }
  }

  #flowLogs(vpc: Vpc): void {
    const { clusterName, logRetentionDays, logKeyArn } = this.#args;
    new FlowLogs(
      `${this.#name}-flow-logs`,
      {
        vpcId: vpc.id,
        logGroupName: flowLogGroup(clusterName),
        logRetentionDays,
        logKeyArn,
        tags: this.#tags("flow-logs"),
      },
      { parent: this },
    );
  }

  #natGateway(home: PlannedSubnet, gateway: InternetGateway): NatGateway {
    const key = home.key.replace("public", "nat");
    const address = new Eip(
      `${this.#name}-${key}`,
      { domain: "vpc", tags: this.#tags(key) },
      { parent: this, dependsOn: gateway },
    );
    return new NatGateway(
      `${this.#name}-${key}`,
      { subnetId: this.#idOf(home.key), allocationId: address.id, tags: this.#tags(key) },
      { parent: this, dependsOn: gateway },
    );
  }

  #routeTable(vpc: Vpc, key: string): RouteTable {
    return new RouteTable(`${this.#name}-${key}`, { vpcId: vpc.id, tags: this.#tags(key) }, { parent: this });
  }

  #associate(table: RouteTable, key: string): void {
    new RouteTableAssociation(
      `${this.#name}-${key}`,
      { routeTableId: table.id, subnetId: this.#idOf(key) },
      { parent: this },
    );
  }

  #idOf(key: string): Output<string> {
    const subnet = this.#subnets.get(key);
    if (!subnet) throw new Error(`no subnet ${key}; there are ${[...this.#subnets.keys()].join(", ")}`);
    return subnet.id;
  }

  #idsOf(plan: readonly PlannedSubnet[], tier: SubnetTier): readonly Output<string>[] {
    return plan.filter((subnet) => subnet.tier === tier).map(({ key }) => this.#idOf(key));
  }

  #tags(key: string): Record<string, string> {
    return { ...this.#args.tags, Name: `${this.#args.clusterName}-${key}` };
  }
}
