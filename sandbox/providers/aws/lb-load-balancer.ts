import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { z } from "zod";
import { awsKind, refused, regional, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { attributeList, attributeMap, lbTags, readLbTags, updateLbTags } from "./lb-tags.ts";

const logs = z
  .strictObject({ bucket: z.string(), enabled: z.boolean().optional(), prefix: z.string().optional() })
  .optional();
const inputs = z.strictObject({
  ...regional,
  name: z.string().max(32, "at most 32 characters").optional(),
  namePrefix: z.string().max(6, "at most 6 characters").optional(),
  loadBalancerType: z.enum(["application", "network"], "the sandbox has application and network ones").optional(),
  internal: z.boolean().optional(),
  ipAddressType: z.literal("ipv4").optional(),
  securityGroups: z.array(z.string()).optional(),
  subnets: z.array(z.string()).optional(),
  accessLogs: logs,
  connectionLogs: logs,
  clientKeepAlive: z.number().int().optional(),
  desyncMitigationMode: z.enum(["monitor", "defensive", "strictest"]).optional(),
  dnsRecordClientRoutingPolicy: z.string().optional(),
  dropInvalidHeaderFields: z.boolean().optional(),
  enableCrossZoneLoadBalancing: z.boolean().optional(),
  enableDeletionProtection: z.boolean().optional(),
  enableHttp2: z.boolean().optional(),
  enableTlsVersionAndCipherSuiteHeaders: z.boolean().optional(),
  enableWafFailOpen: z.boolean().optional(),
  enableXffClientPort: z.boolean().optional(),
  enableZonalShift: z.boolean().optional(),
  idleTimeout: z.number().int().optional(),
  preserveHostHeader: z.boolean().optional(),
  xffHeaderProcessingMode: z.enum(["append", "preserve", "remove"]).optional(),
  customerOwnedIpv4Pool: refused("it has no Outposts"),
  enablePrefixForIpv6SourceNat: refused("it has no IPv6"),
  enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: refused("it has no PrivateLink"),
  healthCheckLogs: refused("it writes no such logs"),
  ipamPools: refused("it has no IPAM"),
  minimumLoadBalancerCapacity: refused("its load balancers have no capacity units"),
  secondaryIpsAutoAssignedPerSubnet: refused("its load balancers have no addresses in subnets"),
  subnetMappings: refused("its load balancers have no addresses in subnets; use subnets"),
  tags: tagsSchema,
});
type Inputs = z.infer<typeof inputs>;

/** Attribute, input, default of the real provider, and the types of load balancer that have it. */
const simple = [
  ["deletion_protection.enabled", "enableDeletionProtection", false, ["application", "network"]],
  ["load_balancing.cross_zone.enabled", "enableCrossZoneLoadBalancing", undefined, ["application", "network"]],
  ["zonal_shift.config.enabled", "enableZonalShift", undefined, ["application", "network"]],
  ["dns_record.client_routing_policy", "dnsRecordClientRoutingPolicy", "any_availability_zone", ["network"]],
  ["client_keep_alive.seconds", "clientKeepAlive", 3600, ["application"]],
  ["idle_timeout.timeout_seconds", "idleTimeout", 60, ["application"]],
  ["routing.http.desync_mitigation_mode", "desyncMitigationMode", "defensive", ["application"]],
  ["routing.http.drop_invalid_header_fields.enabled", "dropInvalidHeaderFields", false, ["application"]],
  ["routing.http.preserve_host_header.enabled", "preserveHostHeader", false, ["application"]],
  [
    "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
    "enableTlsVersionAndCipherSuiteHeaders",
    false,
    ["application"],
  ],
  ["routing.http.xff_client_port.enabled", "enableXffClientPort", false, ["application"]],
  ["routing.http.xff_header_processing.mode", "xffHeaderProcessingMode", "append", ["application"]],
  ["routing.http2.enabled", "enableHttp2", true, ["application"]],
  ["waf.fail_open.enabled", "enableWafFailOpen", false, ["application"]],
] as const;

/** aws:lb/loadBalancer:LoadBalancer, application or network; its id is its ARN. */
export const loadBalancer = awsKind({
  inputs,
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 32 },
  defaults: { enableDeletionProtection: false, loadBalancerType: "application" },
  replaceOnChanges: ["name", "namePrefix", "loadBalancerType", "internal"],
  // The security groups of a network load balancer that was made without any cannot be set later.
  alsoReplace: (before, after) =>
    after["loadBalancerType"] === "network" && isEmpty(before["securityGroups"]) !== isEmpty(after["securityGroups"])
      ? ["securityGroups"]
      : [],

  async create(aws, wanted, { signal: abortSignal }) {
    const { LoadBalancers } = await aws.loadBalancing.send(
      new CreateLoadBalancerCommand({
        Name: wanted.name,
        Type: wanted.loadBalancerType,
        Scheme: wanted.internal === true ? "internal" : "internet-facing",
        IpAddressType: wanted.ipAddressType,
        SecurityGroups: wanted.securityGroups,
        Subnets: wanted.subnets,
        Tags: lbTags(wanted.tags),
      }),
      { abortSignal },
    );
    const arn = LoadBalancers?.[0]?.LoadBalancerArn ?? "";
    const Attributes = attributesOf(wanted);
    const command = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes });
    await aws.loadBalancing.send(command, { abortSignal });
    return arn;
  },

  async look(aws, id, _known, { signal }) {
    const command = new DescribeLoadBalancersCommand({ LoadBalancerArns: [id] });
    const answer = await orMissing(aws.loadBalancing.send(command, { abortSignal: signal }));
    const found = answer?.LoadBalancers?.[0];
    if (found === undefined) return undefined;
    const subnets = (found.AvailabilityZones ?? []).map(({ SubnetId }) => SubnetId);
    const describe = new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: id });
    const { Attributes } = await aws.loadBalancing.send(describe, { abortSignal: signal });
    return {
      properties: {
        ...fromAttributes(attributeMap(Attributes), found.Type ?? "application"),
        arn: id,
        arnSuffix: id.split(":loadbalancer/")[1],
        dnsName: found.DNSName,
        internal: found.Scheme === "internal",
        ipAddressType: found.IpAddressType,
        loadBalancerType: found.Type,
        name: found.LoadBalancerName,
        securityGroups: found.SecurityGroups ?? [],
        subnets,
        vpcId: found.VpcId,
        zoneId: found.CanonicalHostedZoneId,
        tags: await readLbTags(aws, id, signal),
      },
    };
  },

  async update(aws, id, change, call) {
    const abortSignal = call.signal;
    if (change.has("subnets")) {
      const command = new SetSubnetsCommand({ LoadBalancerArn: id, Subnets: change.inputs.subnets });
      await aws.loadBalancing.send(command, { abortSignal });
    }
    if (change.has("securityGroups")) {
      const command = new SetSecurityGroupsCommand({
        LoadBalancerArn: id,
        SecurityGroups: change.inputs.securityGroups ?? [],
      });
      await aws.loadBalancing.send(command, { abortSignal });
    }
    const Attributes = attributesOf(change.inputs);
    const command = new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: id, Attributes });
    await aws.loadBalancing.send(command, { abortSignal });
    await updateLbTags(aws, id, change, call);
  },

  async delete(aws, id, state, { signal: abortSignal }) {
    if (state["enableDeletionProtection"] === true) {
      throw new Error(`load balancer ${id} has enableDeletionProtection; set it to false and update first`);
    }
    await orMissing(aws.loadBalancing.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: id }), { abortSignal }));
  },
});

