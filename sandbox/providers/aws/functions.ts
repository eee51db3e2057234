import { DescribeAvailabilityZonesCommand } from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { PluginSpec } from "../resource-kind.ts";
import type { AwsCloud } from "./aws-cloud.ts";
import { policyDocument } from "./policy-document.ts";

const zonesArgs = z.strictObject({
  state: z.enum(["available", "information", "impaired", "unavailable"]).optional(),
  region: z.string().optional(),
  allAvailabilityZones: z.boolean().optional(),
  excludeNames: z.array(z.string()).optional(),
  excludeZoneIds: z.array(z.string()).optional(),
  filters: z.array(z.strictObject({ name: z.string(), values: z.array(z.string()) })).optional(),
});
const regionArgs = z.strictObject({
  region: z.string().optional(),
  name: z.string().optional(),
  id: z.string().optional(),
});

/** The provider's functions (invokes), by token. */
export const functions: PluginSpec<AwsCloud>["functions"] = {
  async "aws:index/getAvailabilityZones:getAvailabilityZones"(cloud, args, { signal: abortSignal }) {
    const wanted = zonesArgs.parse(args);
    const aws = cloud.in(wanted.region);
    const Filters = [
      // moto does not know this filter's name, and its zones are all of this kind.
      ...(wanted.filters ?? []).filter(({ name }) => name !== "opt-in-status"),
      ...(wanted.state === undefined ? [] : [{ name: "state", values: [wanted.state] }]),
    ].map(({ name, values }) => ({ Name: name, Values: values }));
    const answer = await aws.ec2.send(new DescribeAvailabilityZonesCommand({ Filters }), { abortSignal });
    const zones = (answer.AvailabilityZones ?? [])
      .filter(
        ({ ZoneName = "", ZoneId = "" }) =>
          !wanted.excludeNames?.includes(ZoneName) && !wanted.excludeZoneIds?.includes(ZoneId),
      )
      .sort((a, b) => (a.ZoneName ?? "").localeCompare(b.ZoneName ?? ""));
    return {
      ...wanted,
      id: aws.region,
      region: aws.region,
      groupNames: [aws.region],
      names: zones.map(({ ZoneName }) => ZoneName),
      zoneIds: zones.map(({ ZoneId }) => ZoneId),
    };
  },

  async "aws:index/getCallerIdentity:getCallerIdentity"(cloud, _args, { signal }) {
    const { Account, Arn, UserId } = await cloud.in(undefined).callerIdentity(signal);
    return { id: Account, accountId: Account, arn: Arn, userId: UserId };
  },

  async "aws:index/getRegion:getRegion"(cloud, args) {
    const { region, name, id } = regionArgs.parse(args);
    const chosen = cloud.in(region ?? name ?? id).region;
    return {
      id: chosen,
      name: chosen,
      region: chosen,
      description: chosen,
      endpoint: `ec2.${chosen}.amazonaws.com`,
    };
  },

  async "aws:index/getPartition:getPartition"() {
    return { id: "aws", partition: "aws", dnsSuffix: "amazonaws.com", reverseDnsPrefix: "com.amazonaws" };
  },

  async "aws:iam/getPolicyDocument:getPolicyDocument"(_cloud, args) {
    return policyDocument(args);
  },
};
