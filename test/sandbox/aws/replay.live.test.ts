import {
  CreateSubnetCommand,
  CreateVpcCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import {
  CreateClusterCommand,
  CreateNodegroupCommand,
  CreatePodIdentityAssociationCommand,
  DescribeClusterCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from "@aws-sdk/client-eks";
import { CreateDBInstanceCommand, DescribeDBInstancesCommand, RDSClient } from "@aws-sdk/client-rds";
import {
  ChangeResourceRecordSetsCommand,
  CreateHostedZoneCommand,
  ListHostedZonesCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { expect, it } from "vitest";
import { startAwsWorld, temporaryDirectory } from "./aws-world.ts";
import { fillServices, lookServices } from "./replay-services.ts";

const settings = (endpoint: string) => ({
  endpoint,
  region: "eu-central-1",
  credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
});

/** All that a program can see, without request ids. */
async function look(endpoint: string): Promise<unknown> {
  const ec2 = new EC2Client(settings(endpoint));
  const rds = new RDSClient(settings(endpoint));
  const s3 = new S3Client(settings(endpoint));
  const route53 = new Route53Client(settings(endpoint));
  const secrets = new SecretsManagerClient(settings(endpoint));
  const eks = new EKSClient(settings(endpoint));
  const { cluster } = await eks.send(new DescribeClusterCommand({ name: "main" }));
  const { associations } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: "main" }));
  const { Versions, DeleteMarkers } = await s3.send(new ListObjectVersionsCommand({ Bucket: "kept" }));
  const { DBInstances } = await rds.send(new DescribeDBInstancesCommand({}));
  const large = await s3.send(new GetObjectCommand({ Bucket: "plain", Key: "large" }));
  const part = await s3.send(new GetObjectCommand({ Bucket: "kept", Key: "parts" }));
  return {
    vpcs: (await ec2.send(new DescribeVpcsCommand({}))).Vpcs,
    subnets: (await ec2.send(new DescribeSubnetsCommand({}))).Subnets,
    // The latest restorable time is the time of asking.
    databases: DBInstances?.map(({ LatestRestorableTime: _, ...rest }) => rest),
    zones: (await route53.send(new ListHostedZonesCommand({}))).HostedZones,
    secret: (await secrets.send(new GetSecretValueCommand({ SecretId: "word" }))).ARN,
    cluster: { ...cluster, certificateAuthority: cluster?.certificateAuthority?.data },
    associations,
    Versions,
    DeleteMarkers,
    large: [large.LastModified, (await large.Body?.transformToByteArray())?.length],
    part: await part.Body?.transformToString(),
    services: await lookServices(settings(endpoint)),
  };
}

