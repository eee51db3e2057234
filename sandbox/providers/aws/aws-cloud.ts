import { ACMClient } from "@aws-sdk/client-acm";
import { AutoScalingClient } from "@aws-sdk/client-auto-scaling";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EKSClient } from "@aws-sdk/client-eks";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { RDSClient } from "@aws-sdk/client-rds";
import { Route53Client } from "@aws-sdk/client-route-53";
import { S3Client } from "@aws-sdk/client-s3";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import type { ProviderConfig } from "./provider-config.ts";
import { createReach, type Reach } from "./reach.ts";

/** The account in one region: what the resource kinds work with. */
export class AwsRegion {
  readonly region: string;
  /** Put on everything that can have tags, from the provider's `defaultTags`. */
  readonly defaultTags: Readonly<Record<string, string>>;
  readonly acm: ACMClient;
  readonly autoScaling: AutoScalingClient;
  readonly cloudWatch: CloudWatchClient;
  readonly ec2: EC2Client;
  readonly ecr: ECRClient;
  readonly eks: EKSClient;
  readonly iam: IAMClient;
  readonly kms: KMSClient;
  readonly loadBalancing: ElasticLoadBalancingV2Client;
  readonly logs: CloudWatchLogsClient;
  readonly rds: RDSClient;
  readonly route53: Route53Client;
  readonly s3: S3Client;
  readonly secrets: SecretsManagerClient;
  readonly sns: SNSClient;
  readonly #sts: STSClient;
  #account: Promise<string> | undefined;

  constructor(config: ProviderConfig, region: string) {
    this.region = region;
    this.defaultTags = config.defaultTags;
    // The endpoint comes from AWS_ENDPOINT_URL, which the SDK reads itself. A cloud that is down must fail, not hang.
    const settings = {
      region,
      maxAttempts: 5,
      requestHandler: { connectionTimeout: 5_000, requestTimeout: 12_000, throwOnRequestTimeout: true },
      ...(config.credentials && { credentials: config.credentials }),
    };
    this.acm = new ACMClient(settings);
    this.autoScaling = new AutoScalingClient(settings);
    this.cloudWatch = new CloudWatchClient(settings);
    this.ec2 = new EC2Client(settings);
    this.ecr = new ECRClient(settings);
    this.eks = new EKSClient(settings);
    this.iam = new IAMClient(settings);
    this.kms = new KMSClient(settings);
    this.loadBalancing = new ElasticLoadBalancingV2Client(settings);
    this.logs = new CloudWatchLogsClient(settings);
    this.rds = new RDSClient(settings);
    this.route53 = new Route53Client(settings);
    this.s3 = new S3Client({ ...settings, forcePathStyle: true });
    this.secrets = new SecretsManagerClient(settings);
    this.sns = new SNSClient(settings);
    this.#sts = new STSClient(settings);
  }

  callerIdentity(signal: AbortSignal) {
    return this.#sts.send(new GetCallerIdentityCommand({}), { abortSignal: signal });
  }

  /** The twelve-digit account number. */
  accountId(signal: AbortSignal): Promise<string> {
    this.#account ??= this.callerIdentity(signal).then(({ Account }) => Account ?? "");
    this.#account.catch(() => {
      this.#account = undefined;
    });
    return this.#account;
  }
}

/** One configured provider: a region of its own, and others for resources that name one. */
export class AwsCloud {
  readonly reach: Reach = createReach();
  readonly #config: ProviderConfig;
  readonly #regions = new Map<string, AwsRegion>();

  constructor(config: ProviderConfig) {
    this.#config = config;
  }

  /** The provider's own region where `region` is undefined. */
  in(region: unknown): AwsRegion {
    const name = typeof region === "string" ? region : this.#config.region;
    let found = this.#regions.get(name);
    if (found === undefined) {
      found = new AwsRegion(this.#config, name);
      this.#regions.set(name, found);
    }
    return found;
  }
}
