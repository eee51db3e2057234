import {
  CreateHostedZoneCommand,
  DeleteHostedZoneCommand,
  GetHostedZoneCommand,
  ListTagsForResourceCommand,
  UpdateHostedZoneCommentCommand,
  type VPCRegion,
} from "@aws-sdk/client-route-53";
import { z } from "zod";
import { awsKind, refused, tagsSchema } from "./aws-kind.ts";
import { orMissing } from "./errors.ts";
import { changeRecordSet, listRecordSets, withoutDot } from "./route53-record-sets.ts";
import { updateRoute53Tags } from "./route53-tags.ts";
import { tagMap } from "./tags.ts";

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
    delegationSetId: refused("it has no reusable delegation sets"),
    enableAcceleratedRecovery: refused("its DNS goes on whatever happens"),
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
    await updateRoute53Tags(aws, { ResourceType: "hostedzone", ResourceId: id }, {}, wanted.tags, abortSignal);
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
    await updateRoute53Tags(
      aws,
      { ResourceType: "hostedzone", ResourceId: id },
      change.oldTags,
      change.inputs.tags,
      abortSignal,
    );
  },

  async delete(aws, id, state, { signal }) {
    if (state["forceDestroy"] === true) {
      const sets = (await listRecordSets(aws, id, signal)) ?? [];
      const own = sets.filter(({ Type }) => Type !== "SOA" && Type !== "NS");
      for (const set of own) await changeRecordSet(aws, id, "DELETE", set, signal);
    }
    await orMissing(aws.route53.send(new DeleteHostedZoneCommand({ Id: id }), { abortSignal: signal }));
  },
});