async function fill(endpoint: string): Promise<void> {
  const ec2 = new EC2Client(settings(endpoint));
  // A read first: it makes the region's default VPC.
  await ec2.send(new DescribeVpcsCommand({}));
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.0.0.0/16" }));
  const subnetIds: string[] = [];
  for (const [at, zone] of ["a", "b"].entries()) {
    const place = { VpcId: Vpc?.VpcId, CidrBlock: `10.0.${at}.0/24`, AvailabilityZone: `eu-central-1${zone}` };
    subnetIds.push((await ec2.send(new CreateSubnetCommand(place))).Subnet?.SubnetId ?? "");
  }
  const eks = new EKSClient(settings(endpoint));
  const roleArn = "arn:aws:iam::123456789012:role/eks";
  await eks.send(new CreateClusterCommand({ name: "main", roleArn, resourcesVpcConfig: { subnetIds } }));
  await eks.send(
    new CreateNodegroupCommand({
      clusterName: "main",
      nodegroupName: "blue",
      nodeRole: roleArn,
      subnets: subnetIds,
      scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 2 },
    }),
  );
  const identity = { clusterName: "main", namespace: "app", serviceAccount: "app", roleArn };
  await eks.send(new CreatePodIdentityAssociationCommand(identity));
  await new RDSClient(settings(endpoint)).send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: "orders",
      Engine: "postgres",
      EngineVersion: "18.1",
      DBInstanceClass: "db.t4g.micro",
      AllocatedStorage: 20,
      MasterUsername: "adm",
      MasterUserPassword: "not-a-real-one",
      DBName: "app",
    }),
  );
  const route53 = new Route53Client(settings(endpoint));
  const { HostedZone } = await route53.send(new CreateHostedZoneCommand({ Name: "app.test", CallerReference: "1" }));
  await route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: HostedZone?.Id,
      ChangeBatch: {
        Changes: [
          {
            Action: "CREATE",
            ResourceRecordSet: {
              Name: "www.app.test",
              Type: "CNAME",
              TTL: 5,
              ResourceRecords: [{ Value: "profile.trafficmanager.net" }],
            },
          },
        ],
      },
    }),
  );
  const zoneId = HostedZone?.Id?.replace("/hostedzone/", "") ?? "";
  await fillServices(settings(endpoint), { vpcId: Vpc?.VpcId ?? "", subnetIds, zoneId });
  await new SecretsManagerClient(settings(endpoint)).send(new CreateSecretCommand({ Name: "word", SecretString: "x" }));
  const s3 = new S3Client(settings(endpoint));
  for (const Bucket of ["plain", "kept"]) {
    await s3.send(
      new CreateBucketCommand({ Bucket, CreateBucketConfiguration: { LocationConstraint: "eu-central-1" } }),
    );
  }
  await s3.send(new PutBucketVersioningCommand({ Bucket: "kept", VersioningConfiguration: { Status: "Enabled" } }));
  for (const Bucket of ["plain", "kept"]) {
    for (const Body of ["1", "2", "3"]) await s3.send(new PutObjectCommand({ Bucket, Key: "a/b c", Body }));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: "a/b c" }));
  }
  await s3.send(new PutObjectCommand({ Bucket: "plain", Key: "large", Body: Buffer.alloc(300_000, 7) }));
  const part = { Bucket: "kept", Key: "parts" };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(part));
  const { ETag } = await s3.send(new UploadPartCommand({ ...part, UploadId, PartNumber: 1, Body: "in parts" }));
  await s3.send(
    new CompleteMultipartUploadCommand({ ...part, UploadId, MultipartUpload: { Parts: [{ ETag, PartNumber: 1 }] } }),
  );
}

it("comes back the same after a stop, and after the death of moto", async () => {
  await using directory = await temporaryDirectory();
  let before: unknown;
  {
    await using world = await startAwsWorld(directory.path, 5);
    await fill(world.endpoint);
    await expect.poll(() => look(world.endpoint)).toMatchObject({ cluster: { status: "ACTIVE" } });
    await expect
      .poll(() => look(world.endpoint))
      .toMatchObject({
        databases: [{ DBInstanceStatus: "available", Endpoint: { Address: "127.15.7.7", Port: 5432 } }],
      });
    expect(world.servers.get("orders")).toMatchObject({ adminUser: "adm", databases: ["app"] });
    await expect.poll(() => world.clusters.get("main")?.get("blue")).toBe(2);
    before = await look(world.endpoint);
    expect(before).toMatchObject({
      services: {
        certificates: [
          [expect.any(String), "issued.app.test", "ISSUED", expect.any(Date)],
          [expect.any(String), "waiting.app.test", "PENDING_VALIDATION", expect.any(Date)],
        ],
        subscriptions: [{ Protocol: "https" }],
      },
    });

    await world.processes.kill("moto");
    await expect.poll(() => look(world.endpoint).catch(() => undefined), { timeout: 30_000 }).toEqual(before);
    expect(world.messages.filter((line) => line.includes("error"))).toEqual([]);
  }
  await using world = await startAwsWorld(directory.path, 5);
  await expect.poll(() => look(world.endpoint), { timeout: 10_000 }).toEqual(before);
  expect([...world.records.values()].flat()).toContainEqual({
    name: "www.app.test",
    type: "CNAME",
    ttl: 5,
    data: "profile.trafficmanager.net",
  });
  expect(world.messages.filter((line) => line.includes("error"))).toEqual([]);
});
