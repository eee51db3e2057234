import type { Rule, StackRule } from "../shared/rule.ts";
import { type Kind, unjudgedRule } from "../shared/unjudged.ts";

/** What the pack has rules for, in the words of any provider of AWS. */
const KINDS: readonly Kind[] = [
  {
    name: "a store of objects or files",
    types: /^(s3|s3express|s3tables|s3outposts|s3control|glacier|efs|fsx):.*(Bucket|Vault|AccessPoint|FileSystem)$/i,
  },
  {
    name: "a database",
    types:
      /^(rds|docdb|docdbelastic|neptune|dynamodb|dsql|elasticache|memorydb|redshift|redshiftserverless|cassandra|keyspaces|timestream\w*|lightsail):(Db)?(Cluster|ClusterInstance|Instance|Table|GlobalCluster|GlobalTable|ReplicationGroup|ServerlessCache|ShardGroup|Namespace|Workgroup|Proxy|Database|ParameterGroup|ClusterParameterGroup)$/i,
  },
  {
    name: "a filter of network traffic",
    types:
      /^(ec2|vpc|networkfirewall|lightsail):(SecurityGroup|SecurityGroupRule|SecurityGroupIngress\w*|NetworkAcl\w*|DefaultNetworkAcl|ManagedPrefixListEntry|PrefixList|Firewall|FirewallPolicy|InstancePublicPorts)$/i,
  },
  {
    name: "a way in for users",
    types:
      /^(lb|elb|elasticloadbalancing|elasticloadbalancingv2|apigateway|apigatewayv2|appsync|cloudfront|globalaccelerator|apprunner|vpclattice|lightsail):(LoadBalancer|Listener|ListenerRule|RestApi|Api|GraphqlApi|GraphQLApi|Distribution|Accelerator|Service|DomainName|Lb)$/i,
  },
  {
    name: "a cluster",
    types:
      /^(eks|ecs|emr|emrcontainers|batch):(Cluster|Service|TaskDefinition|FargateProfile|NodeGroup|ComputeEnvironment|VirtualCluster)$/i,
  },
  {
    name: "a machine or its volume",
    types:
      /^(ec2|ebs|autoscaling|lightsail):(Instance|LaunchTemplate|LaunchConfiguration|Fleet|Ec2Fleet|SpotFleet|SpotFleetRequest|SpotInstanceRequest|Volume)$/i,
  },
  {
    name: "a statement of rights",
    types:
      /^(iam|s3|s3control|sns|sqs|kms|secretsmanager|ecr|ecrpublic|efs|lambda|organizations|ssoadmin|backup|glacier|elasticsearch|opensearch):(?!LifecyclePolicy).*(Policy|PolicyAttachment|PolicyAttachmentsExclusive|PoliciesExclusive|TopicInlinePolicy|QueueInlinePolicy|Permission|Role)$/i,
  },
  {
    name: "a key or a secret",
    types: /^(kms|secretsmanager|ssm):(Key|ExternalKey|ReplicaKey|ReplicaExternalKey|Secret|Parameter)$/i,
  },
  {
    name: "a log or a topic",
    types:
      /^(logs|cloudwatch|sns|sqs|kinesis|cloudtrail):(LogGroup|Topic|TopicSubscription|Subscription|Queue|Stream|Trail)$/i,
  },
  { name: "a registry of images", types: /^(ecr|ecrpublic):(Repository|PublicRepository|RegistryPolicy)$/i },
  {
    name: "a template that makes resources of its own",
    types:
      /^(cloudformation|cloudcontrol|cloudcontrolapi|index|servicecatalog):(Stack|StackSet|Resource|ExtensionResource|CustomResourceEmulator|ProvisionedProduct|CloudFormationProvisionedProduct)$/i,
  },
];

export function awsUnjudgedRule(rules: readonly Rule[]): StackRule {
  return unjudgedRule({ cloud: "aws", providers: ["aws", "aws-native"], foreign: ["awscc"], kinds: KINDS }, rules);
}
