import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Instant } from "../../../automation/domain/instant.ts";
import { witnessRecordSchema } from "../../../automation/domain/witness-record.ts";
import { expiryWaitMs, renewalPace, untilExpiredMs, whyNotRenew } from "../../../automation/domain/write-lease.ts";

const active = { activeSite: "primary", epoch: 4 } as const;
const lease = { site: "primary", seconds: 30, withheld: false } as const;

describe("who may renew a write lease", () => {
  it("is the active site, while the lease is not withheld and the witness did not go back", () => {
    expect(whyNotRenew(active, "primary", 4)).toBeUndefined();
    expect(whyNotRenew({ ...active, writeLease: lease }, "primary", 4)).toBeUndefined();
    expect(whyNotRenew(active, "standby", 4)).toMatch("primary is the active site");
    expect(whyNotRenew(active, "primary", 5)).toMatch("went back to epoch 4");
    expect(whyNotRenew({ ...active, writeLease: { ...lease, withheld: true } }, "primary", 4)).toMatch("withheld");
    expect(whyNotRenew({ ...active, writeLease: { ...lease, site: "standby", withheld: true } }, "primary", 4)).toBe(
      undefined,
    );
  });

  it("is nobody before the witness was ever written: then no lease is in force either", () => {
    expect(whyNotRenew(undefined, "primary", 0)).toMatch("nothing is protected yet");
    expect(whyNotRenew(undefined, "primary", 3)).toMatch("gone");
  });
});

describe("when a lease has certainly expired", () => {
  it("is its time, the clocks' rates and the skew bound after it was seen withheld", () => {
    const seen = Instant.at(12_345);
    const at = (seconds: number) => seen.plus(seconds * 1000);
    expect(expiryWaitMs(30)).toBe(35_060);
    expect(untilExpiredMs({ seconds: 30 }, seen, seen)).toBe(35_060);
    expect(untilExpiredMs({ seconds: 30 }, seen, at(35))).toBe(60);
    expect(untilExpiredMs({ seconds: 30, skewSeconds: 10 }, seen, at(35))).toBe(5060);
    expect(untilExpiredMs({ seconds: 30 }, seen, at(36))).toBe(0);
  });

  /**
   * An agent and a driver in true time, with clocks of different rates and any offset, and calls that take any time: also a renewal that is
   * carried out long after it was sent. What the database allows never lasts past what the driver takes for certainly expired.
   */
  it("is never before the database stopped letting the application in", () => {
    const rate = fc.double({ min: 0.9995, max: 1.0005, noNaN: true });
    const renewal = fc.record({
      begins: fc.double({ min: 0, max: 200, noNaN: true }),
      toWitness: fc.double({ min: 0, max: 60, noNaN: true }),
      toDatabase: fc.double({ min: 0, max: 300, noNaN: true }),
    });
    const history = fc.record({
      seconds: fc.integer({ min: 5, max: 60 }),
      /** True time at which the witness takes the word that the lease is withheld, and how much later the driver knows. */
      withheld: fc.double({ min: 0, max: 200, noNaN: true }),
      answer: fc.double({ min: 0, max: 10, noNaN: true }),
      databaseRate: rate,
      driverRate: rate,
      offset: fc.double({ min: -1e6, max: 1e6, noNaN: true }),
      /** The database's clock is set back once, by less than the bound. */
      setBackAt: fc.double({ min: 0, max: 300, noNaN: true }),
      setBack: fc.double({ min: 0, max: 2, noNaN: true }),
      renewals: fc.array(renewal, { maxLength: 20 }),
    });
    fc.assert(
      fc.property(history, (h) => {
        const database = (t: number) => h.offset + t * h.databaseRate - (t >= h.setBackAt ? h.setBack : 0);
        const seen = h.withheld + h.answer;
        const driver = (t: number) => Instant.at(t * h.driverRate * 1000);
        for (const { begins, toWitness, toDatabase } of h.renewals) {
          // The witness is asked after the database's clock was read.
          const asked = begins + toWitness;
          const record = { ...active, writeLease: { ...lease, seconds: h.seconds, withheld: asked >= h.withheld } };
          if (whyNotRenew(record, "primary", 4) !== undefined) continue;
          const validUntil = database(begins) + h.seconds;
          // Carried out late, it is refused or ends when it would have ended.
          const ends = (t: number): boolean => database(t) >= validUntil;
          const late = Math.max(seen, asked + toDatabase);
          const waited = untilExpiredMs({ seconds: h.seconds }, driver(seen), driver(late));
          const certain = late + waited / 1000 / h.driverRate;
          expect(ends(certain)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the pace of renewals", () => {
  it("leaves room for at least three tries that take as long as they may", () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 120 }), (seconds) => {
        const { everyMs, callMs } = renewalPace(seconds);
        expect(2 * everyMs + 3 * callMs).toBeLessThan(seconds * 1000);
      }),
    );
  });
});

describe("the witness's record", () => {
  it("carries the lease, and is what it was without one", () => {
    const record = {
      ...{ application: "shop", activeSite: "primary", epoch: 1, protection: "protected" },
      updatedAt: "2026-11-21T10:00:00.000Z",
    };
    expect(witnessRecordSchema.parse(record)).toEqual(record);
    const leased = { ...record, writeLease: { site: "primary", seconds: 30 } };
    expect(witnessRecordSchema.parse(leased)).toEqual({ ...record, writeLease: lease });
  });
});
