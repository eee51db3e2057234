import { describe, expect, it } from "vitest";
import { awsRules } from "../../policies/aws/rules.ts";
import { azureRules } from "../../policies/azure/rules.ts";
import { drRules } from "../../policies/dr/rules.ts";
import { judge } from "../../policies/shared/judge.ts";
import { type DeclaredResource, type Props, UNKNOWN } from "../../policies/shared/resource.ts";
import type { Rule } from "../../policies/shared/rule.ts";

const AWS = { rules: awsRules, stack: "orders-primary" } as const;
const AZURE = { rules: azureRules, stack: "orders-standby" } as const;

interface Pack {
  readonly rules: readonly Rule[];
  readonly stack: string;
}

function resource(type: string, props: Props, more: Partial<DeclaredResource> = {}): DeclaredResource {
  const name = more.name ?? "it";
  const urn = `urn:pulumi:orders::pilotlight::${type}::${name}`;
  return { urn, type, name, props, protect: true, parent: "", dependencies: [], ...more };
}

/** Names of the rules that find something in these resources. */
function found({ rules, stack }: Pack, ...resources: readonly DeclaredResource[]): readonly string[] {
  const inStack = resources.map((each) => ({ ...each, urn: each.urn.replace("pulumi:orders:", `pulumi:${stack}:`) }));
  const linked = inStack.map((each) => ({
    ...each,
    dependencies: each.dependencies.map((urn) => urn.replace("pulumi:orders:", `pulumi:${stack}:`)),
  }));
  return judge(rules, { name: stack, resources: linked }).map(({ rule }) => rule);
}

describe("a type of azure-native", () => {
  const open = {
    accountName: "orders",
    enableHttpsTrafficOnly: false,
    minimumTlsVersion: "TLS1_0",
    allowBlobPublicAccess: true,
  };

  it.each([
    "azure-native:storage:StorageAccount",
    "azure-native:storage/v20230101:StorageAccount",
    "azure-native:storage/v20210801preview:StorageAccount",
    "azure-native_storage_v20230101:storage:StorageAccount",
    "azure-native_storage_v20240101:storage/v20240101:StorageAccount",
    "azure-nextgen:storage/latest:StorageAccount",
  ])("is judged as %s", (type) => {
    const rules = ["azure-storage-https", "azure-storage-tls", "azure-storage-not-public", "azure-tags"];
    expect(found(AZURE, resource(type, { ...open, tags: {} }))).toEqual(expect.arrayContaining(rules));
    expect(found({ rules: drRules, stack: AZURE.stack }, resource(type, open, { protect: false }))).toContain(
      "dr-data-protected",
    );
  });

  it("is found under the module of an older version", () => {
    const plain = { monitorConfig: { protocol: "HTTP" }, tags: {} };
    for (const type of [
      "azure-native:network:Profile",
      "azure-native:network/v20220401:Profile",
      "azure-native:trafficmanager/v20220401:Profile",
    ]) {
      expect(found(AZURE, resource(type, plain)), type).toContain("azure-entrance-https");
    }
    const vault = resource("azure-native:keyvault/v20230701:Vault", { vaultName: "orders" });
    const setting = {
      resourceUri: "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/orders",
      logs: [{ enabled: true }],
    };
    const logs = resource("azure-native:insights/v20210501preview:DiagnosticSetting", setting);
    expect(found(AZURE, vault)).toContain("azure-logs");
    expect(found(AZURE, vault, logs)).not.toContain("azure-logs");
  });

  it("of another shape is said to be not judged", () => {
    for (const type of [
      "azure-native:dbforpostgresql/v20171201:Server",
      "azure-native_dbforpostgresql_v20171201:dbforpostgresql:Server",
    ]) {
      expect(found(AZURE, resource(type, { serverName: "orders" })), type).toEqual(["azure-types-judged"]);
    }
  });
});

describe("an older or other type of AWS", () => {
  it.each(["alb", "applicationloadbalancing", "elasticloadbalancingv2", "lb"])(
    "aws:%s is a load balancer like any other",
    (module) => {
      const rules = found(
        AWS,
        resource(`aws:${module}/loadBalancer:LoadBalancer`, { tags: {} }),
        resource(`aws:${module}/listener:Listener`, { port: 80, defaultActions: [{ type: "forward" }] }),
      );
      expect(rules).toEqual(["aws-entrance-https", "aws-entrance-kept", "aws-entrance-strict", "aws-tags"]);
    },
  );

  it("a default security group and a default VPC are judged", () => {
    const ingress = [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }];
    expect(found(AWS, resource("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", { ingress }))).toContain(
      "aws-ingress-narrow",
    );
    expect(found(AWS, resource("aws:ec2/defaultVpc:DefaultVpc", {}))).toContain("aws-network-flow-logs");
  });

  it("a BucketV2 without anything lacks everything", () => {
    const rules = found(AWS, resource("aws:s3/bucketV2:BucketV2", { bucket: "orders" }));
    expect(rules).toEqual(
      expect.arrayContaining([
        "aws-bucket-closed",
        "aws-bucket-versioned",
        "aws-bucket-encrypted",
        "aws-bucket-lifecycle",
        "aws-bucket-tls",
      ]),
    );
  });
});

