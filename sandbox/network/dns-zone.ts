import type { DnsRecord } from "../contracts/contracts.ts";

/** Answer of the zone data to one question. */
export interface DnsAnswer {
  readonly code: "NOERROR" | "NXDOMAIN" | "REFUSED";
  readonly answers: readonly DnsRecord[];
  /** SOA of the zone, for negative answers. */
  readonly authorities: readonly DnsRecord[];
}

const longestChain = 12;

/** Names as they are compared: lower case, no final dot. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}

/** What all owners have said, and how a question is answered from it. No network here. */
export class DnsData {
  readonly #records = new Map<string, readonly DnsRecord[]>();
  readonly #dynamic = new Map<string, Map<string, () => readonly DnsRecord[]>>();
  readonly #zones: readonly string[];

  /** `zones`: suffixes that are ours even where no owner has said anything below them. */
  constructor(zones: readonly string[]) {
    this.#zones = zones.map(canonicalName);
  }

  set(owner: string, records: readonly DnsRecord[]): void {
    this.#records.set(
      owner,
      records.map((record) => ({ ...record, name: canonicalName(record.name) })),
    );
  }

  setDynamic(owner: string, name: string, answer: () => readonly DnsRecord[]): void {
    const own = this.#dynamic.get(owner) ?? new Map<string, () => readonly DnsRecord[]>();
    own.set(canonicalName(name), answer);
    this.#dynamic.set(owner, own);
  }

  remove(owner: string): void {
    this.#records.delete(owner);
    this.#dynamic.delete(owner);
  }

  /** CNAMEs are followed into the answer, also across owners. */
  answer(question: string, type: string): DnsAnswer {
    const answers: DnsRecord[] = [];
    let name = canonicalName(question);
    for (let step = 0; step < longestChain; step += 1) {
      const here = this.#at(name);
      const wanted = here.filter((record) => record.type === type || type === "ANY");
      if (wanted.length > 0) return { code: "NOERROR", answers: [...answers, ...wanted], authorities: [] };
      const alias = here.find((record) => record.type === "CNAME");
      if (alias === undefined) return this.#negative(name, answers, here.length > 0);
      answers.push(alias);
      name = canonicalName(alias.data);
    }
    return { code: "NOERROR", answers, authorities: [] };
  }

  resolve(name: string): string | undefined {
    return this.answer(name, "A").answers.find((record) => record.type === "A")?.data;
  }

  #at(name: string): readonly DnsRecord[] {
    const stored = [...this.#records.values()].flat().filter((record) => record.name === name);
    const computed = [...this.#dynamic.values()].flatMap((names) => names.get(name)?.() ?? []);
    return [...stored, ...computed];
  }

  #negative(name: string, answers: readonly DnsRecord[], exists: boolean): DnsAnswer {
    const soa = this.#soaFor(name);
    // The end of a chain that leaves our zones is the client's to look up.
    if (soa === undefined && !exists)
      return { code: answers.length > 0 ? "NOERROR" : "REFUSED", answers, authorities: [] };
    const known = exists || this.#isDynamic(name) || this.#hasBelow(name);
    return { code: known ? "NOERROR" : "NXDOMAIN", answers, authorities: soa === undefined ? [] : [soa] };
  }

  /** The closest zone: an owner's SOA record, or one made up for a suffix of ours. */
  #soaFor(name: string): DnsRecord | undefined {
    for (let zone = name; zone !== ""; zone = zone.includes(".") ? zone.slice(zone.indexOf(".") + 1) : "") {
      const said = this.#at(zone).find((record) => record.type === "SOA");
      if (said !== undefined) return said;
      if (this.#zones.includes(zone)) {
        return { name: zone, type: "SOA", ttl: 5, data: `ns.${zone} hostmaster.${zone} 1 7200 900 1209600 5` };
      }
    }
    return undefined;
  }

  #isDynamic(name: string): boolean {
    return [...this.#dynamic.values()].some((names) => names.has(name));
  }

  #hasBelow(name: string): boolean {
    const suffix = `.${name}`;
    return (
      [...this.#records.values()].some((records) => records.some((record) => record.name.endsWith(suffix))) ||
      [...this.#dynamic.values()].some((names) => [...names.keys()].some((known) => known.endsWith(suffix)))
    );
  }
}
