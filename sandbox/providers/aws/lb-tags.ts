import { AddTagsCommand, DescribeTagsCommand, RemoveTagsCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { AwsRegion } from "./aws-cloud.ts";
import type { AwsCall, Change } from "./aws-kind.ts";
import { syncTags, tagList, tagMap } from "./tags.ts";

/** Undefined when there are none, because the API refuses an empty list. */
export function lbTags(tags: Record<string, string> | undefined) {
  return Object.keys(tags ?? {}).length === 0 ? undefined : tagList(tags);
}

export async function readLbTags(aws: AwsRegion, arn: string, abortSignal: AbortSignal) {
  const answer = await aws.loadBalancing.send(new DescribeTagsCommand({ ResourceArns: [arn] }), { abortSignal });
  return tagMap(answer.TagDescriptions?.[0]?.Tags);
}

export function updateLbTags(
  aws: AwsRegion,
  arn: string,
  change: Change<{ readonly tags?: Record<string, string> | undefined }>,
  { signal: abortSignal }: AwsCall,
): Promise<void> {
  const ResourceArns = [arn];
  return syncTags(change.oldTags, change.inputs.tags, {
    add: (tags) => aws.loadBalancing.send(new AddTagsCommand({ ResourceArns, Tags: tagList(tags) }), { abortSignal }),
    remove: (TagKeys) => aws.loadBalancing.send(new RemoveTagsCommand({ ResourceArns, TagKeys }), { abortSignal }),
  });
}

export interface Attribute {
  readonly Key: string;
  readonly Value: string;
}

/** Attributes of the API by name, from inputs; what is undefined is left as it is. */
export function attributeList(values: Readonly<Record<string, string | number | boolean | undefined>>): Attribute[] {
  return Object.entries(values).flatMap(([Key, value]) => (value === undefined ? [] : [{ Key, Value: String(value) }]));
}

/** The other way. */
export function attributeMap(
  list: readonly { readonly Key?: string | undefined; readonly Value?: string | undefined }[] | undefined,
): ReadonlyMap<string, string> {
  return new Map((list ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
}
