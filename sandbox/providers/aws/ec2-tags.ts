import { CreateTagsCommand, DeleteTagsCommand, type ResourceType, type TagSpecification } from "@aws-sdk/client-ec2";
import type { AwsRegion } from "./aws-cloud.ts";
import type { AwsCall, Change } from "./aws-kind.ts";
import { syncTags, tagList } from "./tags.ts";

/** Tags at creation; undefined when there are none, because EC2 refuses an empty list. */
export function tagSpecifications(
  type: ResourceType,
  tags: Record<string, string> | undefined,
): TagSpecification[] | undefined {
  return Object.keys(tags ?? {}).length === 0 ? undefined : [{ ResourceType: type, Tags: tagList(tags) }];
}

export function updateEc2Tags(
  aws: AwsRegion,
  id: string,
  change: Change<{ readonly tags?: Record<string, string> | undefined }>,
  { signal: abortSignal }: AwsCall,
): Promise<void> {
  return syncTags(change.oldTags, change.inputs.tags, {
    add: (tags) => aws.ec2.send(new CreateTagsCommand({ Resources: [id], Tags: tagList(tags) }), { abortSignal }),
    remove: (keys) =>
      aws.ec2.send(new DeleteTagsCommand({ Resources: [id], Tags: keys.map((Key) => ({ Key })) }), { abortSignal }),
  });
}