describe("settings of a bucket", () => {
  const inside = ["aws-bucket-versioned", "aws-bucket-encrypted", "aws-bucket-lifecycle"];
  const defaults = { sseAlgorithm: "aws:kms" };

  it.each([
    {
      versioning: { enabled: true },
      serverSideEncryptionConfiguration: { rule: { applyServerSideEncryptionByDefault: defaults } },
      lifecycleRules: [{ enabled: true }],
    },
    {
      versionings: [{ enabled: true }],
      serverSideEncryptionConfigurations: [{ rules: [{ applyServerSideEncryptionByDefaults: [defaults] }] }],
      lifecycleRules: [{ enabled: true }],
    },
    { versioning: UNKNOWN, serverSideEncryptionConfiguration: UNKNOWN, lifecycleRules: UNKNOWN },
  ])("count inside it", (props) => {
    for (const type of ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"]) {
      const rules = found(AWS, resource(type, props));
      expect(
        rules.filter((rule) => inside.includes(rule)),
        type,
      ).toEqual([]);
    }
  });

  it("count inside it only where they are on", () => {
    const off = {
      versioning: { enabled: false },
      serverSideEncryptionConfiguration: { rule: {} },
      lifecycleRules: [{ enabled: false }],
    };
    expect(found(AWS, resource("aws:s3/bucket:Bucket", off))).toEqual(expect.arrayContaining(inside));
  });

  it("count beside it, by reference and by name, and not those of another bucket", () => {
    const bucket = resource("aws:s3/bucket:Bucket", { bucket: "orders-data" });
    const versions = (of: string, more = {}) =>
      resource(
        "aws:s3/bucketVersioningV2:BucketVersioningV2",
        { bucket: of, versioningConfiguration: { status: "Enabled" } },
        more,
      );
    expect(found(AWS, bucket, versions("elsewhere", { dependencies: [bucket.urn] }))).not.toContain(
      "aws-bucket-versioned",
    );
    expect(found(AWS, bucket, versions("orders-data"))).not.toContain("aws-bucket-versioned");
    expect(found(AWS, bucket, versions("data"))).toContain("aws-bucket-versioned");
    expect(found(AWS, bucket, versions("other-orders-data"))).toContain("aws-bucket-versioned");
  });

  it("with its policy inside is judged by it", () => {
    const policy = JSON.stringify({
      Statement: [{ Effect: "Allow", Principal: "*", Action: "s3:GetObject", Resource: "*" }],
    });
    expect(found(AWS, resource("aws:s3/bucket:Bucket", { policy }))).toContain("aws-bucket-policy-narrow");
    const denies = {
      Statement: [
        { Effect: "Deny", Principal: "*", Action: "s3:*", Condition: { Bool: { "aws:securetransport": ["false"] } } },
      ],
    };
    expect(found(AWS, resource("aws:s3/bucket:Bucket", { policy: JSON.stringify(denies) }))).not.toContain(
      "aws-bucket-tls",
    );
  });
});

describe("a parent named by its name", () => {
  it("has its settings, databases and endpoints", () => {
    const account = resource("azure-native:storage:StorageAccount", { accountName: "orders", resourceGroupName: "g" });
    const blobs = (props: Props) =>
      resource("azure-native:storage/v20230101:BlobServiceProperties", { isVersioningEnabled: true, ...props });
    expect(found(AZURE, account, blobs({ accountName: "ORDERS", resourceGroupName: "G" }))).not.toContain(
      "azure-storage-versioned",
    );
    expect(found(AZURE, account, blobs({ accountName: "others", resourceGroupName: "g" }))).toContain(
      "azure-storage-versioned",
    );
    expect(found(AZURE, account, blobs({ accountName: "orders", resourceGroupName: "h" }))).toContain(
      "azure-storage-versioned",
    );
    const id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/orders";
    const endpoint = resource("azure-native:network:PrivateEndpoint", {
      privateLinkServiceConnections: [{ privateLinkServiceId: id }],
    });
    expect(found(AZURE, account, endpoint)).not.toContain("azure-private-endpoints");
    const container = resource("azure-native:storage:BlobContainer", {
      accountName: "orders",
      containerName: "objects",
    });
    const counterpart = { "dr-objects-counterpart": { objects: true } };
    const stack = { name: AZURE.stack, resources: [account, container] };
    expect(judge(drRules, stack, counterpart).map(({ rule }) => rule)).not.toContain("dr-objects-counterpart");
    const server = resource("azure-native:dbforpostgresql:Server", { serverName: "orders" });
    const level = resource("azure-native:dbforpostgresql:Configuration", {
      serverName: "orders",
      configurationName: "wal_level",
      value: "LOGICAL",
    });
    expect(found({ rules: drRules, stack: AZURE.stack }, server, level)).not.toContain("dr-replication-ready");
  });
});

