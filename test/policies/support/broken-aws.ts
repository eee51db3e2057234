import type { Broken } from "./broken.ts";
import { add, addLike, remove, set } from "./mutate.ts";

const database = { type: "aws:rds/instance:Instance" };
const parameters = { type: "aws:rds/parameterGroup:ParameterGroup" };
const bucket = { type: "aws:s3/bucket:Bucket" };
const cluster = { type: "aws:eks/cluster:Cluster" };
const template = { type: "aws:ec2/launchTemplate:LaunchTemplate" };
const policy = { type: "aws:s3/bucketPolicy:BucketPolicy" };
const balancer = { type: "aws:lb/loadBalancer:LoadBalancer" };
const listener = { type: "aws:lb/listener:Listener", name: "entrance-service-a" };
const images = "registry-pilotlight/service-a";
const repository = { type: "aws:ecr/repository:Repository", name: images };
const stack = "cloudphoenix-primary";

const everything = JSON.stringify({ Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }] });
const TLS_ONLY = {
  Effect: "Deny",
  Principal: "*",
  Action: "s3:*",
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

export const BROKEN_AWS: readonly Broken[] = [
  {
    rule: "aws-database-encrypted",
    stack,
    mutation: set(database, "storageEncrypted", false),
    resource: "database-instance",
    messages: ["storageEncrypted: false; right would be: true"],
  },
  {
    rule: "aws-database-multi-az",
    stack,
    mutation: set(database, "multiAz", undefined),
    resource: "database-instance",
    messages: ["multiAz is not set; right would be: true"],
  },
  {
    rule: "aws-database-backups",
    stack,
    mutation: set(database, "backupRetentionPeriod", 6),
    resource: "database-instance",
    messages: ["backupRetentionPeriod: 6; right would be: 7 days or more"],
  },
  {
    rule: "aws-database-kept",
    stack,
    mutation: [...set(database, "deletionProtection", false), ...set(database, "skipFinalSnapshot", true)],
    resource: "database-instance",
    messages: ["deletionProtection: false; right would be: true", "skipFinalSnapshot: true; right would be: false"],
  },
  {
    rule: "aws-database-not-public",
    stack,
    first: set(database, "publiclyAccessible", false),
    mutation: set(database, "publiclyAccessible", true),
    resource: "database-instance",
    messages: ["publiclyAccessible: true; right would be: false"],
  },
  {
    rule: "aws-database-logs",
    stack,
    mutation: set(database, "enabledCloudwatchLogsExports", ["upgrade"]),
    resource: "database-instance",
    messages: ['enabledCloudwatchLogsExports: ["upgrade"]; right would be: a list with postgresql'],
  },
  {
    rule: "aws-database-tls",
    stack,
    mutation: set(parameters, "parameters.0.value", "0"),
    resource: "database-parameters-16",
    messages: ["parameters.rds.force_ssl: 0; right would be: 1"],
  },
  {
    rule: "aws-bucket-encrypted",
    stack,
    mutation: remove({
      type: "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    }),
    resource: "objects-bucket",
    messages: ["it has no BucketServerSideEncryptionConfiguration with an algorithm"],
  },
  {
    rule: "aws-bucket-versioned",
    stack,
    mutation: set({ type: "aws:s3/bucketVersioning:BucketVersioning" }, "versioningConfiguration.status", "Suspended"),
    resource: "objects-bucket",
    messages: ["it has no BucketVersioning with status Enabled"],
  },
  {
    rule: "aws-bucket-lifecycle",
    stack,
    mutation: remove({ type: "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration" }),
    resource: "objects-bucket",
    messages: ["it has no BucketLifecycleConfiguration with an enabled rule"],
  },
  {
    rule: "aws-bucket-closed",
    stack,
    mutation: remove({ type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" }),
    resource: "objects-bucket",
    messages: ["it has no BucketPublicAccessBlock"],
  },
  {
    rule: "aws-bucket-block-complete",
    stack,
    mutation: set({ type: "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock" }, "blockPublicPolicy", false),
    resource: "objects-private",
    messages: ["blockPublicPolicy: false; right would be: true"],
  },
  {
    rule: "aws-bucket-tls",
    stack,
    mutation: remove(policy),
    resource: "objects-bucket",
    messages: ["it has no BucketPolicy that denies what does not come over TLS"],
  },
  {
    rule: "aws-bucket-policy-narrow",
    stack,
    mutation: set(
      policy,
      "policy",
      JSON.stringify({
        Statement: [TLS_ONLY, { Effect: "Allow", Principal: { AWS: "*" }, Action: "s3:GetObject", Resource: "x" }],
      }),
    ),
    resource: "objects-tls",
    messages: ['policy: Allow to "*" without a condition; right would be: named principals'],
  },
  {
    rule: "aws-bucket-kept",
    stack,
    mutation: set(bucket, "forceDestroy", true),
    resource: "objects-bucket",
    messages: ["forceDestroy: true; right would be: false"],
  },
  {
    rule: "aws-ingress-narrow",
    stack,
    mutation: set({ type: "aws:ec2/securityGroup:SecurityGroup", name: "database-access" }, "ingress.0.cidrBlocks", [
      "0.0.0.0/0",
    ]),
    resource: "database-access",
    messages: ["port 5432 open to 0.0.0.0/0; right would be: only 443 for everybody"],
  },
  {
    rule: "aws-network-flow-logs",
    stack,
    mutation: remove({ type: "aws:ec2/flowLog:FlowLog" }),
    resource: "network-vpc",
    messages: ["it has no FlowLog"],
  },
  {
    rule: "aws-cluster-logs",
    stack,
    mutation: set(cluster, "enabledClusterLogTypes", ["api"]),
    resource: "cluster-cluster",
    messages: ['enabledClusterLogTypes: ["api"]; right would be: api, audit, authenticator'],
  },
  {
    rule: "aws-cluster-version",
    stack,
    mutation: set(cluster, "version", "1.29"),
    resource: "cluster-cluster",
    messages: [
      "version: 1.29; right would be: a version with 60 days of support or more (components/kubernetes-versions.ts)",
    ],
  },
  {
    rule: "aws-cluster-secrets-encrypted",
    stack,
    mutation: set(cluster, "encryptionConfig", undefined),
    resource: "cluster-cluster",
    messages: ["encryptionConfig.resources is not set; right would be: [secrets]"],
  },
  {
    rule: "aws-cluster-endpoint-narrow",
    stack,
    mutation: set(cluster, "vpcConfig.publicAccessCidrs", ["0.0.0.0/0"]),
    resource: "cluster-cluster",
    messages: ['vpcConfig.publicAccessCidrs: ["0.0.0.0/0"]; right would be: the networks of those who operate it'],
  },
  {
    rule: "aws-node-imdsv2",
    stack,
    mutation: set(template, "metadataOptions.httpTokens", "optional"),
    resource: "cluster-nodes",
    messages: ["metadataOptions.httpTokens: optional; right would be: required"],
  },
  {
    rule: "aws-node-encrypted",
    stack,
    mutation: set(template, "blockDeviceMappings.0.ebs.encrypted", "false"),
    resource: "cluster-nodes",
    messages: ["blockDeviceMappings./dev/xvda.ebs.encrypted: false; right would be: true"],
  },
  {
    rule: "aws-rights-narrow",
    stack,
    mutation: set({ type: "aws:iam/rolePolicy:RolePolicy", name: "pods-objects" }, "policy", everything),
    resource: "pods-objects",
    messages: ['policy: Allow "*" on "*"; right would be: named actions on named resources'],
  },
  {
    rule: "aws-trust-narrow",
    stack,
    mutation: set(
      { type: "aws:iam/role:Role", name: "cluster-nodes" },
      "assumeRolePolicy",
      JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }] }),
    ),
    resource: "cluster-nodes",
    messages: ['assumeRolePolicy: Allow to "*" without a condition; right would be: named principals'],
  },
  {
    rule: "aws-key-rotated",
    stack,
    mutation: set({ type: "aws:kms/key:Key" }, "enableKeyRotation", false),
    resource: "key-key",
    messages: ["enableKeyRotation: false; right would be: true"],
  },
  {
    rule: "aws-secret-recoverable",
    stack,
    mutation: set({ type: "aws:secretsmanager/secret:Secret" }, "recoveryWindowInDays", 0),
    resource: "login-secret",
    messages: ["recoveryWindowInDays: 0; right would be: 7 or more"],
  },
  {
    rule: "aws-log-retention",
    stack,
    mutation: set({ type: "aws:cloudwatch/logGroup:LogGroup", name: "cluster-logs" }, "retentionInDays", 7),
    resource: "cluster-logs",
    messages: ["retentionInDays: 7; right would be: 30 or more"],
  },
  {
    rule: "aws-topic-encrypted",
    stack,
    mutation: set({ type: "aws:sns/topic:Topic" }, "kmsMasterKeyId", undefined),
    resource: "alarms-topic",
    messages: ["kmsMasterKeyId is not set; right would be: a key"],
  },
  {
    rule: "aws-topic-https",
    stack,
    mutation: set({ type: "aws:sns/topicSubscription:TopicSubscription" }, "protocol", "http"),
    resource: "alarms-receiver",
    messages: ["protocol: http; right would be: https"],
  },
  {
    rule: "aws-entrance-https",
    stack,
    mutation: set({ type: "aws:lb/listener:Listener", name: "entrance-80-redirect" }, "defaultActions", [
      { type: "forward", targetGroupArn: "group" },
    ]),
    resource: "entrance-80-redirect",
    messages: ["protocol: HTTP; right would be: HTTPS, or a redirect to it"],
  },
  {
    rule: "aws-entrance-tls",
    stack,
    mutation: set(listener, "sslPolicy", "ELBSecurityPolicy-2016-08"),
    resource: "entrance-service-a",
    messages: ["sslPolicy: ELBSecurityPolicy-2016-08; right would be: ELBSecurityPolicy-TLS13-1-2-2021-06 or later"],
  },
  {
    rule: "aws-entrance-kept",
    stack,
    mutation: set(balancer, "enableDeletionProtection", false),
    resource: "entrance-balancer",
    messages: ["enableDeletionProtection: false; right would be: true"],
  },
  {
    rule: "aws-entrance-strict",
    stack,
    mutation: set(balancer, "dropInvalidHeaderFields", undefined),
    resource: "entrance-balancer",
    messages: ["dropInvalidHeaderFields is not set; right would be: true"],
  },
  {
    rule: "aws-images-scanned",
    stack,
    mutation: set(repository, "imageScanningConfiguration.scanOnPush", false),
    resource: images,
    messages: ["imageScanningConfiguration.scanOnPush: false; right would be: true"],
  },
  {
    rule: "aws-images-immutable",
    stack,
    mutation: set(repository, "imageTagMutability", "MUTABLE"),
    resource: images,
    messages: ["imageTagMutability: MUTABLE; right would be: IMMUTABLE"],
  },
  {
    rule: "aws-tags",
    stack,
    mutation: set(database, "tags.environment", undefined),
    resource: "database-instance",
    messages: ["tags without environment; right would be: all of application, environment, site, managed-by"],
  },
  {
    rule: "aws-namespace-closed",
    stack,
    mutation: remove({ type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", name: "workload-deny" }),
    resource: "workload-namespace",
    messages: ["it has no NetworkPolicy that refuses what is not allowed"],
  },
  {
    rule: "aws-namespace-restricted",
    stack,
    mutation: addLike({ type: "kubernetes:core/v1:Namespace", name: "workload-namespace" }, "playground", {
      metadata: { name: "cloudphoenix", labels: {} },
    }),
    resource: "playground",
    messages: ["metadata.labels.pod-security.kubernetes.io/enforce is not set; right would be: restricted"],
  },
  {
    rule: "aws-ingress-narrow-together",
    stack,
    mutation: ["4.0.0.0/6", "8.0.0.0/6"].flatMap((cidrIpv4, index) =>
      add("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", `half-${index}`, {
        securityGroupId: "sg-0123456789abcdef0",
        ipProtocol: "tcp",
        fromPort: 22,
        toPort: 22,
        cidrIpv4,
      }),
    ),
    resource: "half-0",
    messages: ["port 22 open to 4.0.0.0/6, 8.0.0.0/6; right would be: only 443 for everybody"],
  },
  {
    rule: "aws-prefix-list-narrow",
    withoutEngine: true,
    stack,
    mutation: add("aws:ec2/managedPrefixList:ManagedPrefixList", "offices", {
      addressFamily: "IPv4",
      maxEntries: 2,
      entries: [{ cidr: "0.0.0.0/1" }, { cidr: "128.0.0.0/1" }],
    }),
    resource: "offices",
    messages: ["entries: 0.0.0.0/1, 128.0.0.0/1; right would be: the networks of those who are meant"],
  },
  {
    rule: "aws-types-judged",
    withoutEngine: true,
    stack,
    mutation: add("aws:ec2/networkAclRule:NetworkAclRule", "office", {
      networkAclId: "acl-0123456789abcdef0",
      ruleNumber: 1,
      protocol: "tcp",
      ruleAction: "allow",
      cidrBlock: "10.0.0.0/8",
    }),
    resource: "office",
    messages: [
      "not judged: aws:ec2/networkAclRule:NetworkAclRule is a filter of network traffic, and no rule of this pack reads that type",
    ],
  },
  {
    rule: "aws-resource-policy-narrow",
    withoutEngine: true,
    stack,
    mutation: add("aws:sqs/queuePolicy:QueuePolicy", "orders", {
      queueUrl: "https://sqs.eu-central-1.amazonaws.com/123456789012/orders",
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Principal: "*", Action: "sqs:*", Resource: "*" }] }),
    }),
    resource: "orders",
    messages: ['policy: Allow to "*" without a condition; right would be: named principals'],
  },
];
