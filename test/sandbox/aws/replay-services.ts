import {
  ACMClient,
  DescribeCertificateCommand,
  ListCertificatesCommand,
  RequestCertificateCommand,
} from "@aws-sdk/client-acm";
import { AutoScalingClient, DescribeAutoScalingGroupsCommand } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  CreateLaunchTemplateCommand,
  CreateVpcEndpointCommand,
  DescribeLaunchTemplatesCommand,
  DescribeVpcEndpointsCommand,
  EC2Client,
} from "@aws-sdk/client-ec2";
import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from "@aws-sdk/client-ecr";
import { CreateAccessEntryCommand, DescribeAccessEntryCommand, EKSClient } from "@aws-sdk/client-eks";
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  ChangeResourceRecordSetsCommand,
  CreateHealthCheckCommand,
  ListHealthChecksCommand,
  Route53Client,
} from "@aws-sdk/client-route-53";
import { CreateTopicCommand, ListSubscriptionsCommand, SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";

export interface Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

const principalArn = "arn:aws:iam::123456789012:role/observer";

/** Something of each service that only a real stack has, in the cluster `main` and the zone. */
export async function fillServices(settings: Settings, place: { vpcId: string; subnetIds: string[]; zoneId: string }) {
  const { vpcId, subnetIds, zoneId } = place;
  const sns = new SNSClient(settings);
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: "alerts" }));
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "https", Endpoint: "https://driver.test" }));
  const alarm = { AlarmName: "cpu", MetricName: "CPU", Namespace: "AWS/RDS", Period: 60, EvaluationPeriods: 1 };
  await new CloudWatchClient(settings).send(
    new PutMetricAlarmCommand({
      ...{ ...alarm, Statistic: "Average", Threshold: 80, AlarmActions: [TopicArn] },
      ComparisonOperator: "GreaterThanThreshold",
    }),
  );
  await new ECRClient(settings).send(new CreateRepositoryCommand({ repositoryName: "shop" }));
  const ec2 = new EC2Client(settings);
  const LaunchTemplateData = { InstanceType: "t3.large" as const };
  await ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName: "nodes", LaunchTemplateData }));
  await ec2.send(new CreateVpcEndpointCommand({ VpcId: vpcId, ServiceName: `com.amazonaws.${settings.region}.s3` }));
  await new EKSClient(settings).send(new CreateAccessEntryCommand({ clusterName: "main", principalArn }));
  const balancing = new ElasticLoadBalancingV2Client(settings);
  const balancer = await balancing.send(new CreateLoadBalancerCommand({ Name: "shop", Subnets: subnetIds }));
  const target = { Name: "shop", Port: 30080, Protocol: "HTTP" as const, VpcId: vpcId };
  const { TargetGroups } = await balancing.send(new CreateTargetGroupCommand(target));
  await balancing.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer.LoadBalancers?.[0]?.LoadBalancerArn,
      ...{ Port: 80, Protocol: "HTTP" },
      DefaultActions: [{ Type: "forward", TargetGroupArn: TargetGroups?.[0]?.TargetGroupArn }],
    }),
  );
  const route53 = new Route53Client(settings);
  const HealthCheckConfig = { Type: "HTTP" as const, FullyQualifiedDomainName: "a.test", Disabled: true };
  await route53.send(new CreateHealthCheckCommand({ CallerReference: "1", HealthCheckConfig }));
  const acm = new ACMClient(settings);
  for (const name of ["issued", "waiting"]) {
    await acm.send(new RequestCertificateCommand({ DomainName: `${name}.app.test`, ValidationMethod: "DNS" }));
  }
  const [issued] = await certificates(settings);
  const proof = issued?.DomainValidationOptions?.[0]?.ResourceRecord;
  const set = { Name: proof?.Name, Type: proof?.Type, TTL: 60, ResourceRecords: [{ Value: proof?.Value }] };
  const ChangeBatch = { Changes: [{ Action: "CREATE" as const, ResourceRecordSet: set }] };
  await route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: zoneId, ChangeBatch }));
}

export async function lookServices(settings: Settings): Promise<unknown> {
  const balancing = new ElasticLoadBalancingV2Client(settings);
  const { LoadBalancers = [] } = await balancing.send(new DescribeLoadBalancersCommand({}));
  const LoadBalancerArn = LoadBalancers[0]?.LoadBalancerArn;
  const ec2 = new EC2Client(settings);
  const { accessEntry } = await new EKSClient(settings).send(
    new DescribeAccessEntryCommand({ clusterName: "main", principalArn }),
  );
  return {
    balancers: LoadBalancers.map(({ DNSName, LoadBalancerArn: arn, CreatedTime }) => [DNSName, arn, CreatedTime]),
    listeners: (await balancing.send(new DescribeListenersCommand({ LoadBalancerArn }))).Listeners,
    targets: (await balancing.send(new DescribeTargetGroupsCommand({}))).TargetGroups,
    groups: (await new AutoScalingClient(settings).send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups,
    templates: (await ec2.send(new DescribeLaunchTemplatesCommand({}))).LaunchTemplates,
    endpoints: (await ec2.send(new DescribeVpcEndpointsCommand({}))).VpcEndpoints,
    subscriptions: (await new SNSClient(settings).send(new ListSubscriptionsCommand({}))).Subscriptions,
    alarms: (await new CloudWatchClient(settings).send(new DescribeAlarmsCommand({}))).MetricAlarms,
    repositories: (await new ECRClient(settings).send(new DescribeRepositoriesCommand({}))).repositories,
    checks: (await new Route53Client(settings).send(new ListHealthChecksCommand({}))).HealthChecks,
    certificates: (await certificates(settings)).map(({ CertificateArn, DomainName, Status, CreatedAt }) => [
      ...[CertificateArn, DomainName, Status, CreatedAt],
    ]),
    accessEntry,
  };
}

async function certificates(settings: Settings) {
  const acm = new ACMClient(settings);
  const { CertificateSummaryList = [] } = await acm.send(new ListCertificatesCommand({}));
  const found = await Promise.all(
    CertificateSummaryList.map(({ CertificateArn }) => acm.send(new DescribeCertificateCommand({ CertificateArn }))),
  );
  const all = found.flatMap(({ Certificate }) => Certificate ?? []);
  return all.sort((a, b) => (a.DomainName ?? "").localeCompare(b.DomainName ?? ""));
}
