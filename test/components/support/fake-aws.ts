type Properties = Readonly<Record<string, unknown>>;
type Computed = (name: string, inputs: Properties) => Properties;

const ACCOUNT = "123456789012";
const REGION = "eu-central-1";
const arn = (service: string, rest: unknown) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

/** What AWS would add to a resource's inputs. */
export const FAKE_AWS: Readonly<Record<string, Computed>> = {
  "aws:acm/certificate:Certificate": (_, { domainName, subjectAlternativeNames = [] }) => ({
    arn: arn("acm", "certificate/1"),
    domainValidationOptions: [String(domainName), ...[subjectAlternativeNames].flat().map(String)].map((domain) => ({
      domainName: domain,
      resourceRecordName: `_proof.${domain.replace("*.", "")}.`,
      resourceRecordType: "CNAME",
      resourceRecordValue: "_proof.acm-validations.aws.",
    })),
  }),
  "aws:cloudwatch/logGroup:LogGroup": (_, { name }) => ({ arn: arn("logs", `log-group:${name}`) }),
  "aws:ec2/launchTemplate:LaunchTemplate": () => ({ latestVersion: 3 }),
  "aws:ec2/vpc:Vpc": () => ({ ownerId: ACCOUNT }),
  "aws:ecr/repository:Repository": (_, { name }) => ({
    repositoryUrl: `${ACCOUNT}.dkr.ecr.${REGION}.amazonaws.com/${name}`,
  }),
  "aws:eks/cluster:Cluster": (_, { name, vpcConfig }) => ({
    endpoint: "https://eks.test",
    certificateAuthority: { data: "Y2E=" },
    arn: arn("eks", `cluster/${name}`),
    identities: [{ oidcs: [{ issuer: "https://oidc.eks.test/id/1" }] }],
    vpcConfig: { ...Object(vpcConfig), clusterSecurityGroupId: "sg-nodes" },
  }),
  "aws:eks/nodeGroup:NodeGroup": (_, { nodeGroupName }) => ({
    resources: [{ autoscalingGroups: [{ name: `eks-${nodeGroupName}-1` }] }],
  }),
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": () => ({
    arn: `arn:aws:iam::${ACCOUNT}:oidc-provider/oidc.eks.test/id/1`,
  }),
  "aws:iam/role:Role": (name) => ({ name: `${name}-1`, arn: `arn:aws:iam::${ACCOUNT}:role/${name}-1` }),
  "aws:kms/key:Key": () => ({ keyId: "key-1", arn: arn("kms", "key/key-1") }),
  "aws:lb/loadBalancer:LoadBalancer": (_, { name }) => ({
    arn: arn("elasticloadbalancing", `loadbalancer/app/${name}/1`),
    arnSuffix: `app/${name}/1`,
    dnsName: `${name}-1.${REGION}.elb.amazonaws.com`,
    zoneId: "ZELB",
  }),
  "aws:lb/targetGroup:TargetGroup": (_, { name }) => ({
    arn: arn("elasticloadbalancing", `targetgroup/${name}/1`),
    arnSuffix: `targetgroup/${name}/1`,
  }),
  "aws:rds/instance:Instance": (_, { identifier }) => ({
    address: "database.rds.test",
    arn: arn("rds", `db:${identifier}`),
  }),
  "aws:route53/record:Record": (_, { name }) => ({ fqdn: name }),
  "aws:route53/zone:Zone": () => ({ zoneId: "Z1", nameServers: ["ns1.test", "ns2.test"] }),
  "aws:s3/bucket:Bucket": (_, { bucket }) => ({ arn: `arn:aws:s3:::${bucket}` }),
  "aws:secretsmanager/secret:Secret": () => ({ arn: arn("secretsmanager", "secret:login") }),
  "aws:sns/topic:Topic": (_, { name }) => ({ arn: arn("sns", name) }),
};

/** Answers of AWS to invokes. Undefined: none of AWS's. */
export function fakeAwsAnswer(token: string): Record<string, unknown> | undefined {
  if (token !== "aws:index/getCallerIdentity:getCallerIdentity") return undefined;
  return { accountId: ACCOUNT, arn: `arn:aws:iam::${ACCOUNT}:user/test`, userId: "test", id: ACCOUNT };
}
