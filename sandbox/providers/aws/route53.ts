import {
  ChangeResourceRecordSetsCommand,
  ChangeTagsForResourceCommand,
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
  type ResourceRecordSet,
  UpdateHostedZoneCommentCommand,
  type VPCRegion,
} from "@aws-sdk/client-route-53";
import { z } from "zod";
import type { Properties } from "../resource-kind.ts";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

/** aws:route53/zone:Zone */
export const zone = awsKind({
  inputs: z.strictObject({
    name: z.string().optional(),
    comment: z.string().optional(),
    forceDestroy: z.boolean().optional(),
    vpcs: z
      .array(z.strictObject({ vpcId: z.string(), vpcRegion: z.string().optional() }))
      .max(1)
      .optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "name", maxLength: 255 },
  defaults: { comment: "Managed by Pulumi", forceDestroy: false },
  replaceOnChanges: ["name", "vpcs"],

  async create(aws, wanted, { name, signal: abortSignal }) {
    const vpc = wanted.vpcs?.[0];
    const { HostedZone } = await aws.route53.send(
      new CreateHostedZoneCommand({
        Name: wanted.name,
        CallerReference: `pulumi-${name}-${Date.now()}`,
        HostedZoneConfig: { Comment: wanted.comment ?? "", PrivateZone: vpc !== undefined },
        ...(vpc && { VPC: { VPCId: vpc.vpcId, VPCRegion: (vpc.vpcRegion ?? aws.region) as VPCRegion } }),
      }),
      { abortSignal },
    );
    const id = (HostedZone?.Id ?? "").replace("/hostedzone/", "");
    await setTags(aws, id, {}, wanted.tags, abortSignal);
    return id;
  },

  async look(aws, id, _known, { signal: abortSignal }) {
    const found = await orMissing(aws.route53.send(new GetHostedZoneCommand({ Id: id }), { abortSignal }));
    if (found === undefined) return undefined;
    const command = new ListTagsForResourceCommand({ ResourceType: "hostedzone", ResourceId: id });
    const { ResourceTagSet } = await aws.route53.send(command, { abortSignal });
    const nameServers = [...(found.DelegationSet?.NameServers ?? [])].sort();
    const { VPCs = [] } = found;
    return {
      properties: {
        arn: `arn:aws:route53:::hostedzone/${id}`,
        comment: found.HostedZone?.Config?.Comment ?? "",
        name: withoutDot(found.HostedZone?.Name ?? ""),
        nameServers,
        primaryNameServer: nameServers[0],
        vpcs:
          VPCs.length > 0 ? VPCs.map(({ VPCId, VPCRegion }) => ({ vpcId: VPCId, vpcRegion: VPCRegion })) : undefined,
        zoneId: id,
        tags: tagMap(ResourceTagSet?.Tags),
      },
    };
  },

  async update(aws, id, change, { signal: abortSignal }) {
    if (change.has("comment")) {
      const command = new UpdateHostedZoneCommentCommand({ Id: id, Comment: change.inputs.comment ?? "" });
      await aws.route53.send(command, { abortSignal });
    }
    await setTags(aws, id, change.oldTags, change.inputs.tags, abortSignal);
  },

  async delete(aws, id, state, { signal }) {
    if (state["forceDestroy"] === true) {
      const sets = (await listRecordSets(aws, id, signal)) ?? [];
      const own = sets.filter(({ Type }) => Type !== "SOA" && Type !== "NS");
      for (const set of own) await change(aws, id, "DELETE", set, signal);
    }
    await orMissing(aws.route53.send(new DeleteHostedZoneCommand({ Id: id }), { abortSignal: signal }));
  },
});

function setTags(
  aws: AwsRegion,
  ResourceId: string,
  before: Readonly<Record<string, string>>,
  after: Record<string, string> | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  const request = { ResourceType: "hostedzone" as const, ResourceId };
  return syncTags(before, after, {
    add: (tags) =>
      aws.route53.send(new ChangeTagsForResourceCommand({ ...request, AddTags: tagList(tags) }), { abortSignal }),
    remove: (RemoveTagKeys) =>
      aws.route53.send(new ChangeTagsForResourceCommand({ ...request, RemoveTagKeys }), { abortSignal }),
  });
}

const recordInputs = z.strictObject({
  zoneId: z.string(),
  name: z.string(),
  type: z.enum(["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"]),
  ttl: z.number().int().optional(),
  records: z.array(z.string()).optional(),
  aliases: z
    .array(z.strictObject({ name: z.string(), zoneId: z.string(), evaluateTargetHealth: z.boolean() }))
    .max(1)
    .optional(),
  allowOverwrite: z.boolean().optional(),
  healthCheckId: z.string().optional(),
  setIdentifier: z.string().optional(),
  failoverRoutingPolicies: z
    .array(z.strictObject({ type: z.enum(["PRIMARY", "SECONDARY"]) }))
    .max(1)
    .optional(),
  weightedRoutingPolicies: z
    .array(z.strictObject({ weight: z.number().int() }))
    .max(1)
    .optional(),
});
type RecordInputs = z.infer<typeof recordInputs>;

/** aws:route53/record:Record */
export const record = awsKind({
  inputs: recordInputs,
  replaceOnChanges: ["zoneId", "name"],

  async create(aws, wanted, { signal }) {
    const action = wanted.allowOverwrite === true ? "UPSERT" : "CREATE";
    const set = await toRecordSet(aws, wanted, signal);
    await change(aws, wanted.zoneId, action, set, signal);
    const suffix = wanted.setIdentifier === undefined ? "" : `_${wanted.setIdentifier}`;
    return `${wanted.zoneId}_${wanted.name}_${wanted.type}${suffix}`;
  },

  async look(aws, id, known, { signal }) {
    const found = await findRecordSet(aws, id, known, signal);
    if (found === undefined) return undefined;
    const [idZone = "", idName = ""] = id.split("_");
    const fqdn = withoutDot(unescapeName(found.Name ?? ""));
    const alias = found.AliasTarget;
    return {
      properties: {
        zoneId: known["zoneId"] ?? idZone,
        // The program may have said the name in short, or with a dot.
        name: known["name"] ?? idName,
        fqdn,
        type: found.Type,
        ttl: found.TTL,
        records: found.ResourceRecords?.map(({ Value = "" }) =>
          found.Type === "TXT" ? Value.replace(/^"|"$/g, "") : Value,
        ),
        aliases: alias && [
          {
            name: withoutDot(alias.DNSName ?? ""),
            zoneId: alias.HostedZoneId,
            evaluateTargetHealth: alias.EvaluateTargetHealth,
          },
        ],
        healthCheckId: found.HealthCheckId,
        setIdentifier: found.SetIdentifier,
        failoverRoutingPolicies: found.Failover && [{ type: found.Failover }],
        weightedRoutingPolicies: found.Weight === undefined ? undefined : [{ weight: found.Weight }],
      },
    };
  },

  async update(aws, id, { inputs, old, has }, { signal }) {
    const { zoneId } = inputs;
    const set = await toRecordSet(aws, inputs, signal);
    if (!has("type", "setIdentifier")) return change(aws, zoneId, "UPSERT", set, signal);
    const before = await findRecordSet(aws, id, old, signal);
    if (before !== undefined) await change(aws, zoneId, "DELETE", before, signal);
    await change(aws, zoneId, "CREATE", set, signal);
  },

  async delete(aws, id, state, { signal }) {
    const found = await findRecordSet(aws, id, state, signal);
    if (found !== undefined) await change(aws, String(state["zoneId"]), "DELETE", found, signal);
  },
});

async function change(
  aws: AwsRegion,
  HostedZoneId: string,
  Action: "CREATE" | "UPSERT" | "DELETE",
  ResourceRecordSet: ResourceRecordSet,
  abortSignal: AbortSignal,
): Promise<void> {
  const ChangeBatch = { Comment: "Managed by Pulumi", Changes: [{ Action, ResourceRecordSet }] };
  await aws.route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }), { abortSignal });
}

