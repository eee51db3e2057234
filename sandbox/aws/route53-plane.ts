import { z } from "zod";
import type { Dns, DnsRecord, Logger, Store } from "../supervisor/contracts.ts";
import { type ApiAnswer, isSuccess, xmlText } from "./api-answer.ts";
import type { ApiCall } from "./api-call.ts";
import type { DataPlane } from "./data-plane.ts";
import type { MotoClient } from "./moto-client.ts";
import { parseRecordSets } from "./record-sets.ts";

const recordSchema = z.object({
  name: z.string(),
  type: z.enum(["A", "CNAME", "TXT", "NS", "SOA"]),
  ttl: z.number(),
  data: z.string(),
});
const zonesSchema = z.record(z.string(), z.array(recordSchema));

const storeName = "aws-route53";

/**
 * Puts the records of hosted zones into the sandbox's DNS. They are remembered in the store, so that DNS answers also
 * while the region, and with it the Route 53 API, is down: as with the real one, whose data plane is apart.
 */
export class Route53Plane implements DataPlane {
  readonly service = "route53";
  readonly #dns: Dns;
  readonly #store: Store;
  readonly #moto: MotoClient;
  readonly #logger: Logger;
  #zones = new Map<string, readonly DnsRecord[]>();
  readonly #changed = new Set<string>();

  constructor(options: {
    readonly dns: Dns;
    readonly store: Store;
    readonly moto: MotoClient;
    readonly logger: Logger;
  }) {
    this.#dns = options.dns;
    this.#store = options.store;
    this.#moto = options.moto;
    this.#logger = options.logger;
  }

  /** Answers with what was true when the sandbox last ran, before moto is there. */
  async restore(): Promise<void> {
    const saved = zonesSchema.catch({}).parse(await this.#store.read<unknown>(storeName, {}));
    this.#zones = new Map(Object.entries(saved));
    for (const [zone, records] of this.#zones) this.#dns.set(`route53:${zone}`, records);
  }

  /** Zones stay: DNS goes on answering. */
  reset(): void {}

  note(call: ApiCall, answer: ApiAnswer): void {
    const zone = /^\/2013-04-01\/hostedzone\/([^/?]+)/.exec(call.path)?.[1];
    if (zone !== undefined) this.#changed.add(zone);
    else if (call.method === "POST" && call.path.startsWith("/2013-04-01/hostedzone")) {
      const created = xmlText(answer.body.toString(), "Id")?.replace("/hostedzone/", "");
      if (created !== undefined) this.#changed.add(created);
    }
  }

  /** Resolves when DNS answers accordingly. */
  async settle(): Promise<void> {
    if (this.#changed.size === 0) return;
    for (const zone of this.#changed) {
      try {
        await this.#refresh(zone);
        this.#changed.delete(zone);
      } catch (error) {
        this.#logger.error(`hosted zone ${zone}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    await this.#store.write(storeName, Object.fromEntries(this.#zones));
  }

  rewrite(_call: ApiCall, answer: ApiAnswer): ApiAnswer {
    return answer;
  }

  async stop(): Promise<void> {}

  async #refresh(zone: string): Promise<void> {
    const records: DnsRecord[] = [];
    let next = "";
    do {
      const answer = await this.#moto.read("route53", "us-east-1", `/2013-04-01/hostedzone/${zone}/rrset${next}`);
      if (answer.status === 404) {
        this.#zones.delete(zone);
        this.#dns.remove(`route53:${zone}`);
        return;
      }
      if (!isSuccess(answer)) throw new Error(`moto answered ${answer.status} to a list of its records`);
      const xml = answer.body.toString();
      records.push(...parseRecordSets(xml));
      const name = xmlText(xml, "IsTruncated") === "true" ? xmlText(xml, "NextRecordName") : undefined;
      next = name === undefined ? "" : `?${new URLSearchParams({ name, type: xmlText(xml, "NextRecordType") ?? "A" })}`;
    } while (next !== "");
    this.#zones.set(zone, records);
    this.#dns.set(`route53:${zone}`, records);
  }
}
