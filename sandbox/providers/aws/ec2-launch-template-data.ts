import type { RequestLaunchTemplateData, ResponseLaunchTemplateData } from "@aws-sdk/client-ec2";
import { z } from "zod";
import type { Properties } from "../resource-kind.ts";
import { refused } from "./aws-kind.ts";
import { toCamelCase, toPascalCase } from "./pascal-case.ts";
import { tagList, tagMap } from "./tags.ts";

const text = z.string().optional();
const count = z.number().int().optional();
const flag = z.boolean().optional();
/** The provider has some booleans as text, to tell "false" from "not said". */
const flagText = z.enum(["true", "false"]).optional();

const blockDevice = z.strictObject({
  deviceName: text,
  noDevice: text,
  virtualName: text,
  ebs: z
    .strictObject({
      deleteOnTermination: flagText,
      encrypted: flagText,
      iops: count,
      kmsKeyId: text,
      snapshotId: text,
      throughput: count,
      volumeSize: count,
      volumeType: text,
    })
    .optional(),
});
const networkInterface = z.strictObject({
  associatePublicIpAddress: flagText,
  deleteOnTermination: flagText,
  description: text,
  deviceIndex: count,
  interfaceType: text,
  networkCardIndex: count,
  networkInterfaceId: text,
  privateIpAddress: text,
  securityGroups: z.array(z.string()).optional(),
  subnetId: text,
});
/** Options whose names in the API differ by the first letter only. */
const plain = {
  creditSpecification: z.strictObject({ cpuCredits: text }).optional(),
  disableApiStop: flag,
  disableApiTermination: flag,
  enclaveOptions: z.strictObject({ enabled: flag }).optional(),
  hibernationOptions: z.strictObject({ configured: z.boolean() }).optional(),
  iamInstanceProfile: z.strictObject({ arn: text, name: text }).optional(),
  imageId: text,
  instanceInitiatedShutdownBehavior: text,
  instanceType: text,
  kernelId: text,
  keyName: text,
  maintenanceOptions: z.strictObject({ autoRecovery: text }).optional(),
  metadataOptions: z
    .strictObject({
      httpEndpoint: text,
      httpProtocolIpv6: text,
      httpPutResponseHopLimit: count,
      httpTokens: text,
      instanceMetadataTags: text,
    })
    .optional(),
  monitoring: z.strictObject({ enabled: flag }).optional(),
  placement: z
    .strictObject({ affinity: text, availabilityZone: text, groupName: text, hostId: text, tenancy: text })
    .optional(),
  ramDiskId: text,
  userData: text,
};
const noInstances = "its nodes are processes, not instances, so this would have no meaning";

/** Inputs of a launch template that make up its versions. */
export const templateDataInputs = {
  ...plain,
  blockDeviceMappings: z.array(blockDevice).optional(),
  ebsOptimized: flagText,
  networkInterfaces: z.array(networkInterface).optional(),
  securityGroupNames: z.array(z.string()).optional(),
  tagSpecifications: z
    .array(z.strictObject({ resourceType: text, tags: z.record(z.string(), z.string()).optional() }))
    .optional(),
  vpcSecurityGroupIds: z.array(z.string()).optional(),
  capacityReservationSpecification: refused(noInstances),
  cpuOptions: refused(noInstances),
  instanceMarketOptions: refused(noInstances),
  instanceRequirements: refused(noInstances),
  licenseSpecifications: refused(noInstances),
  networkPerformanceOptions: refused(noInstances),
  privateDnsNameOptions: refused(noInstances),
  secondaryInterfaces: refused(noInstances),
};
const dataSchema = z.object(templateDataInputs);

export function toTemplateData(inputs: z.infer<typeof dataSchema>): RequestLaunchTemplateData {
  const named = Object.fromEntries(Object.keys(plain).map((name) => [name, inputs[name as keyof typeof plain]]));
  return {
    ...(toPascalCase(named) as RequestLaunchTemplateData),
    BlockDeviceMappings: inputs.blockDeviceMappings?.map(
      (device) => toPascalCase({ ...device, ebs: device.ebs && withFlags(device.ebs) }) as object,
    ),
    EbsOptimized: inputs.ebsOptimized === undefined ? undefined : inputs.ebsOptimized === "true",
    NetworkInterfaces: inputs.networkInterfaces?.map(({ securityGroups, ...rest }) => ({
      ...(toPascalCase(withFlags(rest)) as object),
      Groups: securityGroups,
    })),
    SecurityGroups: inputs.securityGroupNames,
    TagSpecifications: inputs.tagSpecifications?.map(({ resourceType, tags }) => ({
      ResourceType: resourceType as "instance" | undefined,
      Tags: tagList(tags),
    })),
    SecurityGroupIds: inputs.vpcSecurityGroupIds,
  };
}

export function fromTemplateData(data: ResponseLaunchTemplateData): Properties {
  const own = z.object(plain).partial().parse(toCamelCase(data));
  // moto counts the template's own tags among these.
  const tags = data.TagSpecifications?.filter(({ ResourceType }) => ResourceType !== "launch-template");
  return {
    ...Object.fromEntries(Object.keys(plain).map((name) => [name, filled(own[name as keyof typeof plain])])),
    blockDeviceMappings: filled(
      data.BlockDeviceMappings?.map(({ Ebs, ...rest }) => ({
        ...(toCamelCase(rest) as object),
        ...(Ebs && { ebs: withTexts(toCamelCase(Ebs) as object) }),
      })),
    ),
    ebsOptimized: data.EbsOptimized === undefined ? undefined : String(data.EbsOptimized),
    networkInterfaces: filled(
      data.NetworkInterfaces?.map(({ Groups, ...rest }) => ({
        ...withTexts(toCamelCase(rest) as object),
        ...(Groups && { securityGroups: Groups }),
      })),
    ),
    securityGroupNames: filled(data.SecurityGroups),
    tagSpecifications: filled(
      tags?.map(({ ResourceType, Tags }) => ({ resourceType: ResourceType, tags: tagMap(Tags) })),
    ),
    vpcSecurityGroupIds: filled(data.SecurityGroupIds),
  };
}

function withFlags(given: object): object {
  return mapValues(given, (value) => (value === "true" ? true : value === "false" ? false : value));
}

function withTexts(found: object): object {
  return mapValues(found, (value) => (typeof value === "boolean" ? String(value) : value));
}

function mapValues(from: object, change: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value)]));
}

/** moto answers what was not said with empty text and lists. */
function filled(value: unknown): unknown {
  return value === "" || (Array.isArray(value) && value.length === 0) ? undefined : value;
}