function attributesOf(wanted: Inputs) {
  const type = wanted.loadBalancerType ?? "application";
  const own = simple.filter(([, , , types]) => (types as readonly string[]).includes(type));
  return attributeList({
    ...Object.fromEntries(own.map(([attribute, name, fallback]) => [attribute, wanted[name] ?? fallback])),
    ...logAttributes("access_logs", wanted.accessLogs),
    ...(type === "application" && logAttributes("connection_logs", wanted.connectionLogs)),
  });
}

function logAttributes(kind: string, wanted: Inputs["accessLogs"]) {
  return {
    [`${kind}.s3.enabled`]: wanted?.enabled ?? false,
    [`${kind}.s3.bucket`]: wanted?.bucket ?? "",
    [`${kind}.s3.prefix`]: wanted?.prefix ?? "",
  };
}

function fromAttributes(told: ReadonlyMap<string, string>, type: string) {
  const own = simple.filter(([, , , types]) => (types as readonly string[]).includes(type));
  return {
    ...Object.fromEntries(own.map(([attribute, name]) => [name, parseValue(told.get(attribute))])),
    accessLogs: fromLogAttributes("access_logs", told),
    connectionLogs: fromLogAttributes("connection_logs", told),
  };
}

function fromLogAttributes(kind: string, told: ReadonlyMap<string, string>) {
  const bucket = told.get(`${kind}.s3.bucket`) ?? "";
  if (bucket === "") return undefined;
  const prefix = told.get(`${kind}.s3.prefix`) ?? "";
  return { bucket, enabled: told.get(`${kind}.s3.enabled`) === "true", ...(prefix !== "" && { prefix }) };
}

function parseValue(text: string | undefined): string | number | boolean | undefined {
  if (text === "true" || text === "false") return text === "true";
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : text;
}

function isEmpty(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0;
}
