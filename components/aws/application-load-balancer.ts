import { Attachment } from "@pulumi/aws/autoscaling/attachment.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { type BalancedService, HTTP_PORT, planIngress } from "./load-balancer-plan.ts";
import { targetGroupName } from "./names.ts";

/** TLS 1.2 and 1.3 with forward secrecy. */
const TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06";

export interface ApplicationLoadBalancerArgs {
  /** Name in AWS, at most 32 letters, digits and hyphens, not beginning with `internal-`. A new name is a new address. */
  readonly loadBalancerName: string;
  /** Network of the load balancer and the nodes. */
  readonly vpcId: Input<string>;
  /** Public subnets, in two zones at least. */
  readonly subnetIds: readonly Input<string>[];
  /** What is behind it: one public service at least, each with ports of its own. */
  readonly services: readonly BalancedService[];
  /** Node group → name of its autoscaling group: where requests go (EksCluster.autoscalingGroups). */
  readonly autoscalingGroups: Readonly<Record<string, Input<string>>>;
  /** The nodes' security group, which lets the load balancer in to the services' node ports. */
  readonly nodeSecurityGroupId: Input<string>;
  /** Certificate of the public name. With it services are on HTTPS and port 80 sends users there; default: plain HTTP. */
  readonly certificateArn?: Input<string> | undefined;
  /** What pods speak: HTTPS where they have certificates of their own, which are not checked; default HTTP. */
  readonly targetProtocol?: "HTTP" | "HTTPS" | undefined;
  /** Blocks that reach public services; default everyone. */
  readonly publicCidrs?: readonly string[] | undefined;
  /** Blocks that reach internal services, and public ones too: the driver, operators, the other site. */
  readonly internalCidrs: readonly string[];
  /** AWS refuses to delete it until this is off; default false. */
  readonly deletionProtection?: boolean | undefined;
  /** Tags of everything here. */
  readonly tags: Tags;
}

/** An internet-facing load balancer in front of the cluster's nodes. It exists whatever happens to the cluster, so its name stays. */
export class ApplicationLoadBalancer extends ComponentResource {
  /** Its name on the internet. */
  readonly host: Output<string>;
  /** The zone of that name, for alias records. */
  readonly hostedZoneId: Output<string>;
  /** What metrics call it. */
  readonly metricName: Output<string>;
  /** Service → what metrics call its target group. */
  readonly targetGroupMetricNames: Readonly<Record<string, Output<string>>>;

  readonly #name: string;
  readonly #args: ApplicationLoadBalancerArgs;
  readonly #tags: Record<string, string>;

  constructor(name: string, args: ApplicationLoadBalancerArgs, options?: ComponentResourceOptions) {
    const { ingress, redirectTo } = planIngress(args.services, {
      tls: args.certificateArn !== undefined,
      publicCidrs: args.publicCidrs ?? ["0.0.0.0/0"],
      internalCidrs: args.internalCidrs,
    });
    super("pilotlight:aws:ApplicationLoadBalancer", name, {}, options);
    this.#name = name;
    this.#args = args;
    this.#tags = { ...args.tags };
    const access = new SecurityGroup(
      `${name}-access`,
      {
        vpcId: args.vpcId,
        description: "Users, the driver and operators",
        ingress: ingress.map(({ port, cidrs }) => tcp(port, { cidrBlocks: [...cidrs] })),
        egress: args.services.map(({ nodePort }) => tcp(nodePort, { securityGroups: [args.nodeSecurityGroupId] })),
        tags: this.#tags,
      },
      { parent: this },
    );
    const balancer = this.#balancer(access);
    const groups = args.services.map((service): [string, TargetGroup] => [
      service.name,
      this.#service(service, balancer, access),
    ]);
    if (redirectTo !== undefined) this.#redirect(balancer, redirectTo);

    this.host = balancer.dnsName;
    this.hostedZoneId = balancer.zoneId;
    this.metricName = balancer.arnSuffix;
    this.targetGroupMetricNames = Object.fromEntries(groups.map(([service, group]) => [service, group.arnSuffix]));
    this.registerOutputs({ host: this.host });
  }

  #balancer(access: SecurityGroup): LoadBalancer {
    const { loadBalancerName, subnetIds, deletionProtection = false } = this.#args;
    return new LoadBalancer(
      `${this.#name}-balancer`,
      {
        name: loadBalancerName,
        loadBalancerType: "application",
        internal: false,
        subnets: [...subnetIds],
        securityGroups: [access.id],
        // Headers that are not HTTP are how one request is passed off as two.
        dropInvalidHeaderFields: true,
        enableDeletionProtection: deletionProtection,
        tags: this.#tags,
      },
      { parent: this },
    );
  }

  #service(service: BalancedService, balancer: LoadBalancer, access: SecurityGroup): TargetGroup {
    const { autoscalingGroups, nodeSecurityGroupId, certificateArn } = this.#args;
    const name = `${this.#name}-${service.name}`;
    const group = this.#targetGroup(name, service);
    new Listener(
      name,
      {
        loadBalancerArn: balancer.arn,
        port: service.port,
        ...(certificateArn === undefined
          ? { protocol: "HTTP" }
          : { protocol: "HTTPS", certificateArn, sslPolicy: TLS_POLICY }),
        defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
        tags: this.#tags,
      },
      { parent: this },
    );
    new SecurityGroupIngressRule(
      `${name}-nodes`,
      {
        securityGroupId: nodeSecurityGroupId,
        referencedSecurityGroupId: access.id,
        ipProtocol: "tcp",
        fromPort: service.nodePort,
        toPort: service.nodePort,
        description: `Load balancer to ${service.name}`,
        tags: this.#tags,
      },
      { parent: this },
    );
    for (const [key, autoscalingGroupName] of Object.entries(autoscalingGroups)) {
      new Attachment(`${name}-${key}`, { autoscalingGroupName, lbTargetGroupArn: group.arn }, { parent: this });
    }
    return group;
  }

  #targetGroup(name: string, { name: service, nodePort, healthPath = "/health" }: BalancedService): TargetGroup {
    const { loadBalancerName, vpcId, targetProtocol = "HTTP" } = this.#args;
    return new TargetGroup(
      name,
      {
        name: targetGroupName(loadBalancerName, service, nodePort),
        targetType: "instance",
        vpcId,
        port: nodePort,
        protocol: targetProtocol,
        // Seconds that a node which leaves may finish requests for; the default of 300 would hold up every update.
        deregistrationDelay: 30,
        healthCheck: {
          path: healthPath,
          protocol: targetProtocol,
          port: "traffic-port",
          matcher: "200",
          interval: 10,
          timeout: 5,
          healthyThreshold: 2,
          unhealthyThreshold: 3,
        },
        tags: this.#tags,
      },
      { parent: this },
    );
  }

  #redirect(balancer: LoadBalancer, port: number): void {
    new Listener(
      `${this.#name}-80-redirect`,
      {
        loadBalancerArn: balancer.arn,
        port: HTTP_PORT,
        protocol: "HTTP",
        defaultActions: [
          { type: "redirect", redirect: { protocol: "HTTPS", port: String(port), statusCode: "HTTP_301" } },
        ],
        tags: this.#tags,
      },
      { parent: this },
    );
  }
}

function tcp<T>(port: number, peer: T) {
  return { protocol: "tcp", fromPort: port, toPort: port, ...peer };
}
