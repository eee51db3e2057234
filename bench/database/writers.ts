import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { DatabaseEndpoint, Site } from "../../stacks/outputs.ts";

export interface WritersOptions {
  readonly endpoint: (site: Site) => Promise<DatabaseEndpoint>;
  /** Writes a second of all connections together, while they are taken. */
  readonly rate: number;
  readonly connections: number;
}

/** What one connection is to write through: the site that let it in last, else the other. */
interface Line {
  client: pg.Client | undefined;
  site: Site;
}

export interface AcknowledgedWrite {
  readonly id: string;
  /** Milliseconds of `performance.now()`. */
  readonly at: number;
  /** Milliseconds from sending to the answer. */
  readonly took: number;
}

/**
 * Clients that only know the two sites' addresses and the application's login. Each writes a row of its own at an even pace, keeps what was
 * acknowledged, and tries the other site when it is refused. A write without an answer is never sent again and counts as unknown.
 */
export class Writers {
  readonly acknowledged: AcknowledgedWrite[] = [];
  readonly #options: WritersOptions;
  readonly #stop = new AbortController();
  readonly #running: Promise<void>[];

  constructor(options: WritersOptions) {
    this.#options = options;
    this.#running = Array.from({ length: options.connections }, () => this.#write());
  }

  /** Ends all connections. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#running);
  }

  /** Longest time between two acknowledgements of anybody within the span, in milliseconds. */
  longestGap(from: number, to: number): number {
    const times = [from, ...this.acknowledged.map(({ at }) => at).filter((at) => at > from && at < to), to];
    times.sort((a, b) => a - b);
    return times.slice(1).reduce((longest, at, place) => Math.max(longest, at - (times[place] ?? at)), 0);
  }

  /** Milliseconds of the writes within the span. */
  latencies(from: number, to: number): number[] {
    return this.acknowledged.filter(({ at }) => at > from && at < to).map(({ took }) => took);
  }

  async #write(): Promise<void> {
    const pace = (1000 * this.#options.connections) / this.#options.rate;
    const line: Line = { client: undefined, site: "primary" };
    let due = performance.now() + Math.random() * pace;
    while (!this.#stop.signal.aborted) {
      const wait = due - performance.now();
      if (wait > 1) await sleep(wait);
      // After an outage it goes on at its pace, and does not make up for it.
      due = Math.max(due + pace, performance.now() - 20 * pace);
      await this.#writeOne(line);
    }
    await line.client?.end().catch(() => {});
  }

  async #writeOne(line: Line): Promise<void> {
    try {
      line.client ??= await this.#connect(line.site);
      const id = randomUUID();
      const sent = performance.now();
      await line.client.query({
        name: "write",
        text: "insert into writes (id, payload) values ($1, 'written by the bench')",
        values: [id],
      });
      const at = performance.now();
      this.acknowledged.push({ id, at, took: at - sent });
    } catch {
      line.client?.end().catch(() => {});
      line.client = undefined;
      line.site = line.site === "primary" ? "standby" : "primary";
      await sleep(20);
    }
  }

  async #connect(site: Site): Promise<pg.Client> {
    const { host, port, name, appUser, appPassword } = await this.#options.endpoint(site);
    const client = new pg.Client({
      host,
      port,
      database: name,
      user: appUser,
      password: appPassword,
      connectionTimeoutMillis: 2000,
    });
    client.on("error", () => {});
    await client.connect();
    return client;
  }
}
