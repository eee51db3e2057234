import { TagResourceCommand, UntagResourceCommand } from "@aws-sdk/client-eks";
import type { AwsRegion } from "./aws-cloud.ts";
import type { AwsCall, Change } from "./aws-kind.ts";
import { syncTags } from "./tags.ts";

export function updateEksTags(
  aws: AwsRegion,
  resourceArn: string,
  change: Change<{ readonly tags?: Record<string, string> | undefined }>,
  { signal: abortSignal }: AwsCall,
): Promise<void> {
  return syncTags(change.oldTags, change.inputs.tags, {
    add: (tags) => aws.eks.send(new TagResourceCommand({ resourceArn, tags }), { abortSignal }),
    remove: (tagKeys) => aws.eks.send(new UntagResourceCommand({ resourceArn, tagKeys }), { abortSignal }),
  });
}
