import { serialiseError } from "../../domain/errors.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Lease, LeaseOwner, Leases } from "../../ports/lease.ts";

export type ShareEvent =
  | { readonly type: "taken"; readonly application: string; readonly fencing: number }
  /** Work for it has ended here. `why`: stopped, lease lost, released for another driver, or an error of the work. */
  | { readonly type: "left"; readonly application: string; readonly why: string }
  | { readonly type: "trouble"; readonly reason: string }
  | { readonly type: "recovered" };

export interface ShareOptions {
  readonly leases: Leases;
  readonly clock: Clock;
  /** This driver, unlike any other, e.g. `4711@host`. */
  readonly holder: string;
  readonly applications: readonly string[];
  /** Longest that an application is without a driver when one dies, at least 5. */
  readonly leaseSeconds: number;
  /** Works for one application until `lost` aborts, and ends soon after. Called again when it ended before. */
  readonly work: (application: string, lost: AbortSignal, lease: Lease) => Promise<void>;
  /** Not to be released for fairness' sake now (an operation runs). Default: none is. */
  readonly busy?: (application: string) => boolean;
  readonly onEvent?: (event: ShareEvent) => void;
  readonly signal: AbortSignal;
}

/** Leases of this kind say that a driver lives, not that somebody works for an application. */
const driverPrefix = "driver:";
/** Leases that are asked for, or released, at once. */
const atOnce = 8;
const releaseMs = 3000;

interface Held {
  readonly lease: Lease;
  readonly letGo: AbortController;
  readonly ended: Promise<void>;
}

/**
 * Several drivers share many applications: each works for those whose lease it holds, takes what is free up to its share, then whatever
 * stays free, and lets go of what is beyond its share once another has room. Ends when `signal` aborts, with every lease given up.
 */
export async function shareApplications(options: ShareOptions): Promise<void> {
  const share = new Share(options);
  const { clock, leaseSeconds, signal } = options;
  try {
    while (!signal.aborted) {
      await share.round();
      await clock.sleep((leaseSeconds * 1000) / 15, signal).catch(() => undefined);
    }
  } finally {
    await share.end();
  }
}

class Share {
  readonly #options: ShareOptions;
  readonly #held = new Map<string, Held>();
  #presence: Lease | undefined;
  #free: ReadonlySet<string> = new Set();
  #troubled = false;

  constructor(options: ShareOptions) {
    this.#options = options;
  }

  async round(): Promise<void> {
    const { leases, applications, signal } = this.#options;
    try {
      await this.#bePresent();
      const owners = await leases.owners(signal);
      const drivers = [...owners.keys()].filter((name) => name.startsWith(driverPrefix));
      const fair = Math.ceil(applications.length / Math.max(1, drivers.length));
      const free = this.#turned(applications.filter((each) => !owners.has(each) && !this.#held.has(each)));
      // What nobody took in a whole round is taken by whoever sees it, share or not.
      const wanted = free.filter((each, index) => index < fair - this.#held.size || this.#free.has(each));
      this.#free = new Set(free);
      await inGroups(wanted, (application) => this.#take(application));
      await this.#balance(fair, owners, drivers);
      if (this.#troubled) this.#tell({ type: "recovered" });
      this.#troubled = false;
    } catch (error) {
      if (signal.aborted) return;
      // What is held stays held for as long as its lease does.
      if (!this.#troubled) this.#tell({ type: "trouble", reason: serialiseError(error).message });
      this.#troubled = true;
    }
  }

  async end(): Promise<void> {
    await inGroups([...this.#held.values()], (held) => this.#letGo(held));
    await this.#presence?.release(AbortSignal.timeout(releaseMs));
  }

  async #bePresent(): Promise<void> {
    if (this.#presence?.lost.aborted === false) return;
    const { leases, holder, signal } = this.#options;
    const result = await leases.acquire(`${driverPrefix}${holder}`, holder, this.#ttlSeconds, signal);
    this.#presence = result.ok ? result.lease : undefined;
  }

  async #take(application: string): Promise<void> {
    const { leases, holder, work, signal } = this.#options;
    const result = await leases.acquire(application, holder, this.#ttlSeconds, signal);
    if (!result.ok) return;
    const { lease } = result;
    const letGo = new AbortController();
    this.#tell({ type: "taken", application, fencing: lease.fencing });
    const over = async (why: string): Promise<void> => {
      // Nobody else works for it before this has ended, unless the lease was lost: then they wait for its time.
      await lease.release(AbortSignal.timeout(releaseMs));
      this.#held.delete(application);
      this.#tell({ type: "left", application, why });
    };
    const ended = work(application, AbortSignal.any([signal, lease.lost, letGo.signal]), lease).then(
      () => over(this.#why(lease, letGo)),
      (error: unknown) => over(serialiseError(error).message),
    );
    this.#held.set(application, { lease, letGo, ended });
  }

  #why(lease: Lease, letGo: AbortController): string {
    if (lease.lost.aborted) return serialiseError(lease.lost.reason).message;
    if (this.#options.signal.aborted) return "told to stop";
    return letGo.signal.aborted ? "another driver has room for it" : "the work ended";
  }

  /** Lets go of what is beyond the fair share, as far as others have room below theirs. */
  async #balance(fair: number, owners: ReadonlyMap<string, LeaseOwner>, drivers: readonly string[]): Promise<void> {
    const { applications, holder, busy } = this.#options;
    const surplus = this.#held.size - fair;
    if (surplus <= 0) return;
    const counts = new Map<string, number>();
    for (const each of applications) {
      const owner = owners.get(each)?.holder;
      if (owner !== undefined) counts.set(owner, (counts.get(owner) ?? 0) + 1);
    }
    const room = drivers
      .map((name) => name.slice(driverPrefix.length))
      .filter((name) => name !== holder)
      .reduce((sum, name) => sum + Math.max(0, fair - (counts.get(name) ?? 0)), 0);
    const idle = [...this.#held].filter(([application]) => busy?.(application) !== true).map(([, held]) => held);
    await inGroups(idle.slice(0, Math.min(surplus, room, atOnce)), (held) => this.#letGo(held));
  }

  async #letGo({ letGo, ended }: Held): Promise<void> {
    letGo.abort();
    await ended;
  }

  /** From a place in the list that differs by driver, so that not all ask for the same one. */
  #turned(list: readonly string[]): readonly string[] {
    let place = 0;
    for (const letter of this.#options.holder) place = (place * 31 + letter.charCodeAt(0)) % 100_003;
    const from = list.length === 0 ? 0 : place % list.length;
    return [...list.slice(from), ...list.slice(0, from)];
  }

  /** At the store. Less than what was promised: until another notices and has it. */
  get #ttlSeconds(): number {
    return Math.max(2, Math.floor(this.#options.leaseSeconds * 0.6));
  }

  #tell(event: ShareEvent): void {
    this.#options.onEvent?.(event);
  }
}

async function inGroups<T>(list: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = [...list];
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}
