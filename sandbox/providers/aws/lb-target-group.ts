import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  type TargetGroup,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { z } from "zod";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing, retryWhile } from "./errors.ts";
import { attributeList, attributeMap, lbTags, readLbTags, updateLbTags } from "./lb-tags.ts";

const count = z.number().int().optional();
const healthCheck = z.strictObject({
  enabled: z.boolean().optional(),
  healthyThreshold: count,
  interval: count,
  matcher: z.string().optional(),
  path: z.string().optional(),
  port: z.string().optional(),
  protocol: z.enum(["HTTP", "HTTPS", "TCP"]).optional(),
  timeout: count,
  unhealthyThreshold: count,
});
const inputs = z.strictObject({
  ...regional,
  name: z.string().max(32, "at most 32 characters").optional(),
  namePrefix: z.string().max(6, "at most 6 characters").optional(),
  port: count,
  protocol: z.enum(["HTTP", "HTTPS", "TCP", "TLS", "UDP", "TCP_UDP"]).optional(),
  protocolVersion: z.enum(["HTTP1", "HTTP2", "GRPC"]).optional(),
  targetType: z.enum(["instance", "ip", "alb"], "the sandbox has no Lambda functions").optional(),
  ipAddressType: z.literal("ipv4").optional(),
  vpcId: z.string(),
  healthCheck: healthCheck.optional(),
  connectionTermination: z.boolean().optional(),
  deregistrationDelay: count,
  loadBalancingAlgorithmType: z.enum(["round_robin", "least_outstanding_requests", "weighted_random"]).optional(),
  loadBalancingAnomalyMitigation: z.enum(["on", "off"]).optional(),
  loadBalancingCrossZoneEnabled: z.enum(["true", "false", "use_load_balancer_configuration"]).optional(),
  preserveClientIp: z.enum(["true", "false"]).optional(),
  proxyProtocolV2: z.boolean().optional(),
  slowStart: count,
  stickiness: z
    .strictObject({
      type: z.enum(["lb_cookie", "app_cookie", "source_ip"]),
      cookieDuration: count,
      cookieName: z.string().optional(),
      enabled: z.boolean().optional(),
    })
    .optional(),
  lambdaMultiValueHeadersEnabled: refused("it has no Lambda functions"),
  targetControlPort: refused("moto does not keep it"),
  targetFailovers: refused("it has no gateway load balancers"),
  targetGroupHealth: refused("moto does not keep it"),
  targetHealthStates: refused("moto does not keep it"),
  tags: tagsSchema,
});
type Inputs = z.infer<typeof inputs>;

/** Attribute, input and how to read the attribute. */
const simple = [
  ["deregistration_delay.connection_termination.enabled", "connectionTermination", isTrue],
  ["deregistration_delay.timeout_seconds", "deregistrationDelay", Number],
  ["load_balancing.algorithm.type", "loadBalancingAlgorithmType", String],
  ["load_balancing.algorithm.anomaly_mitigation", "loadBalancingAnomalyMitigation", String],
  ["load_balancing.cross_zone.enabled", "loadBalancingCrossZoneEnabled", String],
  ["preserve_client_ip.enabled", "preserveClientIp", String],
  ["proxy_protocol_v2.enabled", "proxyProtocolV2", isTrue],
  ["slow_start.duration_seconds", "slowStart", Number],
] as const;