describe("rights inside a role", () => {
  it("are judged like those beside it", () => {
    const everything = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
    const admin = "arn:aws:iam::aws:policy/AdministratorAccess";
    const broken: readonly (readonly [string, Props])[] = [
      ["aws:iam/role:Role", { inlinePolicies: [{ name: "all", policy: everything }] }],
      ["aws:iam/role:Role", { managedPolicyArns: [admin] }],
      ["aws:iam/userPolicyAttachment:UserPolicyAttachment", { policyArn: admin }],
      ["aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive", { policyArns: [admin] }],
      ["aws-native:iam:Role", { policies: [{ policyName: "all", policyDocument: JSON.parse(everything) }] }],
      [
        "aws-native:iam:ManagedPolicy",
        { policyDocument: { Statement: { Effect: "Allow", Action: ["*"], NotResource: "arn:aws:s3:::x" } } },
      ],
    ];
    for (const [type, props] of broken) expect(found(AWS, resource(type, props)), type).toContain("aws-rights-narrow");
  });
});

describe("a type of aws-native", () => {
  it("is judged by the rules of its twin", () => {
    const bare = resource("aws-native:s3:Bucket", {
      bucketName: "orders",
      publicAccessBlockConfiguration: { blockPublicAcls: true },
    });
    expect(found(AWS, bare)).toEqual(
      expect.arrayContaining([
        "aws-bucket-encrypted",
        "aws-bucket-versioned",
        "aws-bucket-lifecycle",
        "aws-bucket-closed",
        "aws-bucket-tls",
      ]),
    );
    const sound = resource("aws-native:s3:Bucket", {
      bucketName: "orders",
      versioningConfiguration: { status: "Enabled" },
      bucketEncryption: {
        serverSideEncryptionConfiguration: [{ serverSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
      },
      lifecycleConfiguration: { rules: [{ status: "Enabled" }] },
      publicAccessBlockConfiguration: {
        blockPublicAcls: true,
        blockPublicPolicy: true,
        ignorePublicAcls: true,
        restrictPublicBuckets: true,
      },
      tags: ["application", "environment", "site", "managed-by"].map((key) => ({ key, value: "x" })),
    });
    const policy = resource("aws-native:s3:BucketPolicy", {
      bucket: "orders",
      policyDocument: {
        Statement: [
          { Effect: "Deny", Principal: "*", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } },
        ],
      },
    });
    expect(found(AWS, sound, policy)).toEqual([]);
    const open = [{ ipProtocol: "tcp", fromPort: 5432, toPort: 5432, cidrIp: "0.0.0.0/0" }];
    expect(found(AWS, resource("aws-native:ec2:SecurityGroup", { securityGroupIngress: open }))).toContain(
      "aws-ingress-narrow",
    );
    expect(found(AWS, resource("aws-native:ec2:SecurityGroupIngress", { ...open[0], groupId: "sg-1" }))).toContain(
      "aws-ingress-narrow",
    );
    expect(
      found(AWS, resource("aws-native:rds:DbInstance", { publiclyAccessible: true, storageEncrypted: false })),
    ).toEqual(expect.arrayContaining(["aws-database-encrypted", "aws-database-not-public"]));
  });

  it("that no rule reads is said to be not judged", () => {
    for (const type of [
      "aws-native:rds:DbCluster",
      "aws:rds/cluster:Cluster",
      "aws-native:lambda:LayerVersionPermission",
      "awscc:s3/bucket:Bucket",
      "aws:elb/loadBalancer:LoadBalancer",
      "aws:elasticloadbalancing/loadBalancer:LoadBalancer",
      "aws:cloudformation/stack:Stack",
      "aws:dynamodb/table:Table",
    ]) {
      expect(found(AWS, resource(type, {})), type).toEqual(["aws-types-judged"]);
    }
    for (const type of [
      "azure:storage/account:Account",
      "azure:network/networkSecurityGroup:NetworkSecurityGroup",
      "azure-native:resources:Deployment",
      "azure-native:app:ContainerApp",
      "azure-native:network/v20240501:ApplicationGateway",
      "azapi:index:Resource",
      "azurerm:index/storageAccount:StorageAccount",
    ]) {
      expect(found(AZURE, resource(type, {})), type).toEqual(["azure-types-judged"]);
    }
    expect(found(AZURE, resource("kubernetes:helm.sh/v3:Release", {}))).toEqual(["azure-types-judged"]);
  });

  it("in a standby is of AWS", () => {
    for (const type of [
      "aws-native:s3:Bucket",
      "pulumi:providers:aws-native",
      "awscc:s3/bucket:Bucket",
      "aws-apigateway:index:RestAPI",
      "pulumi:providers:awsx",
      "eks:index:Cluster",
    ]) {
      expect(found({ rules: drRules, stack: AZURE.stack }, resource(type, {})), type).toContain(
        "dr-standby-independent",
      );
    }
    const pod = { containers: [{ name: "web", image: "public.ecr.aws/nginx/nginx:1" }] };
    const set = resource("kubernetes:apps/v1:StatefulSet", { spec: { template: { spec: pod } } });
    expect(found({ rules: drRules, stack: AZURE.stack }, set)).toContain("dr-standby-independent");
  });
});

describe("the state's backend", () => {
  it("in S3 is in AWS, and behind another endpoint is where that is", () => {
    const resources = [resource("pulumi:pulumi:Stack", {})];
    const judged = (backend: string) => {
      const config = { "dr-control-elsewhere": { primaryCloud: "aws", backend } };
      return judge(drRules, { name: AZURE.stack, resources }, config).some(
        ({ rule }) => rule === "dr-control-elsewhere",
      );
    };
    expect(judged("s3://state")).toBe(true);
    expect(judged("s3://state?endpoint=s3.eu-central-1.amazonaws.com")).toBe(true);
    expect(judged("s3://state?endpoint=minio.example:9000")).toBe(false);
    expect(judged("s3://state?endpoint=https%3A%2F%2F0123abc.r2.cloudflarestorage.com")).toBe(false);
  });
});

describe("a subnet beside its network", () => {
  it("is behind a security group too", () => {
    const bare = resource("azure-native:network/v20240501:Subnet", { subnetName: "data", virtualNetworkName: "n" });
    expect(found(AZURE, bare)).toEqual(["azure-subnet-guarded"]);
    expect(found(AZURE, resource(bare.type, { subnetName: "GatewaySubnet" }))).toEqual([]);
    expect(found(AZURE, resource(bare.type, { subnetName: "data", networkSecurityGroup: { id: UNKNOWN } }))).toEqual(
      [],
    );
  });
});

describe("pods of an older API", () => {
  it("are judged like those of today", () => {
    for (const type of ["kubernetes:extensions/v1beta1:Deployment", "kubernetes:apps/v1beta2:StatefulSet"]) {
      const pod = { containers: [{ name: "web", securityContext: { privileged: true } }] };
      expect(found(AWS, resource(type, { spec: { template: { spec: pod } } })), type).toContain("aws-pod-unprivileged");
    }
  });
});

describe("what is right, written in another way", () => {
  it("is no finding", () => {
    const account = resource("azure-native:storage:StorageAccount", {
      accountName: "orders",
      enableHttpsTrafficOnly: "true",
      minimumTlsVersion: "tls1_2",
      allowBlobPublicAccess: false,
      networkRuleSet: { defaultAction: "deny" },
      tags: { Application: "a", ENVIRONMENT: "b", Site: "c", "Managed-By": "d" },
    });
    const rules = found(AZURE, account);
    for (const rule of [
      "azure-storage-https",
      "azure-storage-tls",
      "azure-storage-firewall",
      "azure-storage-not-public",
      "azure-tags",
    ]) {
      expect(rules).not.toContain(rule);
    }
    const { tags } = account.props;
    expect(found(AWS, resource("aws:s3/bucket:Bucket", { tags }))).not.toContain("aws-tags");
    const parameters = [{ name: "rds.force_ssl", value: 1 }];
    expect(
      found(AWS, resource("aws:rds/parameterGroup:ParameterGroup", { family: "postgres16", parameters })),
    ).not.toContain("aws-database-tls");
  });

  it("is one where it is wrong, whatever its case", () => {
    const rule = {
      name: "ssh",
      access: "allow",
      direction: "inbound",
      protocol: "tcp",
      sourceAddressPrefix: "ANY",
      destinationPortRange: "22",
    };
    expect(found(AZURE, resource("azure-native:network:NetworkSecurityGroup", { securityRules: [rule] }))).toContain(
      "azure-ingress-narrow",
    );
    expect(found(AWS, resource("aws:rds/instance:Instance", { publiclyAccessible: "true" }))).toContain(
      "aws-database-not-public",
    );
  });
});
