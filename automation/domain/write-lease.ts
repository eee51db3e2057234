import { z } from "zod";
import { type Site, siteSchema } from "../../stacks/outputs.ts";
import type { Instant } from "./instant.ts";

/**
 * What the witness knows of the lease under which the active site writes: the driver noted it when it saw the site's database
 * enforce it. Absent: no site is under a lease, and no lease ends by itself.
 */
export const witnessLeaseSchema = z.object({
  /** Under the lease: its database lets the application in for `seconds` at a time. */
  site: siteSchema,
  /** No renewal lasts longer, in seconds. */
  seconds: z.number().positive(),
  /** True: nobody may renew it any more. A forced move away from the site is under way. */
  withheld: z.boolean().default(false),
});
export type WitnessLease = z.infer<typeof witnessLeaseSchema>;

/** Of the witness's record, what a renewal depends on. */
export interface LeaseFacts {
  readonly activeSite: Site;
  readonly epoch: number;
  readonly writeLease?: WitnessLease | undefined;
}

/**
 * What clocks may be wrong by while a lease runs out, in seconds: the old site's database and the driver count the same seconds at
 * different rates, the database's clock may be set back once, and its watchman needs a moment to end sessions. Not an offset between
 * the two clocks: no time of one is ever compared with one of the other. The driver counts elapsed time, so its own wall clock may be set at will.
 */
export const DEFAULT_SKEW_SECONDS = 5;

/** Two clocks may run apart by so much: far more than a clock that is kept by NTP is allowed to slew (500 ppm each). */
const RATE_DIFFERENCE = 0.002;

/** Why the site's lease may not be renewed; undefined: it may. `known`: newest epoch that was seen before. */
export function whyNotRenew(record: LeaseFacts | undefined, site: Site, known: number): string | undefined {
  if (record === undefined) {
    return known > 0 ? `the witness's record is gone, it was at epoch ${known}` : "nothing is protected yet";
  }
  if (record.epoch < known) return `the witness went back to epoch ${record.epoch}, it was at ${known}`;
  if (record.activeSite !== site) return `${record.activeSite} is the active site`;
  const { writeLease } = record;
  return writeLease?.site === site && writeLease.withheld
    ? "the lease is withheld: a forced move is under way"
    : undefined;
}

/**
 * How long after it was seen that nobody may renew the lease any more the site has certainly stopped writing, in milliseconds. A renewal
 * counts from a time of the database's clock that was read before the witness was asked, so none lasts longer than `seconds` after that.
 */
export function expiryWaitMs(seconds: number, skewSeconds = DEFAULT_SKEW_SECONDS): number {
  return Math.ceil((seconds * (1 + RATE_DIFFERENCE) + skewSeconds) * 1000);
}

/** Milliseconds until the lease has certainly expired; 0: it has. `withheldSeen`: when this process knew it to be withheld. */
export function untilExpiredMs(
  lease: { readonly seconds: number; readonly skewSeconds?: number },
  withheldSeen: Instant,
  now: Instant,
): number {
  return Math.max(0, expiryWaitMs(lease.seconds, lease.skewSeconds) - Math.max(0, now.since(withheldSeen)));
}

/** How an agent keeps a lease: several tries fit into it, so that one that is lost costs nothing. */
export function renewalPace(seconds: number): {
  /** Between the beginnings of two renewals, in milliseconds. */
  readonly everyMs: number;
  /** For one call (of the witness, of the database), in milliseconds. */
  readonly callMs: number;
} {
  return { everyMs: (seconds * 1000) / 5, callMs: Math.min(5000, (seconds * 1000) / 6) };
}