/** aws:lb/targetGroup:TargetGroup; its id is its ARN. */
export const targetGroup = awsKind({
  inputs,
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 32 },
  defaults: { targetType: "instance" },
  replaceOnChanges: [
    "name",
    "namePrefix",
    "ipAddressType",
    "port",
    "protocol",
    "protocolVersion",
    "targetType",
    "vpcId",
  ],

  async create(aws, wanted, { signal: abortSignal }) {
    const check = wanted.healthCheck ?? {};
    const { TargetGroups } = await aws.loadBalancing.send(
      new CreateTargetGroupCommand({
        Name: wanted.name,
        Port: wanted.port,
        Protocol: wanted.protocol,
        ProtocolVersion: wanted.protocolVersion ?? (isHttp(wanted.protocol) ? "HTTP1" : undefined),
        TargetType: wanted.targetType,
        IpAddressType: wanted.ipAddressType,
        VpcId: wanted.vpcId,
        ...checkRequest(check),
        HealthCheckProtocol: check.protocol ?? (isHttp(wanted.protocol) ? "HTTP" : "TCP"),
        Tags: lbTags(wanted.tags),
      }),
      { abortSignal },
    );
    const arn = TargetGroups?.[0]?.TargetGroupArn ?? "";
    const Attributes = attributesOf(wanted);
    if (Attributes.length > 0) {
      const command = new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes });
      await aws.loadBalancing.send(command, { abortSignal });
    }
    return arn;
  },

  async look(aws, id, _known, { signal }) {
    const command = new DescribeTargetGroupsCommand({ TargetGroupArns: [id] });
    const answer = await orMissing(aws.loadBalancing.send(command, { abortSignal: signal }));
    const found = answer?.TargetGroups?.[0];
    if (found === undefined) return undefined;
    const describe = new DescribeTargetGroupAttributesCommand({ TargetGroupArn: id });
    const { Attributes } = await aws.loadBalancing.send(describe, { abortSignal: signal });
    return {
      properties: {
        ...toProperties(found),
        ...fromAttributes(attributeMap(Attributes)),
        arn: id,
        arnSuffix: id.split(":").at(-1),
        tags: await readLbTags(aws, id, signal),
      },
    };
  },

  async update(aws, id, change, call) {
    const { signal: abortSignal } = call;
    if (change.has("healthCheck")) {
      const check = change.inputs.healthCheck ?? {};
      const request = { TargetGroupArn: id, ...checkRequest(check), HealthCheckProtocol: check.protocol };
      await aws.loadBalancing.send(new ModifyTargetGroupCommand(request), { abortSignal });
    }
    const Attributes = attributesOf(change.inputs);
    if (Attributes.length > 0) {
      const command = new ModifyTargetGroupAttributesCommand({ TargetGroupArn: id, Attributes });
      await aws.loadBalancing.send(command, { abortSignal });
    }
    await updateLbTags(aws, id, change, call);
  },

  async delete(aws, id, _state, { signal }) {
    await retryWhile(/^ResourceInUse/, signal, () =>
      orMissing(aws.loadBalancing.send(new DeleteTargetGroupCommand({ TargetGroupArn: id }), { abortSignal: signal })),
    );
  },
});

function checkRequest(check: z.infer<typeof healthCheck>) {
  return {
    HealthCheckEnabled: check.enabled,
    HealthCheckIntervalSeconds: check.interval,
    HealthCheckPath: check.path,
    HealthCheckPort: check.port,
    HealthCheckTimeoutSeconds: check.timeout,
    HealthyThresholdCount: check.healthyThreshold,
    UnhealthyThresholdCount: check.unhealthyThreshold,
    ...(check.matcher !== undefined && { Matcher: { HttpCode: check.matcher } }),
  };
}

function attributesOf(wanted: Inputs) {
  const { stickiness } = wanted;
  return attributeList({
    ...Object.fromEntries(simple.map(([attribute, name]) => [attribute, wanted[name]])),
    ...(stickiness && {
      "stickiness.enabled": stickiness.enabled ?? true,
      "stickiness.type": stickiness.type,
      "stickiness.app_cookie.cookie_name": stickiness.type === "app_cookie" ? stickiness.cookieName : undefined,
      [`stickiness.${stickiness.type}.duration_seconds`]:
        stickiness.type === "source_ip" ? undefined : (stickiness.cookieDuration ?? 86_400),
    }),
  });
}

function fromAttributes(told: ReadonlyMap<string, string>) {
  const own = simple.map(([attribute, name, read]) => {
    const value = told.get(attribute);
    return [name, value === undefined ? undefined : read(value)];
  });
  const type = told.get("stickiness.type");
  const duration = told.get(`stickiness.${type}.duration_seconds`);
  return {
    ...Object.fromEntries(own.filter(([, value]) => value !== undefined)),
    stickiness: {
      enabled: told.get("stickiness.enabled") === "true",
      type,
      ...(duration !== undefined && { cookieDuration: Number(duration) }),
      cookieName: told.get("stickiness.app_cookie.cookie_name"),
    },
  };
}

function toProperties(found: TargetGroup) {
  return {
    name: found.TargetGroupName,
    port: found.Port,
    protocol: found.Protocol,
    ...(isHttp(found.Protocol) && { protocolVersion: found.ProtocolVersion ?? "HTTP1" }),
    targetType: found.TargetType,
    ipAddressType: found.IpAddressType,
    vpcId: found.VpcId,
    loadBalancerArns: found.LoadBalancerArns ?? [],
    healthCheck: {
      enabled: found.HealthCheckEnabled ?? true,
      healthyThreshold: found.HealthyThresholdCount,
      interval: found.HealthCheckIntervalSeconds,
      ...(isHttp(found.HealthCheckProtocol) && { matcher: found.Matcher?.HttpCode, path: found.HealthCheckPath }),
      port: found.HealthCheckPort,
      protocol: found.HealthCheckProtocol,
      timeout: found.HealthCheckTimeoutSeconds,
      unhealthyThreshold: found.UnhealthyThresholdCount,
    },
  };
}

function isHttp(protocol: string | undefined): boolean {
  return protocol === "HTTP" || protocol === "HTTPS";
}

function isTrue(text: string): boolean {
  return text === "true";
}
