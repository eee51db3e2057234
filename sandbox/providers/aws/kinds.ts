import type { PluginSpec } from "../resource-kind.ts";
import { certificate, certificateValidation } from "./acm-certificate.ts";
import { autoScalingAttachment } from "./autoscaling-attachment.ts";
import type { AwsCloud } from "./aws-cloud.ts";
import { metricAlarm } from "./cloudwatch-metric-alarm.ts";
import { eip, internetGateway, natGateway } from "./ec2-gateways.ts";
import { launchTemplate } from "./ec2-launch-template.ts";
import { routeTableAssociation } from "./ec2-route-table-association.ts";
import { route, routeTable } from "./ec2-routes.ts";
import { securityGroup } from "./ec2-security-group.ts";
import { securityGroupRule } from "./ec2-security-group-rule.ts";
import { subnet } from "./ec2-subnet.ts";
import { vpc } from "./ec2-vpc.ts";
import { vpcEndpoint } from "./ec2-vpc-endpoint.ts";
import { repository, repositoryLifecyclePolicy } from "./ecr.ts";
import { accessEntry, accessPolicyAssociation } from "./eks-access.ts";
import { addon } from "./eks-addon.ts";
import { cluster } from "./eks-cluster.ts";
import { nodeGroup } from "./eks-node-group.ts";
import { podIdentityAssociation } from "./eks-pod-identity.ts";
import { openIdConnectProvider } from "./iam-openid-connect-provider.ts";
import { policy, rolePolicy } from "./iam-policy.ts";
import { role, rolePolicyAttachment } from "./iam-role.ts";
import { alias, key } from "./kms.ts";
import { listener } from "./lb-listener.ts";
import { loadBalancer } from "./lb-load-balancer.ts";
import { targetGroup } from "./lb-target-group.ts";
import { flowLog, logGroup } from "./logs.ts";
import { parameterGroup, subnetGroup } from "./rds-groups.ts";
import { instance } from "./rds-instance.ts";
import { healthCheck } from "./route53-health-check.ts";
import { record } from "./route53-record.ts";
import { zone } from "./route53-zone.ts";
import { bucket } from "./s3-bucket.ts";
import { bucketLifecycle } from "./s3-bucket-lifecycle.ts";
import { bucketEncryption, bucketPolicy, bucketPublicAccessBlock, bucketVersioning } from "./s3-bucket-settings.ts";
import { bucketCors, bucketOwnershipControls } from "./s3-bucket-sharing.ts";
import { secret, secretVersion } from "./secrets.ts";
import { secretRotation } from "./secrets-rotation.ts";
import { topic, topicPolicy } from "./sns-topic.ts";
import { topicSubscription } from "./sns-topic-subscription.ts";

/** Every resource type that the sandbox's aws provider knows, by the token of @pulumi/aws 7. */
export const kinds: PluginSpec<AwsCloud>["kinds"] = {
  "aws:acm/certificate:Certificate": certificate,
  "aws:acm/certificateValidation:CertificateValidation": certificateValidation,
  "aws:autoscaling/attachment:Attachment": autoScalingAttachment,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
  "aws:ec2/eip:Eip": eip,
  "aws:ec2/flowLog:FlowLog": flowLog,
  "aws:ec2/internetGateway:InternetGateway": internetGateway,
  "aws:ec2/launchTemplate:LaunchTemplate": launchTemplate,
  "aws:ec2/natGateway:NatGateway": natGateway,
  "aws:ec2/route:Route": route,
  "aws:ec2/routeTable:RouteTable": routeTable,
  "aws:ec2/routeTableAssociation:RouteTableAssociation": routeTableAssociation,
  "aws:ec2/securityGroup:SecurityGroup": securityGroup,
  "aws:ec2/subnet:Subnet": subnet,
  "aws:ec2/vpc:Vpc": vpc,
  "aws:ec2/vpcEndpoint:VpcEndpoint": vpcEndpoint,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": repositoryLifecyclePolicy,
  "aws:ecr/repository:Repository": repository,
  "aws:eks/accessEntry:AccessEntry": accessEntry,
  "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": accessPolicyAssociation,
  "aws:eks/addon:Addon": addon,
  "aws:eks/cluster:Cluster": cluster,
  "aws:eks/nodeGroup:NodeGroup": nodeGroup,
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": podIdentityAssociation,
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProvider,
  "aws:iam/policy:Policy": policy,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": rolePolicyAttachment,
  "aws:kms/alias:Alias": alias,
  "aws:kms/key:Key": key,
  "aws:lb/listener:Listener": listener,
  "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:lb/targetGroup:TargetGroup": targetGroup,
  "aws:rds/instance:Instance": instance,
  "aws:rds/parameterGroup:ParameterGroup": parameterGroup,
  "aws:rds/subnetGroup:SubnetGroup": subnetGroup,
  "aws:route53/healthCheck:HealthCheck": healthCheck,
  "aws:route53/record:Record": record,
  "aws:route53/zone:Zone": zone,
  "aws:s3/bucket:Bucket": bucket,
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": bucketCors,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": bucketLifecycle,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": bucketOwnershipControls,
  "aws:s3/bucketPolicy:BucketPolicy": bucketPolicy,
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": bucketPublicAccessBlock,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": bucketEncryption,
  "aws:s3/bucketVersioning:BucketVersioning": bucketVersioning,
  "aws:secretsmanager/secret:Secret": secret,
  "aws:secretsmanager/secretRotation:SecretRotation": secretRotation,
  "aws:secretsmanager/secretVersion:SecretVersion": secretVersion,
  "aws:sns/topic:Topic": topic,
  "aws:sns/topicPolicy:TopicPolicy": topicPolicy,
  "aws:sns/topicSubscription:TopicSubscription": topicSubscription,
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": securityGroupRule("egress"),
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": securityGroupRule("ingress"),
};
