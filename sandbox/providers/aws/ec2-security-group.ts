import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  DeleteSecurityGroupCommand,
  DescribeSecurityGroupsCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
} from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { tagSpecifications, updateEc2Tags } from "./ec2-tags.ts";
import { orMissing, retryWhile } from "./errors.ts";
import { tagMap } from "./tags.ts";

const ruleSchema = z.strictObject({
  protocol: z.string(),
  fromPort: z.number().int(),
  toPort: z.number().int(),
  cidrBlocks: z.array(z.string()).optional(),
  ipv6CidrBlocks: z.array(z.string()).optional(),
  prefixListIds: z.array(z.string()).optional(),
  securityGroups: z.array(z.string()).optional(),
  self: z.boolean().optional(),
  description: z.string().optional(),
});
type Rule = z.infer<typeof ruleSchema>;
type Direction = "ingress" | "egress";

/** aws:ec2/securityGroup:SecurityGroup */
export const securityGroup = awsKind({
  inputs: z.strictObject({
    ...regional,
    name: z.string().optional(),
    namePrefix: z.string().optional(),
    description: z.string().optional(),
    vpcId: z.string().optional(),
    ingress: z.array(ruleSchema).optional(),
    egress: z.array(ruleSchema).optional(),
    revokeRulesOnDelete: z.boolean().optional(),
    tags: tagsSchema,
  }),
  autoName: { property: "name", prefixProperty: "namePrefix", maxLength: 255 },
  defaults: { description: "Managed by Pulumi", revokeRulesOnDelete: false },
  replaceOnChanges: ["name", "namePrefix", "description", "vpcId"],

  async create(aws, wanted, { signal }) {
    const { GroupId: id = "" } = await aws.ec2.send(
      new CreateSecurityGroupCommand({
        GroupName: wanted.name,
        Description: wanted.description,
        VpcId: wanted.vpcId,
        TagSpecifications: tagSpecifications("security-group", wanted.tags),
      }),
      { abortSignal: signal },
    );
    // The real provider takes away the rule that lets everything out, so that only what is declared is allowed.
    const present = await findGroup(aws, id, signal);
    await revoke(aws, id, "egress", present?.IpPermissionsEgress ?? [], signal);
    await authorize(aws, id, "ingress", toPermissions(id, wanted.ingress), signal);
    await authorize(aws, id, "egress", toPermissions(id, wanted.egress), signal);
    return id;
  },

  async look(aws, id, _known, { signal }) {
    const found = await findGroup(aws, id, signal);
    if (found === undefined) return undefined;
    return {
      properties: {
        arn: `arn:aws:ec2:${aws.region}:${found.OwnerId}:security-group/${id}`,
        name: found.GroupName,
        description: found.Description,
        vpcId: found.VpcId,
        ingress: fromPermissions(id, found.IpPermissions),
        egress: fromPermissions(id, found.IpPermissionsEgress),
        ownerId: found.OwnerId,
        tags: tagMap(found.Tags),
      },
    };
  },

  async update(aws, id, change, call) {
    for (const direction of ["ingress", "egress"] as const) {
      if (!change.has(direction)) continue;
      const present = await findGroup(aws, id, call.signal);
      const now = direction === "ingress" ? present?.IpPermissions : present?.IpPermissionsEgress;
      await revoke(aws, id, direction, now ?? [], call.signal);
      await authorize(aws, id, direction, toPermissions(id, change.inputs[direction]), call.signal);
    }
    await updateEc2Tags(aws, id, change, call);
  },

  async delete(aws, id, _state, { signal }) {
    await retryWhile(/^DependencyViolation$/, signal, () =>
      orMissing(aws.ec2.send(new DeleteSecurityGroupCommand({ GroupId: id }), { abortSignal: signal })),
    );
  },
});

async function findGroup(aws: AwsRegion, id: string, abortSignal: AbortSignal) {
  const command = new DescribeSecurityGroupsCommand({ GroupIds: [id] });
  return (await orMissing(aws.ec2.send(command, { abortSignal })))?.SecurityGroups?.[0];
}

function authorize(
  aws: AwsRegion,
  GroupId: string,
  direction: Direction,
  IpPermissions: IpPermission[],
  abortSignal: AbortSignal,
): Promise<unknown> | undefined {
  if (IpPermissions.length === 0) return undefined;
  const request = { GroupId, IpPermissions };
  return direction === "ingress"
    ? aws.ec2.send(new AuthorizeSecurityGroupIngressCommand(request), { abortSignal })
    : aws.ec2.send(new AuthorizeSecurityGroupEgressCommand(request), { abortSignal });
}

function revoke(
  aws: AwsRegion,
  GroupId: string,
  direction: Direction,
  IpPermissions: IpPermission[],
  abortSignal: AbortSignal,
): Promise<unknown> | undefined {
  if (IpPermissions.length === 0) return undefined;
  const request = { GroupId, IpPermissions };
  return direction === "ingress"
    ? aws.ec2.send(new RevokeSecurityGroupIngressCommand(request), { abortSignal })
    : aws.ec2.send(new RevokeSecurityGroupEgressCommand(request), { abortSignal });
}

function toPermissions(id: string, rules: readonly Rule[] | undefined): IpPermission[] {
  return (rules ?? []).map((rule) => {
    const described = rule.description === undefined ? {} : { Description: rule.description };
    const groups = [...(rule.securityGroups ?? []), ...(rule.self === true ? [id] : [])];
    return {
      IpProtocol: rule.protocol === "all" ? "-1" : rule.protocol,
      FromPort: rule.fromPort,
      ToPort: rule.toPort,
      IpRanges: rule.cidrBlocks?.map((CidrIp) => ({ CidrIp, ...described })),
      Ipv6Ranges: rule.ipv6CidrBlocks?.map((CidrIpv6) => ({ CidrIpv6, ...described })),
      PrefixListIds: rule.prefixListIds?.map((PrefixListId) => ({ PrefixListId, ...described })),
      UserIdGroupPairs: groups.length === 0 ? undefined : groups.map((GroupId) => ({ GroupId, ...described })),
    };
  });
}

/** One rule for each permission and description, as the real provider groups them. */
function fromPermissions(id: string, permissions: readonly IpPermission[] | undefined): Required<Rule>[] {
  return (permissions ?? []).flatMap((permission) => {
    const ranges = permission.IpRanges ?? [];
    const ranges6 = permission.Ipv6Ranges ?? [];
    const lists = permission.PrefixListIds ?? [];
    const pairs = permission.UserIdGroupPairs ?? [];
    const descriptions = [...ranges, ...ranges6, ...lists, ...pairs].map(({ Description }) => Description ?? "");
    return [...new Set(descriptions)].map((description) => {
      const own = <T extends { Description?: string | undefined }>(all: readonly T[]) =>
        all.filter((one) => (one.Description ?? "") === description);
      const groups = own(pairs).map(({ GroupId = "" }) => GroupId);
      return {
        protocol: permission.IpProtocol ?? "-1",
        fromPort: permission.FromPort ?? 0,
        toPort: permission.ToPort ?? 0,
        cidrBlocks: own(ranges).map(({ CidrIp = "" }) => CidrIp),
        ipv6CidrBlocks: own(ranges6).map(({ CidrIpv6 = "" }) => CidrIpv6),
        prefixListIds: own(lists).map(({ PrefixListId = "" }) => PrefixListId),
        securityGroups: groups.filter((group) => group !== id),
        self: groups.includes(id),
        description,
      };
    });
  });
}
