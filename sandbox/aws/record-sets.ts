import type { DnsRecord } from "../supervisor/contracts.ts";
import { xmlText } from "./api-answer.ts";

const served = new Set<string>(["A", "CNAME", "TXT", "NS", "SOA"]);

/**
 * DNS records of a ListResourceRecordSets answer. Of a name with several record sets under a routing policy, the first
 * counts (the PRIMARY of a failover pair). An alias becomes a CNAME, which for a resolver comes to the same address.
 */
export function parseRecordSets(xml: string): readonly DnsRecord[] {
  const sets = [...xml.matchAll(/<ResourceRecordSet>([\s\S]*?)<\/ResourceRecordSet>/g)].map(
    ([, element = ""]) => element,
  );
  const ranked = [...sets].sort((a, b) => rank(a) - rank(b));
  const seen = new Set<string>();
  return ranked.flatMap((element) => {
    const name = decodeName(xmlText(element, "Name") ?? "");
    const type = xmlText(element, "Type") ?? "";
    if (!served.has(type) || seen.has(`${name} ${type}`)) return [];
    seen.add(`${name} ${type}`);
    const alias = xmlText(element, "DNSName");
    if (alias !== undefined) return [{ name, type: "CNAME" as const, ttl: 60, data: withoutDot(alias) }];
    const ttl = Number(xmlText(element, "TTL") ?? "300");
    return [...element.matchAll(/<Value>[^<]*<\/Value>/g)].map(([value]) => ({
      name,
      type: type as DnsRecord["type"],
      ttl,
      data: recordData(type, xmlText(value, "Value") ?? ""),
    }));
  });
}

function rank(element: string): number {
  return xmlText(element, "Failover") === "SECONDARY" ? 1 : 0;
}

function recordData(type: string, value: string): string {
  if (type === "TXT") return value.replace(/^"|"$/g, "").replaceAll('" "', "");
  // moto writes the SOA record that it makes itself as a Python dictionary.
  if (type === "SOA") return /^\{'Value': '([^']*)'\}$/.exec(value)?.[1] ?? value;
  return withoutDot(value);
}

/** Route 53 writes `*` and other unusual characters as octal escapes. */
function decodeName(name: string): string {
  return withoutDot(name).replace(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "");
}
