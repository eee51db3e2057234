import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/interruption.ts";
import type { Stopwatch } from "../../lib/stopwatch.ts";
import type { Lease } from "../../ports/lease.ts";
import type { EtcdClient } from "./etcd-client.ts";

export interface EtcdLeaseOptions {
  readonly client: EtcdClient;
  /** Of the lease in etcd. */
  readonly id: string;
  readonly application: string;
  readonly holder: string;
  readonly fencing: number;
  /** How long after a confirmed renewal was sent it counts as held: its time less the margin. */
  readonly heldMs: number;
  readonly ttlMs: number;
  /** Milliseconds since the grant was sent. */
  readonly sinceGrant: () => number;
  readonly stopwatch: Stopwatch;
  /** Called at its first release, unless it was lost before. */
  readonly released: () => void;
}

const keptSchema = z.object({ result: z.object({ TTL: z.coerce.number().default(0) }) });
const revokedSchema = z.object({ header: z.unknown() });
/** After a renewal that failed, in milliseconds. */
const restMs = 250;

/** A lease that is held: renews itself at a third of its time, and is lost by the clock when that fails for too long. */
export class EtcdLease implements Lease {
  readonly application: string;
  readonly holder: string;
  readonly fencing: number;
  readonly #options: EtcdLeaseOptions;
  readonly #lost = new AbortController();
  /** Since the last confirmed renewal was sent. */
  #sinceRenewal: () => number;
  #end: NodeJS.Timeout | undefined;

  constructor(options: EtcdLeaseOptions) {
    this.#options = options;
    this.application = options.application;
    this.holder = options.holder;
    this.fencing = options.fencing;
    this.#sinceRenewal = options.sinceGrant;
    this.#watchEnd();
    void this.#renewAlways();
  }

  get lost(): AbortSignal {
    this.#look();
    return this.#lost.signal;
  }

  assertHeld(): void {
    this.#look();
    if (this.#lost.signal.aborted) throw this.#lost.signal.reason;
  }

  async release(signal: AbortSignal): Promise<void> {
    if (!this.lost.aborted) this.#options.released();
    this.#lose(new DriverError("interrupted", `the lease of ${this.application} was released`));
    const { client, id } = this.#options;
    await withDeadline("release a lease", 2 * client.attemptMs, signal, (inner) =>
      client.call("/v3/lease/revoke", { ID: id }, revokedSchema, inner),
    ).catch(() => undefined);
  }

  /** Milliseconds that it counts as held from now on. */
  get #left(): number {
    return this.#options.heldMs - this.#sinceRenewal();
  }

  #look(): void {
    if (this.#left <= 0) this.#lose(this.#ended("it was not renewed in time"));
  }

  #ended(why: string): DriverError {
    return new DriverError(
      "stale-epoch",
      `the lease of ${this.application} ended (${why}): another driver may have it`,
    );
  }

  #lose(reason: DriverError): void {
    clearTimeout(this.#end);
    // The first reason stays.
    this.#lost.abort(reason);
  }

  #watchEnd(): void {
    clearTimeout(this.#end);
    if (this.#lost.signal.aborted) return;
    this.#end = setTimeout(
      () => {
        this.#look();
        // The timer ran ahead of the clock.
        if (!this.#lost.signal.aborted) this.#watchEnd();
      },
      Math.max(this.#left, 1),
    );
  }

  async #renewAlways(): Promise<void> {
    const signal = this.#lost.signal;
    for (let rest = this.#options.ttlMs / 3; ; ) {
      await sleep(rest, signal);
      if (this.lost.aborted) return;
      rest = (await this.#renew(signal)) ? this.#options.ttlMs / 3 : Math.min(restMs, this.#options.ttlMs / 10);
    }
  }

  async #renew(signal: AbortSignal): Promise<boolean> {
    const { client, id, stopwatch, ttlMs } = this.#options;
    const since = stopwatch();
    // All members must have their turn before it ends.
    const attemptMs = Math.min(client.attemptMs, ttlMs / 8);
    try {
      const { result } = await client.call("/v3/lease/keepalive", { ID: id }, keptSchema, signal, attemptMs);
      if (result.TTL <= 0) {
        this.#lose(this.#ended("etcd does not know it any more"));
        return false;
      }
      // An answer that came after the end changes nothing: by then others may have acted on it.
      if (this.lost.aborted) return false;
      this.#sinceRenewal = since;
      this.#watchEnd();
      return true;
    } catch {
      // Whatever it was, the clock decides. A further try may still come in time.
      return false;
    }
  }
}

/** Never throws: who waits looks at the signal. */
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const timer = setTimeout(end, milliseconds);
    function end(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    }
    signal.addEventListener("abort", end, { once: true });
  });
}