async function toRecordSet(aws: AwsRegion, wanted: RecordInputs, signal: AbortSignal): Promise<ResourceRecordSet> {
  const alias = wanted.aliases?.[0];
  const failover = wanted.failoverRoutingPolicies?.[0];
  const weighted = wanted.weightedRoutingPolicies?.[0];
  return {
    Name: await fullName(aws, wanted.zoneId, wanted.name, signal),
    Type: wanted.type,
    ...(alias
      ? {
          AliasTarget: {
            DNSName: alias.name,
            HostedZoneId: alias.zoneId,
            EvaluateTargetHealth: alias.evaluateTargetHealth,
          },
        }
      : {
          TTL: wanted.ttl ?? 300,
          ResourceRecords: wanted.records?.map((Value) => ({ Value: wanted.type === "TXT" ? `"${Value}"` : Value })),
        }),
    ...(wanted.setIdentifier !== undefined && { SetIdentifier: wanted.setIdentifier }),
    ...(wanted.healthCheckId !== undefined && { HealthCheckId: wanted.healthCheckId }),
    ...(failover && { Failover: failover.type }),
    ...(weighted && { Weight: weighted.weight }),
  };
}

async function findRecordSet(aws: AwsRegion, id: string, known: Properties, signal: AbortSignal) {
  // Imported as `<zone>_<name>_<type>[_<set>]`.
  const [idZone = "", idName = "", idType = "", idSet] = id.split("_");
  const zoneId = typeof known["zoneId"] === "string" ? known["zoneId"] : idZone;
  const name = typeof known["name"] === "string" ? known["name"] : idName;
  const type = known["type"] ?? idType;
  const set = "zoneId" in known ? known["setIdentifier"] : idSet;
  const sets = await listRecordSets(aws, zoneId, signal);
  if (sets === undefined) return undefined;
  const full = await fullName(aws, zoneId, name, signal);
  return sets.find(
    (one) =>
      one.Type === type && one.SetIdentifier === set && withoutDot(unescapeName(one.Name ?? "")) === withoutDot(full),
  );
}

async function listRecordSets(aws: AwsRegion, HostedZoneId: string, abortSignal: AbortSignal) {
  const sets: ResourceRecordSet[] = [];
  let start: { StartRecordName?: string; StartRecordType?: ResourceRecordSet["Type"] } = {};
  for (;;) {
    const command = new ListResourceRecordSetsCommand({ HostedZoneId, ...start });
    const page = await orMissing(aws.route53.send(command, { abortSignal }));
    if (page === undefined) return undefined;
    sets.push(...(page.ResourceRecordSets ?? []));
    if (page.IsTruncated !== true || page.NextRecordName === undefined) return sets;
    start = { StartRecordName: page.NextRecordName, StartRecordType: page.NextRecordType };
  }
}

/** `www` in the zone `app.test` is `www.app.test`; a name that ends with the zone's is full already. */
async function fullName(aws: AwsRegion, zoneId: string, name: string, abortSignal: AbortSignal): Promise<string> {
  const { HostedZone } = await aws.route53.send(new GetHostedZoneCommand({ Id: zoneId }), { abortSignal });
  const zoneName = withoutDot(HostedZone?.Name ?? "");
  const own = withoutDot(name).toLowerCase();
  if (own === "" || own === zoneName) return zoneName;
  return own.endsWith(`.${zoneName}`) ? own : `${own}.${zoneName}`;
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}

function unescapeName(name: string): string {
  return name.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
