import { z } from "zod";
import type { DnsRecord } from "../contracts/contracts.ts";
import { xmlText } from "./api-answer.ts";

const recordSchema = z.object({
  name: z.string(),
  type: z.enum(["A", "CNAME", "TXT", "NS", "SOA"]),
  ttl: z.number(),
  data: z.string(),
});
const sideSchema = z.object({ records: z.array(recordSchema), healthCheck: z.string().optional() });
const failoverSchema = z.object({ name: z.string(), primary: sideSchema, secondary: sideSchema });

/** What DNS needs of a hosted zone. */
export const recordSetsSchema = z.object({ records: z.array(recordSchema), failovers: z.array(failoverSchema) });
export type RecordSets = z.infer<typeof recordSetsSchema>;
/** One name and type with a primary and a secondary answer. */
export type Failover = z.infer<typeof failoverSchema>;

const served: readonly string[] = recordSchema.shape.type.options;

/**
 * Record sets of a ListResourceRecordSets answer. Of weighted ones the heaviest counts. An alias becomes a CNAME, which
 * for a resolver comes to the same address.
 */
export function parseRecordSets(xml: string): RecordSets {
  const sets = [...xml.matchAll(/<ResourceRecordSet>([\s\S]*?)<\/ResourceRecordSet>/g)]
    .map(([, element = ""]) => element)
    .filter((element) => served.includes(xmlText(element, "Type") ?? ""));
  const byKey = Map.groupBy(sets, (element) => `${xmlText(element, "Name")} ${xmlText(element, "Type")}`);
  const all = [...byKey.values()];
  const failovers = all.flatMap((same) => failoverOf(same) ?? []);
  const plain = all.filter((same) => failoverOf(same) === undefined);
  return {
    records: plain.flatMap((same) => recordsOf(same.toSorted((a, b) => weight(b) - weight(a))[0] ?? "")),
    failovers,
  };
}

/** Undefined where there are not both sides: then the one that is there is the answer. */
function failoverOf(same: readonly string[]): Failover | undefined {
  const side = (role: string) => same.find((element) => xmlText(element, "Failover") === role);
  const primary = side("PRIMARY");
  const secondary = side("SECONDARY");
  if (primary === undefined || secondary === undefined) return undefined;
  return { name: nameOf(primary), primary: sideOf(primary), secondary: sideOf(secondary) };
}

function sideOf(element: string): z.infer<typeof sideSchema> {
  const healthCheck = xmlText(element, "HealthCheckId");
  return { records: recordsOf(element), ...(healthCheck !== undefined && { healthCheck }) };
}

function weight(element: string): number {
  return Number(xmlText(element, "Weight") ?? "0");
}

function recordsOf(element: string): DnsRecord[] {
  const name = nameOf(element);
  const type = xmlText(element, "Type") ?? "";
  const alias = xmlText(element, "DNSName");
  if (alias !== undefined) return [{ name, type: "CNAME", ttl: 60, data: withoutDot(alias) }];
  const ttl = Number(xmlText(element, "TTL") ?? "300");
  return [...element.matchAll(/<Value>[^<]*<\/Value>/g)].map(([value]) => ({
    name,
    type: type as DnsRecord["type"],
    ttl,
    data: recordData(type, xmlText(value, "Value") ?? ""),
  }));
}

function recordData(type: string, value: string): string {
  if (type === "TXT") return value.replace(/^"|"$/g, "").replaceAll('" "', "");
  // moto writes the SOA record that it makes itself as a Python dictionary.
  if (type === "SOA") return /^\{'Value': '([^']*)'\}$/.exec(value)?.[1] ?? value;
  return withoutDot(value);
}

/** Route 53 writes `*` and other unusual characters as octal escapes. */
function nameOf(element: string): string {
  return withoutDot(xmlText(element, "Name") ?? "").replace(/\\(\d{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}
