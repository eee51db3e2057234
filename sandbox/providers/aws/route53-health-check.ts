import {
  CreateHealthCheckCommand,
  DeleteHealthCheckCommand,
  GetHealthCheckCommand,
  type HealthCheckConfig,
  type HealthCheckRegion,
  ListTagsForResourceCommand,
  type ResettableElementName,
  UpdateHealthCheckCommand,
} from "@aws-sdk/client-route-53";
import { z } from "zod";
import { awsKind, refused, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { updateRoute53Tags } from "./route53-tags.ts";
import { tagMap } from "./tags.ts";

const count = z.number().int().optional();
const types = ["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP", "CALCULATED", "CLOUDWATCH_METRIC"] as const;
const inputs = z.strictObject({
  type: z.enum(types, "the sandbox has no recovery controls"),
  childHealthThreshold: count,
  childHealthchecks: z.array(z.string()).optional(),
  cloudwatchAlarmName: z.string().optional(),
  cloudwatchAlarmRegion: z.string().optional(),
  disabled: z.boolean().optional(),
  enableSni: z.boolean().optional(),
  failureThreshold: z.number().int().min(1).max(10).optional(),
  fqdn: z.string().optional(),
  insufficientDataHealthStatus: z.enum(["Healthy", "Unhealthy", "LastKnownStatus"]).optional(),
  invertHealthcheck: z.boolean().optional(),
  ipAddress: z.string().optional(),
  measureLatency: z.boolean().optional(),
  port: count,
  referenceName: z.string().max(27, "at most 27 characters").optional(),
  regions: z.array(z.string()).min(3, "at least three regions").optional(),
  requestInterval: z.union([z.literal(10), z.literal(30)]).optional(),
  resourcePath: z.string().max(255).optional(),
  routingControlArn: refused("it has no recovery controls"),
  searchString: z.string().max(255).optional(),
  triggers: z.record(z.string(), z.string()).optional(),
  tags: tagsSchema,
});
type Inputs = z.infer<typeof inputs>;

/** aws:route53/healthCheck:HealthCheck; the sandbox's Route 53 probes, and its DNS answers failover records by that. */
export const healthCheck = awsKind({
  inputs,
  defaults: { disabled: false },
  replaceOnChanges: ["type", "measureLatency", "referenceName", "requestInterval"],

  async create(aws, wanted, { name, signal }) {
    const reference = wanted.referenceName ?? name;
    const { HealthCheck } = await aws.route53.send(
      new CreateHealthCheckCommand({
        CallerReference: `${reference}-${Date.now()}`.slice(-64),
        HealthCheckConfig: {
          Type: wanted.type,
          MeasureLatency: wanted.measureLatency,
          RequestInterval: isProbe(wanted) ? (wanted.requestInterval ?? 30) : undefined,
          ...changeable(wanted),
        },
      }),
      { abortSignal: signal },
    );
    const id = HealthCheck?.Id ?? "";
    await updateRoute53Tags(aws, { ResourceType: "healthcheck", ResourceId: id }, {}, wanted.tags, signal);
    return id;
  },

  async look(aws, id, known, { signal: abortSignal }) {
    const found = await orMissing(aws.route53.send(new GetHealthCheckCommand({ HealthCheckId: id }), { abortSignal }));
    const config = found?.HealthCheck?.HealthCheckConfig;
    if (config === undefined) return undefined;
    const command = new ListTagsForResourceCommand({ ResourceType: "healthcheck", ResourceId: id });
    const { ResourceTagSet } = await aws.route53.send(command, { abortSignal });
    return {
      properties: {
        ...toProperties(config),
        arn: `arn:aws:route53:::healthcheck/${id}`,
        ...("triggers" in known && { triggers: known["triggers"] }),
        tags: tagMap(ResourceTagSet?.Tags),
      },
    };
  },

  async update(aws, id, change, { signal }) {
    const { inputs: wanted } = change;
    const reset: ResettableElementName[] = [];
    if (change.has("regions") && wanted.regions === undefined) reset.push("Regions");
    if (change.has("childHealthchecks") && wanted.childHealthchecks === undefined) reset.push("ChildHealthChecks");
    if (change.has("fqdn") && wanted.fqdn === undefined) reset.push("FullyQualifiedDomainName");
    if (change.has("resourcePath") && wanted.resourcePath === undefined) reset.push("ResourcePath");
    await aws.route53.send(
      new UpdateHealthCheckCommand({ HealthCheckId: id, ...changeable(wanted), ResetElements: reset }),
      { abortSignal: signal },
    );
    await updateRoute53Tags(aws, { ResourceType: "healthcheck", ResourceId: id }, change.oldTags, wanted.tags, signal);
  },

  async delete(aws, id, _state, { signal: abortSignal }) {
    await orMissing(aws.route53.send(new DeleteHealthCheckCommand({ HealthCheckId: id }), { abortSignal }));
  },
});

function isProbe({ type }: Pick<Inputs, "type">): boolean {
  return type !== "CALCULATED" && type !== "CLOUDWATCH_METRIC";
}

/** What both creation and update take. */
function changeable(wanted: Inputs) {
  const { cloudwatchAlarmName: Name, cloudwatchAlarmRegion: region } = wanted;
  return {
    Inverted: wanted.invertHealthcheck ?? false,
    Disabled: wanted.disabled ?? false,
    HealthThreshold: wanted.childHealthThreshold,
    ChildHealthChecks: wanted.childHealthchecks,
    ...(isProbe(wanted) && {
      IPAddress: wanted.ipAddress,
      Port: wanted.port ?? (wanted.type.startsWith("HTTPS") ? 443 : 80),
      FullyQualifiedDomainName: wanted.fqdn,
      ResourcePath: wanted.resourcePath,
      SearchString: wanted.searchString,
      FailureThreshold: wanted.failureThreshold ?? 3,
      EnableSNI: wanted.enableSni ?? wanted.type.startsWith("HTTPS"),
      Regions: wanted.regions as HealthCheckRegion[] | undefined,
    }),
    ...(wanted.type === "CLOUDWATCH_METRIC" && {
      AlarmIdentifier: { Name, Region: region as "us-east-1" | undefined },
      InsufficientDataHealthStatus: wanted.insufficientDataHealthStatus ?? ("Healthy" as const),
    }),
  };
}

function toProperties(config: HealthCheckConfig) {
  const filled = (text: string | undefined) => (text === "" ? undefined : text);
  const list = <T>(all: T[] | undefined) => (all !== undefined && all.length > 0 ? all : undefined);
  const isChecked = config.Type !== undefined && isProbe({ type: config.Type as Inputs["type"] });
  return {
    type: config.Type,
    childHealthThreshold: config.HealthThreshold,
    childHealthchecks: list(config.ChildHealthChecks),
    cloudwatchAlarmName: config.AlarmIdentifier?.Name,
    cloudwatchAlarmRegion: config.AlarmIdentifier?.Region,
    disabled: config.Disabled ?? false,
    fqdn: filled(config.FullyQualifiedDomainName),
    insufficientDataHealthStatus: config.InsufficientDataHealthStatus,
    invertHealthcheck: config.Inverted ?? false,
    ipAddress: filled(config.IPAddress),
    regions: list(config.Regions),
    resourcePath: filled(config.ResourcePath),
    searchString: filled(config.SearchString),
    ...(isChecked && {
      enableSni: config.EnableSNI ?? false,
      failureThreshold: config.FailureThreshold,
      measureLatency: config.MeasureLatency ?? false,
      port: config.Port,
      requestInterval: config.RequestInterval,
    }),
  };
}
