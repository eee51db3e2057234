import { z } from "zod";
import type { Dns, Logger, Store } from "../contracts/contracts.ts";
import { type ApiAnswer, isSuccess, withBody, xmlText } from "./api-answer.ts";
import type { ApiCall } from "./api-call.ts";
import type { DataPlane } from "./data-plane.ts";
import { HealthChecks, healthChecksSchema, parseHealthChecks } from "./health-checks.ts";
import type { MotoClient } from "./moto-client.ts";
import { type Failover, parseRecordSets, type RecordSets, recordSetsSchema } from "./record-sets.ts";

const savedSchema = z.object({ zones: z.record(z.string(), recordSetsSchema), checks: healthChecksSchema });

const storeName = "aws-route53";
/** Health checks among the changed zones. */
const checksKey = "health checks";

/**
 * Puts the records of hosted zones into the sandbox's DNS; of failover records those of the healthy side. They are
 * remembered in the store, with the health checks, so that DNS answers also while the region, and with it the Route 53 API,
 * is down: as with the real one, whose data plane is apart.
 */
export class Route53Plane implements DataPlane {
  readonly service = "route53";
  readonly #dns: Dns;
  readonly #store: Store;
  readonly #moto: MotoClient;
  readonly #logger: Logger;
  readonly #checks: HealthChecks;
  #zones = new Map<string, RecordSets>();
  readonly #changed = new Set<string>();

  constructor(options: {
    readonly dns: Dns;
    readonly store: Store;
    readonly moto: MotoClient;
    readonly logger: Logger;
  }) {
    this.#dns = options.dns;
    this.#checks = new HealthChecks(options.dns);
    this.#store = options.store;
    this.#moto = options.moto;
    this.#logger = options.logger;
  }

  /** Answers with what was true when the sandbox last ran, before moto is there. */
  async restore(): Promise<void> {
    const nothing = { zones: {}, checks: [] };
    const saved = savedSchema.catch(nothing).parse(await this.#store.read<unknown>(storeName, nothing));
    this.#checks.set(saved.checks);
    this.#zones = new Map(Object.entries(saved.zones));
    for (const [zone, sets] of this.#zones) this.#announce(zone, sets);
  }

  /** Zones stay: DNS goes on answering. */
  reset(): void {}

  note(call: ApiCall, answer: ApiAnswer): void {
    const zone = /^\/2013-04-01\/hostedzone\/([^/?]+)/.exec(call.path)?.[1];
    if (call.path.startsWith("/2013-04-01/healthcheck")) this.#changed.add(checksKey);
    else if (zone !== undefined) this.#changed.add(zone);
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
        await (zone === checksKey ? this.#refreshChecks() : this.#refresh(zone));
        this.#changed.delete(zone);
      } catch (error) {
        this.#logger.error(`Route 53: ${zone}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    await this.#store.write(storeName, { zones: Object.fromEntries(this.#zones), checks: this.#checks.all });
  }

  /** moto says of every health check that all is well. */
  rewrite(call: ApiCall, answer: ApiAnswer): ApiAnswer {
    const id = /^\/2013-04-01\/healthcheck\/([^/?]+)\/status/.exec(call.path)?.[1];
    if (id === undefined || !isSuccess(answer) || this.#checks.isHealthy(id)) return answer;
    const status = "<Status>Failure: the sandbox's prober got no good answer</Status>";
    return withBody(answer, answer.body.toString().replace(/<Status>[^<]*<\/Status>/g, status));
  }

  async stop(): Promise<void> {
    this.#checks.stop();
  }

  #announce(zone: string, { records, failovers }: RecordSets): void {
    const owner = `route53:${zone}`;
    this.#dns.remove(owner);
    this.#dns.set(owner, records);
    for (const [name, same] of Map.groupBy(failovers, (each) => each.name)) {
      this.#dns.setDynamic(owner, name, () => same.flatMap((each) => this.#healthySide(each).records));
    }
  }

  /** The primary also when neither is healthy, as with the real one. */
  #healthySide({ primary, secondary }: Failover): Failover["primary"] {
    const { healthCheck } = primary;
    if (this.#checks.isHealthy(healthCheck)) return primary;
    return this.#checks.isHealthy(secondary.healthCheck) ? secondary : primary;
  }

  async #refreshChecks(): Promise<void> {
    const answer = await this.#moto.read("route53", "us-east-1", "/2013-04-01/healthcheck");
    if (!isSuccess(answer)) throw new Error(`moto answered ${answer.status} to a list of them`);
    this.#checks.set(parseHealthChecks(answer.body.toString()));
  }

  async #refresh(zone: string): Promise<void> {
    let all = "";
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
      all += xml;
      const name = xmlText(xml, "IsTruncated") === "true" ? xmlText(xml, "NextRecordName") : undefined;
      next = name === undefined ? "" : `?${new URLSearchParams({ name, type: xmlText(xml, "NextRecordType") ?? "A" })}`;
    } while (next !== "");
    const sets = parseRecordSets(all);
    this.#zones.set(zone, sets);
    this.#announce(zone, sets);
  }
}
