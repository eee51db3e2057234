import { randomUUID } from "node:crypto";
import { z } from "zod";
import { DnsResolver, parseDnsServer } from "./dns-resolver.ts";
import { Line, post } from "./http-post.ts";
import { type AcknowledgedWrite, type FailedWrite, Ledger, type Outage } from "./ledger.ts";

export type WriteTarget =
  /** A user: asks this DNS server (`address` or `address:port`) and honours TTLs. */
  | { readonly kind: "name"; readonly host: string; readonly port: number; readonly dnsServer: string }
  /** A stale client: goes to this address whatever the DNS says. */
  | { readonly kind: "pinned"; readonly address: string; readonly port: number };

export interface WriteClientOptions {
  readonly target: WriteTarget;
  /** Writes a second; default 10. */
  readonly rate?: number;
  /** Requests in flight at most; default as many as hang within the deadline at this rate, and a few more. */
  readonly workers?: number;
  /** From sending to the whole answer; default 2000. */
  readonly deadlineMs?: number;
  /** NDJSON, one line per write; appended to. */
  readonly file?: string;
  /** Called with every acknowledged write. */
  readonly onAcknowledged?: (write: AcknowledgedWrite) => void;
}

const answerSchema = z.object({ id: z.string(), site: z.string() });

interface Worker {
  readonly line: Line;
  busy: boolean;
}

/**
 * Writes all the time and remembers what was acknowledged. An id is made before it is sent and sent once: a write
 * without an answer stays unacknowledged for ever, as it does for a user who does not know whether it happened.
 */
export class WriteClient {
  readonly ledger: Ledger;
  readonly #options: WriteClientOptions;
  readonly #rate: number;
  readonly #deadlineMs: number;
  readonly #workers: readonly Worker[];
  readonly #resolver: DnsResolver | undefined;
  readonly #running = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #skipped = 0;

  constructor(options: WriteClientOptions) {
    this.#options = options;
    this.#rate = options.rate ?? 10;
    this.#deadlineMs = options.deadlineMs ?? 2000;
    if (!(this.#rate > 0)) throw new Error(`rate is ${this.#rate}; it must be above 0 writes a second`);
    const count = options.workers ?? Math.ceil((this.#rate * this.#deadlineMs) / 1000) + 4;
    this.#workers = Array.from({ length: count }, () => ({ line: new Line(), busy: false }));
    this.#resolver =
      options.target.kind === "name" ? new DnsResolver(parseDnsServer(options.target.dnsServer)) : undefined;
    this.ledger = new Ledger(options.file);
  }

  get acknowledged(): readonly AcknowledgedWrite[] {
    return this.ledger.acknowledged;
  }

  get unacknowledged(): readonly FailedWrite[] {
    return this.ledger.failed;
  }

  /** Writes that were due while all workers were waiting. */
  get skipped(): number {
    return this.#skipped;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    const began = performance.now();
    let due = 0;
    this.#timer = setInterval(
      () => {
        // By the clock, not by ticks: a late timer must not lower the rate.
        const elapsed = ((performance.now() - began) * this.#rate) / 1000;
        for (; due < elapsed; due += 1) this.#tick();
      },
      Math.min(1000 / this.#rate, 50),
    );
  }

  /** Sends nothing more; resolves when every write in flight has its answer or its deadline. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await Promise.all(this.#running);
    for (const { line } of this.#workers) line.close();
  }

  outages(): readonly Outage[] {
    return this.ledger.outages();
  }

  rtoSeconds(since: Date): number | undefined {
    return this.ledger.rtoSeconds(since);
  }

  /** Resolves with the first write that `site` acknowledges after `since` (default: now). */
  async waitForSite(site: string, signal: AbortSignal, since: Date = new Date()): Promise<AcknowledgedWrite> {
    for (;;) {
      const found = this.acknowledged.find((write) => write.site === site && Date.parse(write.ackAt) > since.getTime());
      if (found !== undefined) return found;
      if (signal.aborted) throw new Error(`no write was acknowledged by ${site} in time`, { cause: signal.reason });
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #tick(): void {
    const worker = this.#workers.find((candidate) => !candidate.busy);
    if (worker === undefined) {
      this.#skipped += 1;
      return;
    }
    worker.busy = true;
    const running = this.#write(worker).finally(() => {
      worker.busy = false;
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  async #write(worker: Worker): Promise<void> {
    const { target } = this.#options;
    const id = randomUUID();
    const sentAt = new Date().toISOString();
    const signal = AbortSignal.timeout(this.#deadlineMs);
    let address: string | undefined;
    try {
      address = target.kind === "pinned" ? target.address : await within(signal, this.#resolve(target.host));
      const answer = await post({
        agent: worker.line.agentFor(address),
        address,
        port: target.port,
        host: target.kind === "pinned" ? target.address : target.host,
        path: "/writes",
        body: JSON.stringify({ id, payload: `sent ${sentAt}` }),
        signal,
      });
      if (answer.status !== 201 && answer.status !== 200)
        throw new Error(`status ${answer.status}: ${answer.body.slice(0, 200).trim()}`);
      const said = answerSchema.parse(JSON.parse(answer.body));
      if (said.id !== id) throw new Error(`the answer is about ${said.id}`);
      const write = { id, sentAt, ackAt: new Date().toISOString(), site: said.site, address };
      this.ledger.acknowledge(write);
      this.#options.onAcknowledged?.(write);
    } catch (error) {
      worker.line.close();
      const reason = signal.aborted
        ? `no answer within ${this.#deadlineMs} ms`
        : error instanceof Error
          ? error.message
          : String(error);
      const failedAt = new Date().toISOString();
      this.ledger.fail({ id, sentAt, failedAt, reason, ...(address === undefined ? {} : { address }) });
    }
  }

  #resolve(host: string): Promise<string> {
    if (this.#resolver === undefined) throw new Error("a pinned client resolves nothing");
    return this.#resolver.resolve(host);
  }
}

/** `work`, or the signal's reason if that comes first. */
function within<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
