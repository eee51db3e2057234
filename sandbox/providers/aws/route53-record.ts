import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { z } from "zod";
import type { Properties } from "../resource-kind.ts";
import type { AwsRegion } from "./aws-cloud.ts";
import { awsKind, refused } from "./aws-kind.ts";
import { changeRecordSet, fullName, listRecordSets, unescapeName, withoutDot } from "./route53-record-sets.ts";

const sameForAll = "its DNS answers everyone alike";
const recordInputs = z.strictObject({
  zoneId: z.string(),
  name: z.string(),
  type: z.enum(["A", "AAAA", "CAA", "CNAME", "MX", "NS", "PTR", "SOA", "SRV", "TXT"]),
  ttl: z.number().int().optional(),
  records: z.array(z.string()).optional(),
  aliases: z
    .array(z.strictObject({ name: z.string(), zoneId: z.string(), evaluateTargetHealth: z.boolean() }))
    .max(1)
    .optional(),
  allowOverwrite: z.boolean().optional(),
  healthCheckId: z.string().optional(),
  setIdentifier: z.string().optional(),
  failoverRoutingPolicies: z
    .array(z.strictObject({ type: z.enum(["PRIMARY", "SECONDARY"]) }))
    .max(1)
    .optional(),
  weightedRoutingPolicies: z
    .array(z.strictObject({ weight: z.number().int() }))
    .max(1)
    .optional(),
  cidrRoutingPolicy: refused(sameForAll),
  geolocationRoutingPolicies: refused(sameForAll),
  geoproximityRoutingPolicy: refused(sameForAll),
  latencyRoutingPolicies: refused(sameForAll),
  multivalueAnswerRoutingPolicy: refused("its DNS picks no answers at random"),
});
type RecordInputs = z.infer<typeof recordInputs>;

/** aws:route53/record:Record */
export const record = awsKind({
  inputs: recordInputs,
  defaults: { allowOverwrite: false },
  replaceOnChanges: ["zoneId", "name"],

  async create(aws, wanted, { signal }) {
    const action = wanted.allowOverwrite === true ? "UPSERT" : "CREATE";
    const set = await toRecordSet(aws, wanted, signal);
    await changeRecordSet(aws, wanted.zoneId, action, set, signal);
    const suffix = wanted.setIdentifier === undefined ? "" : `_${wanted.setIdentifier}`;
    return `${wanted.zoneId}_${wanted.name}_${wanted.type}${suffix}`;
  },

  async look(aws, id, known, { signal }) {
    const found = await findRecordSet(aws, id, known, signal);
    if (found === undefined) return undefined;
    const [idZone = "", idName = ""] = id.split("_");
    const fqdn = withoutDot(unescapeName(found.Name ?? ""));
    const alias = found.AliasTarget;
    return {
      properties: {
        zoneId: known["zoneId"] ?? idZone,
        // The program may have said the name in short, or with a dot.
        name: known["name"] ?? idName,
        fqdn,
        type: found.Type,
        ttl: found.TTL,
        records: found.ResourceRecords?.map(({ Value = "" }) =>
          found.Type === "TXT" ? Value.replace(/^"|"$/g, "") : Value,
        ),
        aliases: alias && [
          {
            name: withoutDot(alias.DNSName ?? ""),
            zoneId: alias.HostedZoneId,
            evaluateTargetHealth: alias.EvaluateTargetHealth,
          },
        ],
        healthCheckId: found.HealthCheckId,
        setIdentifier: found.SetIdentifier,
        failoverRoutingPolicies: found.Failover && [{ type: found.Failover }],
        weightedRoutingPolicies: found.Weight === undefined ? undefined : [{ weight: found.Weight }],
      },
    };
  },

  async update(aws, id, { inputs, old, has }, { signal }) {
    const { zoneId } = inputs;
    const set = await toRecordSet(aws, inputs, signal);
    if (!has("type", "setIdentifier")) return changeRecordSet(aws, zoneId, "UPSERT", set, signal);
    const before = await findRecordSet(aws, id, old, signal);
    if (before !== undefined) await changeRecordSet(aws, zoneId, "DELETE", before, signal);
    await changeRecordSet(aws, zoneId, "CREATE", set, signal);
  },

  async delete(aws, id, state, { signal }) {
    const found = await findRecordSet(aws, id, state, signal);
    if (found !== undefined) await changeRecordSet(aws, String(state["zoneId"]), "DELETE", found, signal);
  },
});

async function toRecordSet(aws: AwsRegion, wanted: RecordInputs, signal: AbortSignal): Promise<ResourceRecordSet> {
  const alias = wanted.aliases?.[0];
  const failover = wanted.failoverRoutingPolicies?.[0];
  const weighted = wanted.weightedRoutingPolicies?.[0];
  return {
    Name: await fullName(aws, wanted.zoneId, wanted.name, signal),
    Type: wanted.type,
    ...(alias
      ? {
          AliasTarget: {
            DNSName: alias.name,
            HostedZoneId: alias.zoneId,
            EvaluateTargetHealth: alias.evaluateTargetHealth,
          },
        }
      : {
          TTL: wanted.ttl ?? 300,
          ResourceRecords: wanted.records?.map((Value) => ({ Value: wanted.type === "TXT" ? `"${Value}"` : Value })),
        }),
    ...(wanted.setIdentifier !== undefined && { SetIdentifier: wanted.setIdentifier }),
    ...(wanted.healthCheckId !== undefined && { HealthCheckId: wanted.healthCheckId }),
    ...(failover && { Failover: failover.type }),
    ...(weighted && { Weight: weighted.weight }),
  };
}

async function findRecordSet(aws: AwsRegion, id: string, known: Properties, signal: AbortSignal) {
  // Imported as `<zone>_<name>_<type>[_<set>]`.
  const [idZone = "", idName = "", idType = "", idSet] = id.split("_");
  const zoneId = typeof known["zoneId"] === "string" ? known["zoneId"] : idZone;
  const name = typeof known["name"] === "string" ? known["name"] : idName;
  const type = known["type"] ?? idType;
  const set = "zoneId" in known ? known["setIdentifier"] : idSet;
  const sets = await listRecordSets(aws, zoneId, signal);
  if (sets === undefined) return undefined;
  const full = await fullName(aws, zoneId, name, signal);
  return sets.find(
    (one) =>
      one.Type === type && one.SetIdentifier === set && withoutDot(unescapeName(one.Name ?? "")) === withoutDot(full),
  );
}
