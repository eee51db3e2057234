import { at, objects, texts } from "./read.ts";
import { type DeclaredResource, type Props, UNKNOWN } from "./resource.ts";

interface Translation {
  /** The type of the aws provider that it is. */
  readonly type: string;
  /** Its inputs, as the aws provider has them. Only what rules read. */
  readonly props: (props: Props) => Props;
}

/** Types of aws-native, whose inputs are CloudFormation's, that rules read. What is not here is said to be not judged. */
const TRANSLATIONS: Readonly<Record<string, Translation>> = {
  "aws-native:s3:Bucket": {
    type: "aws:s3/bucket:Bucket",
    props: (props) => ({
      bucket: props.bucketName,
      versioning: mapped(props.versioningConfiguration, ({ status }) => ({ enabled: status === "Enabled" })),
      serverSideEncryptionConfiguration: mapped(props.bucketEncryption, (encryption) => ({
        rules: list(encryption.serverSideEncryptionConfiguration, (rule) => ({
          applyServerSideEncryptionByDefault: rule.serverSideEncryptionByDefault,
        })),
      })),
      lifecycleRules: list(at(props, "lifecycleConfiguration.rules"), ({ status }) => ({
        enabled: status === "Enabled",
      })),
      publicAccessBlock: props.publicAccessBlockConfiguration,
    }),
  },
  "aws-native:s3:BucketPolicy": {
    type: "aws:s3/bucketPolicy:BucketPolicy",
    props: ({ bucket, policyDocument }) => ({ bucket, policy: policyDocument }),
  },
  "aws-native:ec2:SecurityGroup": {
    type: "aws:ec2/securityGroup:SecurityGroup",
    props: (props) => ({ ingress: list(props.securityGroupIngress, nativeIngress) }),
  },
  "aws-native:ec2:SecurityGroupIngress": {
    type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    props: (props) => ({ ...nativeIngress(props), securityGroupId: props.groupId }),
  },
  "aws-native:ec2:Vpc": { type: "aws:ec2/vpc:Vpc", props: ({ cidrBlock }) => ({ cidrBlock }) },
  "aws-native:ec2:FlowLog": {
    type: "aws:ec2/flowLog:FlowLog",
    props: ({ resourceId, resourceType }) => (resourceType === "VPC" ? { vpcId: resourceId } : {}),
  },
  "aws-native:rds:DbInstance": {
    type: "aws:rds/instance:Instance",
    props: (props) => ({ ...props, enabledCloudwatchLogsExports: props.enableCloudwatchLogsExports }),
  },
  "aws-native:rds:DbParameterGroup": {
    type: "aws:rds/parameterGroup:ParameterGroup",
    props: ({ family, parameters }) => ({
      family,
      parameters:
        parameters === UNKNOWN ? UNKNOWN : Object.entries(Object(parameters)).map(([name, value]) => ({ name, value })),
    }),
  },
  "aws-native:iam:Role": {
    type: "aws:iam/role:Role",
    props: (props) => ({
      assumeRolePolicy: props.assumeRolePolicyDocument,
      managedPolicyArns: props.managedPolicyArns,
      inlinePolicies: list(props.policies, ({ policyDocument }) => ({ policy: policyDocument })),
    }),
  },
  ...Object.fromEntries(
    ["ManagedPolicy", "RolePolicy", "UserPolicy", "GroupPolicy"].map((name) => [
      `aws-native:iam:${name}`,
      { type: "aws:iam/policy:Policy", props: ({ policyDocument }: Props) => ({ policy: policyDocument }) },
    ]),
  ),
  "aws-native:eks:Cluster": {
    type: "aws:eks/cluster:Cluster",
    props: (props) => ({
      vpcConfig: props.resourcesVpcConfig,
      encryptionConfig: mappedList(props.encryptionConfig, (configs) => ({
        resources: configs.flatMap(({ resources }) => texts(resources)),
      })),
      enabledClusterLogTypes: mappedList(at(props, "logging.clusterLogging.enabledTypes"), (types) =>
        types.flatMap(({ type }) => texts(type)),
      ),
    }),
  },
  "aws-native:elasticloadbalancingv2:LoadBalancer": {
    type: "aws:lb/loadBalancer:LoadBalancer",
    props: (props) => {
      const attribute = (key: string) =>
        mappedList(props.loadBalancerAttributes, (all) => all.find((each) => each.key === key)?.value);
      return {
        loadBalancerType: props.type,
        enableDeletionProtection: attribute("deletion_protection.enabled"),
        dropInvalidHeaderFields: attribute("routing.http.drop_invalid_header_fields.enabled"),
      };
    },
  },
  "aws-native:elasticloadbalancingv2:Listener": {
    type: "aws:lb/listener:Listener",
    props: (props) => ({
      ...props,
      defaultActions: list(props.defaultActions, (action) => ({ ...action, redirect: action.redirectConfig })),
    }),
  },
  "aws-native:kms:Key": { type: "aws:kms/key:Key", props: (props) => props },
  "aws-native:secretsmanager:Secret": { type: "aws:secretsmanager/secret:Secret", props: () => ({}) },
  "aws-native:logs:LogGroup": { type: "aws:cloudwatch/logGroup:LogGroup", props: (props) => props },
  "aws-native:sns:Topic": { type: "aws:sns/topic:Topic", props: (props) => props },
  "aws-native:sns:Subscription": { type: "aws:sns/topicSubscription:TopicSubscription", props: (props) => props },
  "aws-native:ecr:Repository": { type: "aws:ecr/repository:Repository", props: (props) => props },
  "aws-native:ec2:LaunchTemplate": {
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    props: ({ launchTemplateData }) => (launchTemplateData === UNKNOWN ? {} : Object(launchTemplateData)),
  },
  "aws-native:ec2:Instance": { type: "aws:ec2/instance:Instance", props: (props) => props },
};

/** A resource of aws-native as the aws provider would declare it. Undefined: it is none, or of a type that no rule reads. */
export function awsNativeResource(resource: DeclaredResource): DeclaredResource | undefined {
  const translation = TRANSLATIONS[resource.type];
  if (translation === undefined) return undefined;
  const props = { ...translation.props(resource.props), tags: tagsOf(resource.props.tags) };
  return { ...resource, type: translation.type, props };
}

function nativeIngress({ ipProtocol, fromPort, toPort, cidrIp, cidrIpv6 }: Props): Props {
  return { ipProtocol, fromPort, toPort, cidrIpv4: cidrIp, cidrIpv6 };
}

/** CloudFormation writes tags as a list of keys and values. */
function tagsOf(tags: unknown): unknown {
  if (!Array.isArray(tags)) return tags;
  return Object.fromEntries(objects(tags).map(({ key, value }) => [String(key), value]));
}

/** What is not set or not known stays so. */
function mapped(value: unknown, map: (value: Props) => unknown): unknown {
  return typeof value === "object" && value !== null ? map(Object(value)) : value;
}

function mappedList(value: unknown, map: (items: readonly Props[]) => unknown): unknown {
  return Array.isArray(value) ? map(objects(value)) : value;
}

function list(value: unknown, map: (item: Props) => Props): unknown {
  return mappedList(value, (items) => items.map(map));
}
