import process from "node:process";
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from "@aws-sdk/client-cloudwatch-logs";
import {
  DescribeAddressesCommand,
  DescribeNatGatewaysCommand,
  DescribeNetworkInterfacesCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { EKSClient, ListClustersCommand } from "@aws-sdk/client-eks";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import { ListHostedZonesCommand, Route53Client } from "@aws-sdk/client-route-53";
import { ListBucketsCommand, S3Client } from "@aws-sdk/client-s3";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { z } from "zod";
import { armGet } from "./arm-get.ts";

const groupsSchema = z.object({ value: z.array(z.object({ name: z.string() })) });

/** What still stands in both clouds, as their own APIs tell it. */
export async function leftovers(regions: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all([azureGroups(), global(), ...regions.map(regional)]);
  return found.flat();
}

async function regional(region: string): Promise<readonly string[]> {
  const options = { region };
  const ec2 = new EC2Client(options);
  const [vpcs, gateways, addresses, interfaces, databases, clusters, secrets, groups] = await Promise.all([
    ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: "is-default", Values: ["false"] }] })),
    ec2.send(new DescribeNatGatewaysCommand({ Filter: [{ Name: "state", Values: ["available", "pending"] }] })),
    ec2.send(new DescribeAddressesCommand({})),
    ec2.send(new DescribeNetworkInterfacesCommand({})),
    new RDSClient(options).send(new DescribeDBInstancesCommand({})),
    new EKSClient(options).send(new ListClustersCommand({})),
    new SecretsManagerClient(options).send(new ListSecretsCommand({})),
    new CloudWatchLogsClient(options).send(new DescribeLogGroupsCommand({})),
  ]);
  return [
    ...named(
      "vpc",
      vpcs.Vpcs?.map(({ VpcId }) => VpcId),
    ),
    ...named(
      "nat gateway",
      gateways.NatGateways?.map(({ NatGatewayId }) => NatGatewayId),
    ),
    ...named(
      "address",
      addresses.Addresses?.map(({ AllocationId }) => AllocationId),
    ),
    ...named(
      "network interface",
      interfaces.NetworkInterfaces?.map(({ NetworkInterfaceId }) => NetworkInterfaceId),
    ),
    ...named(
      "database",
      databases.DBInstances?.map(({ DBInstanceIdentifier }) => DBInstanceIdentifier),
    ),
    ...named("cluster", clusters.clusters),
    ...named(
      "secret",
      secrets.SecretList?.map(({ Name }) => Name),
    ),
    ...named(
      "log group",
      groups.logGroups?.map(({ logGroupName }) => logGroupName),
    ),
  ];
}

async function global(): Promise<readonly string[]> {
  const options = { region: "us-east-1" };
  const [zones, buckets, roles] = await Promise.all([
    new Route53Client(options).send(new ListHostedZonesCommand({})),
    new S3Client({ ...options, forcePathStyle: true }).send(new ListBucketsCommand({})),
    new IAMClient(options).send(new ListRolesCommand({})),
  ]);
  return [
    ...named(
      "zone",
      zones.HostedZones?.map(({ Name }) => Name),
    ),
    ...named(
      "bucket",
      buckets.Buckets?.map(({ Name }) => Name),
    ),
    ...named(
      "role",
      roles.Roles?.map(({ RoleName }) => RoleName),
    ),
  ];
}

async function azureGroups(): Promise<readonly string[]> {
  const { body } = await armGet(`/subscriptions/${process.env["ARM_SUBSCRIPTION_ID"]}/resourcegroups`, "2024-03-01");
  return named(
    "resource group",
    groupsSchema.parse(body).value.map(({ name }) => name),
  );
}

function named(kind: string, names: readonly (string | undefined)[] | undefined): readonly string[] {
  return (names ?? []).map((name) => `${kind} ${name}`);
}
