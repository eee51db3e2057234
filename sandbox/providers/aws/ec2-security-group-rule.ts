import {
  AuthorizeSecurityGroupEgressCommand,
  AuthorizeSecurityGroupIngressCommand,
  DescribeSecurityGroupRulesCommand,
  type IpPermission,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroupRule,
} from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { ResourceKind } from "../resource-kind.ts";
import type { AwsCloud, AwsRegion } from "./aws-cloud.ts";
import { awsKind, regional, tagsSchema } from "./aws-kind.ts";
import { tagSpecifications, updateEc2Tags } from "./ec2-tags.ts";
import { orMissing } from "./errors.ts";
import { tagMap } from "./tags.ts";

const inputs = z.strictObject({
  ...regional,
  securityGroupId: z.string(),
  ipProtocol: z.string(),
  fromPort: z.number().int().optional(),
  toPort: z.number().int().optional(),
  cidrIpv4: z.string().optional(),
  cidrIpv6: z.string().optional(),
  prefixListId: z.string().optional(),
  referencedSecurityGroupId: z.string().optional(),
  description: z.string().optional(),
  tags: tagsSchema,
});

/** aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule and its egress twin. */
export function securityGroupRule(direction: "ingress" | "egress"): ResourceKind<AwsCloud> {
  return awsKind({
    inputs,
    // moto cannot change a rule in place, so where the real provider updates, this one replaces. The rule's effect is the same.
    replaceOnChanges: [
      "securityGroupId",
      "ipProtocol",
      "fromPort",
      "toPort",
      "cidrIpv4",
      "cidrIpv6",
      "prefixListId",
      "referencedSecurityGroupId",
      "description",
    ],
    deleteBeforeReplace: true,

    async create(aws, wanted, { signal: abortSignal }) {
      const request = {
        GroupId: wanted.securityGroupId,
        IpPermissions: [toPermission(wanted)],
        TagSpecifications: tagSpecifications("security-group-rule", wanted.tags),
      };
      const { SecurityGroupRules } =
        direction === "ingress"
          ? await aws.ec2.send(new AuthorizeSecurityGroupIngressCommand(request), { abortSignal })
          : await aws.ec2.send(new AuthorizeSecurityGroupEgressCommand(request), { abortSignal });
      const rule = SecurityGroupRules?.find((one) => isSame(one, wanted)) ?? SecurityGroupRules?.[0];
      return rule?.SecurityGroupRuleId ?? "";
    },

    async look(aws, id, known, { signal }) {
      const found = await findRule(aws, id, known["securityGroupId"], signal);
      if (found === undefined || found.IsEgress !== (direction === "egress")) return undefined;
      const account = found.GroupOwnerId ?? (await aws.accountId(signal));
      const allTraffic = found.IpProtocol === "-1";
      return {
        properties: {
          arn: `arn:aws:ec2:${aws.region}:${account}:security-group-rule/${id}`,
          securityGroupRuleId: id,
          securityGroupId: found.GroupId,
          ipProtocol: found.IpProtocol,
          fromPort: allTraffic ? undefined : found.FromPort,
          toPort: allTraffic ? undefined : found.ToPort,
          cidrIpv4: found.CidrIpv4,
          cidrIpv6: found.CidrIpv6,
          prefixListId: found.PrefixListId,
          referencedSecurityGroupId: found.ReferencedGroupInfo?.GroupId,
          description: found.Description === "" ? undefined : found.Description,
          tags: tagMap(found.Tags),
        },
      };
    },

    update: updateEc2Tags,

    async delete(aws, id, state, { signal: abortSignal }) {
      const request = { GroupId: String(state["securityGroupId"]), SecurityGroupRuleIds: [id] };
      await orMissing<unknown>(
        direction === "ingress"
          ? aws.ec2.send(new RevokeSecurityGroupIngressCommand(request), { abortSignal })
          : aws.ec2.send(new RevokeSecurityGroupEgressCommand(request), { abortSignal }),
      );
    },
  });
}

function toPermission(wanted: z.infer<typeof inputs>): IpPermission {
  const described = wanted.description === undefined ? {} : { Description: wanted.description };
  const { cidrIpv4, cidrIpv6, prefixListId, referencedSecurityGroupId } = wanted;
  return {
    IpProtocol: wanted.ipProtocol,
    FromPort: wanted.fromPort ?? (wanted.ipProtocol === "-1" ? -1 : undefined),
    ToPort: wanted.toPort ?? (wanted.ipProtocol === "-1" ? -1 : undefined),
    ...(cidrIpv4 !== undefined && { IpRanges: [{ CidrIp: cidrIpv4, ...described }] }),
    ...(cidrIpv6 !== undefined && { Ipv6Ranges: [{ CidrIpv6: cidrIpv6, ...described }] }),
    ...(prefixListId !== undefined && { PrefixListIds: [{ PrefixListId: prefixListId, ...described }] }),
    ...(referencedSecurityGroupId !== undefined && {
      UserIdGroupPairs: [{ GroupId: referencedSecurityGroupId, ...described }],
    }),
  };
}

/** moto answers an authorisation with every rule of the group. */
function isSame(rule: SecurityGroupRule, wanted: z.infer<typeof inputs>): boolean {
  return (
    rule.IpProtocol === wanted.ipProtocol &&
    (wanted.fromPort === undefined || rule.FromPort === wanted.fromPort) &&
    (wanted.toPort === undefined || rule.ToPort === wanted.toPort) &&
    rule.CidrIpv4 === wanted.cidrIpv4 &&
    rule.CidrIpv6 === wanted.cidrIpv6 &&
    rule.ReferencedGroupInfo?.GroupId === wanted.referencedSecurityGroupId
  );
}

async function findRule(aws: AwsRegion, id: string, groupId: unknown, abortSignal: AbortSignal) {
  const request =
    typeof groupId === "string"
      ? { Filters: [{ Name: "group-id", Values: [groupId] }] }
      : { SecurityGroupRuleIds: [id] };
  const answer = await orMissing(aws.ec2.send(new DescribeSecurityGroupRulesCommand(request), { abortSignal }));
  return answer?.SecurityGroupRules?.find((one) => one.SecurityGroupRuleId === id);
}
