/** Who holds an application's lease, for drivers that asked too late. */
export interface LeaseOwner {
  /** As it was given to `acquire`, e.g. `driver-2@host`. */
  readonly holder: string;
  /** Fencing number of its lease. */
  readonly fencing: number;
}

export type AcquireResult =
  | { readonly ok: true; readonly lease: Lease }
  /** Somebody else has it. Nothing was changed. */
  | { readonly ok: false; readonly owner: LeaseOwner };

/**
 * The right to work for one application, for as long as it is renewed (that happens by itself). Time is measured here, by a clock that
 * nobody sets and that runs on while the process is stopped: a process that wakes from a stop finds the lease lost, without asking the store.
 */
export interface Lease {
  readonly application: string;
  readonly holder: string;
  /** Grows with every acquisition of any application: a later holder has a greater one. */
  readonly fencing: number;
  /**
   * Aborts before the lease can have ended at the store (last confirmed renewal, as of when it was sent, plus its time less a safety
   * margin), or when it was released. Reading it looks at the clock. Its reason is a `DriverError`: `stale-epoch`, or `interrupted` after `release`.
   */
  readonly lost: AbortSignal;
  /**
   * Call it right before each effect: timers fire late in a process that was stopped. Throws the reason of `lost`. It cannot cover a
   * stop between it and the effect: the effect's own fence (the witness's epoch) must.
   */
  assertHeld(): void;
  /** Gives it up at once, so that another need not wait. Never throws: what cannot be reached ends by itself. */
  release(signal: AbortSignal): Promise<void>;
}

/** Several drivers share many applications: only the holder of an application's lease works for it. */
export interface Leases {
  /**
   * Tries once. `ttlSeconds` is how long others wait for a holder that died; whole seconds, at least 2 (etcd may make it longer, never shorter).
   * Errors: `unreachable` and `timeout` (then nothing is held here; what the store may have noted ends with its time), `invalid-input`.
   */
  acquire(application: string, holder: string, ttlSeconds: number, signal: AbortSignal): Promise<AcquireResult>;
  /** Undefined: nobody holds it. */
  owner(application: string, signal: AbortSignal): Promise<LeaseOwner | undefined>;
  /** Every application that somebody holds, as of one moment. */
  owners(signal: AbortSignal): Promise<ReadonlyMap<string, LeaseOwner>>;
}
