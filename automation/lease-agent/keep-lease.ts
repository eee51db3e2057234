import type { Site } from "../../stacks/outputs.ts";
import { type SerialisedError, serialiseError } from "../domain/errors.ts";
import { renewalPace, whyNotRenew } from "../domain/write-lease.ts";
import { withDeadline } from "../lib/deadline.ts";
import type { Clock } from "../ports/clock.ts";
import type { Witness } from "../ports/witness.ts";

/** The site's database, as far as a lease goes. */
export interface LeaseDatabase {
  ensureWatched(signal: AbortSignal): Promise<void>;
  readClock(signal: AbortSignal): Promise<string>;
  renew(readAt: string, signal: AbortSignal): Promise<Date>;
}

export type LeaseTurn =
  | { readonly type: "renewed"; readonly until: string; readonly seconds: number; readonly epoch: number }
  /** The witness does not let this site write: nothing is renewed. */
  | { readonly type: "held-back"; readonly reason: string; readonly epoch: number }
  | { readonly type: "failed"; readonly error: SerialisedError };

export interface KeepLeaseOptions {
  readonly application: string;
  readonly site: Site;
  readonly seconds: number;
  readonly witness: Witness;
  readonly database: LeaseDatabase;
  readonly clock: Clock;
  /** After every turn. */
  readonly onTurn: (turn: LeaseTurn) => void;
}

/**
 * Renews the site's write lease for as long as the witness says that the site is active; until `signal` aborts. Whatever fails, nothing is
 * renewed and the lease runs out: that is what it is for.
 */
export async function keepLease(options: KeepLeaseOptions, signal: AbortSignal): Promise<void> {
  let known = 0;
  let granted = options.seconds;
  while (!signal.aborted) {
    const began = options.clock.monotonic();
    const turn = await renewOnce(options, known, signal).catch(
      (error: unknown): LeaseTurn => ({ type: "failed", error: serialiseError(error) }),
    );
    // By what the database gives: it keeps an older length until the driver has told it of a new one.
    if (turn.type === "renewed") granted = Math.min(options.seconds, turn.seconds);
    const { everyMs } = renewalPace(granted);
    if (turn.type !== "failed") known = Math.max(known, turn.epoch);
    if (signal.aborted) return;
    options.onTurn(turn);
    // After a failure sooner: what is left of the lease is for more than one more try.
    const pace = turn.type === "failed" ? everyMs / 4 : everyMs;
    await options.clock
      .sleep(Math.max(50, pace - options.clock.monotonic().since(began)), signal)
      .catch(() => undefined);
  }
}

async function renewOnce(
  { application, site, seconds, witness, database }: KeepLeaseOptions,
  known: number,
  signal: AbortSignal,
): Promise<LeaseTurn> {
  const { callMs } = renewalPace(seconds);
  await withDeadline({ what: "watch over the lease", milliseconds: callMs, signal }, (inner) =>
    database.ensureWatched(inner),
  );
  // Before the witness is asked: the lease counts from here, however long the rest takes.
  const readAt = await withDeadline({ what: "read the database's clock", milliseconds: callMs, signal }, (inner) =>
    database.readClock(inner),
  );
  const record = await withDeadline({ what: "the witness", milliseconds: callMs, signal }, (inner) =>
    witness.read(application, inner),
  );
  const reason = whyNotRenew(record, site, known);
  const epoch = record?.epoch ?? 0;
  if (reason !== undefined) return { type: "held-back", reason, epoch };
  const until = await withDeadline({ what: "renew", milliseconds: callMs, signal }, (inner) =>
    database.renew(readAt, inner),
  );
  const granted = (until.getTime() - Date.parse(readAt)) / 1000;
  return { type: "renewed", until: until.toISOString(), seconds: Math.max(1, granted), epoch };
}
