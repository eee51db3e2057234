import {
  ChangeResourceRecordSetsCommand,
  GetHostedZoneCommand,
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
} from "@aws-sdk/client-route-53";
import type { AwsRegion } from "./aws-cloud.ts";
import { orMissing } from "./errors.ts";

/** One change, at once. */
export async function changeRecordSet(
  aws: AwsRegion,
  HostedZoneId: string,
  Action: "CREATE" | "UPSERT" | "DELETE",
  ResourceRecordSet: ResourceRecordSet,
  abortSignal: AbortSignal,
): Promise<void> {
  const ChangeBatch = { Comment: "Managed by Pulumi", Changes: [{ Action, ResourceRecordSet }] };
  await aws.route53.send(new ChangeResourceRecordSetsCommand({ HostedZoneId, ChangeBatch }), { abortSignal });
}

/** Undefined: there is no such zone. */
export async function listRecordSets(aws: AwsRegion, HostedZoneId: string, abortSignal: AbortSignal) {
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
export async function fullName(
  aws: AwsRegion,
  zoneId: string,
  name: string,
  abortSignal: AbortSignal,
): Promise<string> {
  const { HostedZone } = await aws.route53.send(new GetHostedZoneCommand({ Id: zoneId }), { abortSignal });
  const zoneName = withoutDot(HostedZone?.Name ?? "");
  const own = withoutDot(name).toLowerCase();
  if (own === "" || own === zoneName) return zoneName;
  return own.endsWith(`.${zoneName}`) ? own : `${own}.${zoneName}`;
}

export function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}

/** Route 53 tells `*` and other unusual characters as octal escapes. */
export function unescapeName(name: string): string {
  return name.replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
