import { DescribeNetworkInterfacesCommand, EC2Client } from "@aws-sdk/client-ec2";
import { DescribeClusterCommand, EKSClient } from "@aws-sdk/client-eks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Made, trust, useKindBench } from "./kind-bench.ts";

const bench = useKindBench(7);
const { drop, live, make, read, update } = bench;
async function interfacesIn(subnet: string | undefined): Promise<unknown> {
  const ec2 = new EC2Client({ endpoint: bench.world.endpoint, region: "eu-central-1", credentials });
  const Filters = [{ Name: "subnet-id", Values: [subnet ?? ""] }];
  return (await ec2.send(new DescribeNetworkInterfacesCommand({ Filters }))).NetworkInterfaces;
}
const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };

describe("in a network", () => {
  let vpc: Made;
  let subnets: readonly Made[];
  let gateway: Made;
  let table: Made;
  let other: Made;
  let group: Made;
  beforeAll(async () => {
    vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.2.0.0/16" });
    subnets = await Promise.all(
      ["a", "b"].map((zone, at) =>
        make("aws:ec2/subnet:Subnet", {
          vpcId: vpc.id,
          cidrBlock: `10.2.${at}.0/24`,
          availabilityZone: `eu-central-1${zone}`,
        }),
      ),
    );
    gateway = await make("aws:ec2/internetGateway:InternetGateway", { vpcId: vpc.id });
    table = await make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id });
    other = await make("aws:ec2/routeTable:RouteTable", { vpcId: vpc.id });
    group = await make("aws:ec2/securityGroup:SecurityGroup", { vpcId: vpc.id });
  });
  afterAll(async () => {
    for (const one of [table, other]) await drop("aws:ec2/routeTable:RouteTable", one);
    await drop("aws:ec2/securityGroup:SecurityGroup", group);
    await drop("aws:ec2/internetGateway:InternetGateway", gateway);
    for (const one of subnets) await drop("aws:ec2/subnet:Subnet", one);
    await drop("aws:ec2/vpc:Vpc", vpc);
  });
  const subnetIds = () => subnets.map(({ id }) => id);

  it("aws:ec2/subnet:Subnet", () =>
    live(
      "aws:ec2/subnet:Subnet",
      { vpcId: vpc.id, cidrBlock: "10.2.9.0/24" },
      { mapPublicIpOnLaunch: true, tags: { a: "1" } },
    ));

  it("aws:ec2/routeTable:RouteTable", () =>
    live(
      "aws:ec2/routeTable:RouteTable",
      { vpcId: vpc.id },
      { routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.id }] },
    ));

  it("aws:ec2/route:Route", async () => {
    const token = "aws:ec2/route:Route";
    const made = await make(token, {
      routeTableId: table.id,
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: gateway.id,
    });
    // The real provider's id: the route table and a hash of the destination.
    expect(made.id).toBe(`r-${table.id}1080289494`);
    const imported = await read(token, `${table.id}_0.0.0.0/0`, {});
    expect(imported).toMatchObject({ id: made.id, inputs: { gatewayId: gateway.id } });
    await drop(token, made);
    expect(await read(token, made.id, made.outputs)).toBeUndefined();
  });

  it("aws:ec2/routeTableAssociation:RouteTableAssociation", async () => {
    const token = "aws:ec2/routeTableAssociation:RouteTableAssociation";
    const inputs = { subnetId: subnets[0]?.id, routeTableId: table.id };
    const made = await make(token, inputs);
    const next = { ...inputs, routeTableId: other.id };
    const outputs = await update(token, made, inputs, next);
    expect(outputs).toMatchObject(next);
    await drop(token, { id: made.id, outputs });
    expect(await read(token, made.id, outputs)).toBeUndefined();
  });

  it("aws:ec2/natGateway:NatGateway", async () => {
    const eip = await make("aws:ec2/eip:Eip", {});
    const inputs = { allocationId: eip.id, subnetId: subnets[0]?.id };
    await live("aws:ec2/natGateway:NatGateway", inputs, { tags: { a: "1" } });
    await drop("aws:ec2/eip:Eip", eip);
    expect(await interfacesIn(subnets[0]?.id)).toEqual([]);
  });

  it("aws:ec2/securityGroup:SecurityGroup", () =>
    live(
      "aws:ec2/securityGroup:SecurityGroup",
      { vpcId: vpc.id, ingress: [{ protocol: "tcp", fromPort: 80, toPort: 80, self: true }] },
      { ingress: [{ protocol: "tcp", fromPort: 81, toPort: 82, cidrBlocks: ["10.0.0.0/8", "11.0.0.0/8"] }] },
    ));

  it.each(["Ingress", "Egress"])("aws:vpc/securityGroup%sRule", (direction) =>
    live(
      `aws:vpc/securityGroup${direction}Rule:SecurityGroup${direction}Rule`,
      { securityGroupId: group.id, ipProtocol: "tcp", fromPort: 80, toPort: 80, cidrIpv4: "10.0.0.0/8" },
      { tags: { a: "1" } },
    ),
  );

  it("aws:ec2/flowLog:FlowLog", async () => {
    const logs = await make("aws:cloudwatch/logGroup:LogGroup", {});
    const role = await make("aws:iam/role:Role", { assumeRolePolicy: trust });
    const inputs = {
      vpcId: vpc.id,
      trafficType: "ALL",
      logDestination: logs.outputs["arn"],
      iamRoleArn: role.outputs["arn"],
    };
    await live("aws:ec2/flowLog:FlowLog", inputs, { tags: { a: "1" } });
    await drop("aws:iam/role:Role", role);
    await drop("aws:cloudwatch/logGroup:LogGroup", logs);
  });

  it("aws:rds/subnetGroup:SubnetGroup", () =>
    live(
      "aws:rds/subnetGroup:SubnetGroup",
      { subnetIds: subnetIds() },
      { subnetIds: subnetIds().slice(0, 1), description: "new" },
    ));

  it("aws:rds/instance:Instance", async () => {
    const parameters = await make("aws:rds/parameterGroup:ParameterGroup", {
      family: "postgres18",
      parameters: [{ name: "rds.logical_replication", value: "1", applyMethod: "pending-reboot" }],
    });
    const inputs = {
      identifier: "live",
      engine: "postgres",
      engineVersion: "18.1",
      instanceClass: "db.t4g.micro",
      allocatedStorage: 20,
      username: "adm",
      password: "not-a-real-one",
      dbName: "app",
      parameterGroupName: parameters.outputs["name"],
      performanceInsightsEnabled: true,
      maxAllocatedStorage: 80,
      storageEncrypted: true,
      storageType: "gp3",
      copyTagsToSnapshot: true,
      backupWindow: "02:00-03:00",
      maintenanceWindow: "sun:04:00-sun:05:00",
      skipFinalSnapshot: true,
    };
    const made = await make("aws:rds/instance:Instance", inputs);
    expect(made.outputs).toMatchObject({ endpoint: "127.17.7.7:5432", address: "127.17.7.7", port: 5432 });
    expect(made.id).toMatch(/^db-[0-9A-F]{26}$/);
    expect(bench.world.servers.get("live")).toMatchObject({ databases: ["app"], parameters: { wal_level: "logical" } });
    await drop("aws:rds/instance:Instance", made);
    await expect.poll(() => bench.world.servers.has("live")).toBe(false);
    await live("aws:rds/instance:Instance", inputs, {
      instanceClass: "db.t4g.small",
      backupRetentionPeriod: 7,
      multiAz: true,
      performanceInsightsRetentionPeriod: 31,
      iamDatabaseAuthenticationEnabled: true,
      enabledCloudwatchLogsExports: ["postgresql"],
    });
    await drop("aws:rds/parameterGroup:ParameterGroup", parameters);
  });

  it("aws:ec2/vpcEndpoint:VpcEndpoint of type Gateway", async () => {
    const token = "aws:ec2/vpcEndpoint:VpcEndpoint";
    const inputs = { vpcId: vpc.id, serviceName: "com.amazonaws.eu-central-1.s3", routeTableIds: [table.id] };
    await live(token, inputs, { routeTableIds: [other.id], tags: { a: "1" } });
    const endpoint = await make(token, inputs);
    expect(endpoint.outputs).toMatchObject({ prefixListId: expect.stringMatching(/^pl-/), state: "available" });
    // A route table knows its endpoint's route, and another one's update leaves it alone.
    const routes = await read("aws:ec2/routeTable:RouteTable", table.id, table.outputs, { vpcId: vpc.id });
    expect(routes?.inputs).toEqual({ vpcId: vpc.id });
    await drop(token, endpoint);
  });

  it("aws:ec2/vpcEndpoint:VpcEndpoint of type Interface", async () => {
    const [one, two] = subnetIds();
    await live(
      "aws:ec2/vpcEndpoint:VpcEndpoint",
      {
        vpcId: vpc.id,
        serviceName: "com.amazonaws.eu-central-1.ecr.api",
        vpcEndpointType: "Interface",
        subnetIds: [one],
        securityGroupIds: [group.id],
        privateDnsEnabled: true,
      },
      { subnetIds: [two], privateDnsEnabled: false },
    );
    expect(await interfacesIn(two)).toEqual([]);
  });

  it("aws:ec2/launchTemplate:LaunchTemplate", async () => {
    const token = "aws:ec2/launchTemplate:LaunchTemplate";
    const disk = (volumeSize: number) => ({
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
    });
    const inputs = {
      ...disk(20),
      instanceType: "t3.large",
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 2 },
      tagSpecifications: [{ resourceType: "instance", tags: { a: "1" } }],
      updateDefaultVersion: true,
      tags: { a: "1" },
    };
    await live(token, inputs, { ...disk(30), description: "larger", tags: { b: "2" } });
    const made = await make(token, { ...inputs, updateDefaultVersion: false });
    const outputs = await update(token, made, inputs, { ...inputs, ...disk(40) });
    expect(outputs).toMatchObject({ latestVersion: 2, defaultVersion: 2 });
    await drop(token, { id: made.id, outputs });
  });
});

it("API faults reach the client as the service's own errors", async () => {
  const eks = new EKSClient({ endpoint: bench.world.endpoint, region: "eu-central-1", credentials, maxAttempts: 1 });
  const describeCluster = () => eks.send(new DescribeClusterCommand({ name: "nobody" }));
  bench.world.apiFaults.set({ cloud: "aws", service: "eks", how: "throttle", share: 1 });
  await expect(describeCluster()).rejects.toMatchObject({ name: "ThrottlingException" });
  bench.world.apiFaults.heal("aws", "eks");
  await expect(describeCluster()).rejects.toMatchObject({ name: "ResourceNotFoundException" });
});
