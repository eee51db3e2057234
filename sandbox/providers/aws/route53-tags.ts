import { ChangeTagsForResourceCommand, type TagResourceType } from "@aws-sdk/client-route-53";
import type { AwsRegion } from "./aws-cloud.ts";
import { syncTags, tagList } from "./tags.ts";

/** Sets and removes tags of a zone or a health check. */
export function updateRoute53Tags(
  aws: AwsRegion,
  resource: { readonly ResourceType: TagResourceType; readonly ResourceId: string },
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>> | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  return syncTags(before, after, {
    add: (tags) =>
      aws.route53.send(new ChangeTagsForResourceCommand({ ...resource, AddTags: tagList(tags) }), { abortSignal }),
    remove: (RemoveTagKeys) =>
      aws.route53.send(new ChangeTagsForResourceCommand({ ...resource, RemoveTagKeys }), { abortSignal }),
  });
}
