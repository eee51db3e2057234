import pg from "pg";
import { connectionSettings, type Database, sleep } from "./database.ts";
import type { Settings } from "./settings.ts";
import { channel } from "./writes.ts";

/** Work is looked for at least this often, whether a notification came or not. */
const fallbackMs = 5000;
const batchSize = 50;

/** Marks writes as processed. Several may run: each claims rows that nobody else holds. */
export class Processor {
  readonly #database: Database;
  readonly #settings: Settings["database"];
  readonly #log: (message: string) => void;
  #wake: () => void = () => undefined;
  #processed = 0;

  constructor(database: Database, settings: Settings["database"], log: (message: string) => void) {
    this.#database = database;
    this.#settings = settings;
    this.#log = log;
  }

  get processed(): number {
    return this.#processed;
  }

  /** Until `signal` is aborted. Failures are logged and tried again: the database may be fenced or away. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#work(signal), this.#listen(signal)]);
  }

  async #work(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const woken = new AbortController();
      this.#wake = () => woken.abort();
      try {
        while (!signal.aborted && (await this.#claim()) === batchSize);
      } catch (error) {
        this.#log(`cannot process: ${text(error)}`);
        await sleep(1000, signal);
      }
      await sleep(fallbackMs, AbortSignal.any([signal, woken.signal]));
    }
  }

  async #claim(): Promise<number> {
    const rows = await this.#database.query(
      `update writes set processed_at = now()
        where id in (select id from writes where processed_at is null order by sequence limit ${batchSize} for update skip locked)
        returning id`,
    );
    this.#processed += rows.length;
    return rows.length;
  }

  async #listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const client = new pg.Client(connectionSettings(this.#settings, "service-b-listener"));
      const lost = new AbortController();
      client.on("error", () => lost.abort());
      client.on("end", () => lost.abort());
      client.on("notification", () => this.#wake());
      const over = AbortSignal.any([signal, lost.signal]);
      try {
        await client.connect();
        await client.query(`listen ${channel}`);
        // A connection that has silently died is noticed by asking.
        while (!over.aborted) {
          await sleep(fallbackMs, over);
          if (!over.aborted) await client.query("select 1");
        }
      } catch (error) {
        this.#log(`cannot listen: ${text(error)}`);
      }
      await Promise.race([client.end().catch(() => undefined), sleep(500, signal)]);
      await sleep(1000, signal);
    }
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
