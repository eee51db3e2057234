import { AutoScalingClient, paginateDescribeAutoScalingGroups } from "@aws-sdk/client-auto-scaling";
import {
  type Action,
  DescribeListenersCommand,
  ElasticLoadBalancingV2Client,
  paginateDescribeLoadBalancers,
  paginateDescribeTargetGroups,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { HostPort } from "../contracts/contracts.ts";

export interface BalancedPort {
  readonly port: number;
  /** Target groups of the heaviest share; none where the sandbox does not pass requests through. */
  readonly targetGroups: readonly string[];
}

export interface LoadBalancer {
  readonly arn: string;
  readonly dnsName: string;
  readonly ports: readonly BalancedPort[];
}

/** Nodes behind a target group. */
export interface ScalingTarget {
  readonly targetGroup: string;
  readonly cluster: string;
  readonly nodeGroup: string;
}

export interface RegionBalancing {
  readonly balancers: readonly LoadBalancer[];
  /** Target group to the port of its targets. */
  readonly targetPorts: ReadonlyMap<string, number>;
}

const credentials = { accessKeyId: "sandbox", secretAccessKey: "sandbox" };

/** What moto knows of a region's load balancers. */
export async function readBalancing(moto: HostPort, region: string): Promise<RegionBalancing> {
  const client = new ElasticLoadBalancingV2Client({ ...settings(moto), region });
  try {
    const balancers: LoadBalancer[] = [];
    for await (const page of paginateDescribeLoadBalancers({ client }, {})) {
      for (const { LoadBalancerArn: arn = "", DNSName = "" } of page.LoadBalancers ?? []) {
        const { Listeners = [] } = await client.send(new DescribeListenersCommand({ LoadBalancerArn: arn }));
        const ports = Listeners.map(({ Port = 0, Protocol, DefaultActions }) => ({
          port: Port,
          // TLS ends at a load balancer, and the sandbox's pass bytes on.
          targetGroups: Protocol === "HTTP" || Protocol === "TCP" ? heaviest(DefaultActions?.[0]) : [],
        }));
        balancers.push({ arn, dnsName: DNSName, ports });
      }
    }
    const targetPorts = new Map<string, number>();
    for await (const page of paginateDescribeTargetGroups({ client }, {})) {
      for (const { TargetGroupArn = "", Port = 0 } of page.TargetGroups ?? []) targetPorts.set(TargetGroupArn, Port);
    }
    return { balancers, targetPorts };
  } finally {
    client.destroy();
  }
}

/** Which node groups are behind which target groups. */
export async function readScalingTargets(moto: HostPort, region: string): Promise<readonly ScalingTarget[]> {
  const client = new AutoScalingClient({ ...settings(moto), region });
  try {
    const targets: ScalingTarget[] = [];
    for await (const page of paginateDescribeAutoScalingGroups({ client }, {})) {
      for (const group of page.AutoScalingGroups ?? []) {
        const tag = (name: string) => group.Tags?.find(({ Key }) => Key === name)?.Value;
        const cluster = tag("eks:cluster-name");
        const nodeGroup = tag("eks:nodegroup-name");
        if (cluster === undefined || nodeGroup === undefined) continue;
        for (const targetGroup of group.TargetGroupARNs ?? []) targets.push({ targetGroup, cluster, nodeGroup });
      }
    }
    return targets;
  } finally {
    client.destroy();
  }
}

function settings(moto: HostPort) {
  return { endpoint: `http://${moto.host}:${moto.port}`, credentials, maxAttempts: 1 };
}

function heaviest(action: Action | undefined): readonly string[] {
  if (action?.Type !== "forward") return [];
  const groups = action.ForwardConfig?.TargetGroups ?? [];
  const most = Math.max(0, ...groups.map(({ Weight }) => Weight ?? 1));
  const chosen = groups.filter(({ Weight }) => (Weight ?? 1) === most && most > 0);
  const arns = chosen.flatMap(({ TargetGroupArn }) => TargetGroupArn ?? []);
  return arns.length > 0 || action.TargetGroupArn === undefined ? arns : [action.TargetGroupArn];
}
