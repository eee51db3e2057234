import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { WitnessRecord } from "../../automation/domain/witness-record.ts";
import type { Witness } from "../../automation/ports/witness.ts";

/** A store of the Witness port, real, with what a test does to it behind its back. */
export interface WitnessBench {
  /** A witness of its own over the same store, as another driver has. */
  open(): Witness;
  /** Makes what is stored of an application unreadable. */
  damage(application: string): Promise<void>;
  /** The store goes down and comes back. */
  restart(): Promise<void>;
  /** Until the result is called, writing (and, where the store can, reading) gets no answer. */
  hang(application: string): Promise<() => Promise<void>>;
  close(): Promise<void>;
}

export const soon = (milliseconds = 20_000): AbortSignal => AbortSignal.timeout(milliseconds);

export function record(application: string, epoch: number, more: Partial<WitnessRecord> = {}): WitnessRecord {
  const updatedAt = "2026-11-21T10:00:00.000Z";
  return { application, activeSite: "primary", epoch, protection: "protected", updatedAt, ...more };
}

/** What every store of the port must do. `more`: what this one does beyond. */
export function witnessSuite(
  name: string,
  create: () => Promise<WitnessBench>,
  more: (bench: () => WitnessBench) => void = () => {},
): void {
  describe(name, () => {
    let bench: WitnessBench;
    beforeAll(async () => {
      bench = await create();
    });
    afterAll(() => bench?.close());

    it("writes only over the epoch that was expected, and tells what stands", async () => {
      const witness = bench.open();
      const first = record("shop", 1, {
        cooldownUntil: "2026-11-21T11:00:00.000Z",
        promotion: { operationId: "failover-1", at: "2026-11-21T09:00:00.000Z" },
        lastOperation: { id: "failover-1", plan: "failover", mode: "planned", state: "succeeded" },
      });
      expect(await witness.read("shop", soon())).toBeUndefined();
      expect(await witness.compareAndSet("shop", 3, record("shop", 4), soon())).toEqual({
        ok: false,
        current: undefined,
      });
      expect(await witness.compareAndSet("shop", 0, first, soon())).toEqual({ ok: true, record: first });
      expect(await witness.read("shop", soon())).toEqual(first);
      expect(await witness.compareAndSet("shop", 0, record("shop", 2), soon())).toEqual({ ok: false, current: first });
      const fifth = { ...first, epoch: 5 };
      expect(await bench.open().compareAndSet("shop", 1, fifth, soon())).toEqual({ ok: true, record: fifth });
      expect(await bench.open().read("shop", soon())).toEqual(fifth);
      expect(await witness.compareAndSet("shop", 1, record("shop", 6), soon())).toEqual({ ok: false, current: fifth });
    });

    it("takes no epoch that does not grow and no record of another application", async () => {
      const witness = bench.open();
      await witness.compareAndSet("grow", 0, record("grow", 5), soon());
      for (const epoch of [4, 5]) {
        await expect(witness.compareAndSet("grow", 5, record("grow", epoch), soon())).rejects.toMatchObject({
          code: "invalid-input",
          field: "witness.epoch",
        });
      }
      await expect(witness.compareAndSet("grow", 5, record("other", 6), soon())).rejects.toMatchObject({
        code: "invalid-input",
      });
      expect(await witness.read("other", soon())).toBeUndefined();
    });

    it("lets exactly one of twenty win each epoch", async () => {
      const writers = Array.from({ length: 20 }, (_, index) => ({ witness: bench.open(), id: `driver-${index}` }));
      for (let epoch = 0; epoch < 3; epoch++) {
        const next = (id: string): WitnessRecord =>
          record("race", epoch + 1, { lastOperation: { id, plan: "failover", mode: "forced", state: "running" } });
        const results = await Promise.all(
          writers.map(async ({ witness, id }) => ({
            id,
            result: await witness.compareAndSet("race", epoch, next(id), soon()),
          })),
        );
        const winners = results.filter(({ result }) => result.ok);
        expect(winners).toHaveLength(1);
        const won = next(winners[0]?.id ?? "");
        expect(await bench.open().read("race", soon())).toEqual(won);
        for (const { result } of results) if (!result.ok) expect(result.current).toEqual(won);
      }
    });

    it("tells by reading what became of a write that was interrupted", async () => {
      const witness = bench.open();
      let known = 0;
      let interrupted = 0;
      for (let round = 0; round < 25; round++) {
        const next = record("cut", known + 1, { updatedAt: new Date(Date.now() + round).toISOString() });
        const cut = new AbortController();
        setTimeout(() => cut.abort(), round / 3);
        const result = await witness.compareAndSet("cut", known, next, cut.signal).catch((error: unknown) => {
          expect(error).toMatchObject({ code: "interrupted" });
          return undefined;
        });
        if (result === undefined) interrupted++;
        else expect(result).toEqual({ ok: true, record: next });
        const found = await bench.open().read("cut", soon());
        if ((found?.epoch ?? 0) !== known) expect(found).toEqual(next);
        else expect(result).toBeUndefined();
        // What was on its way may still arrive; then the next write loses to it, and to nothing else.
        known = found?.epoch ?? 0;
        const after = await witness.compareAndSet("cut", known, record("cut", known + 1), soon());
        if (!after.ok) expect(after.current).toEqual(next);
        known++;
      }
      expect(interrupted).toBeGreaterThan(0);
      expect((await bench.open().read("cut", soon()))?.epoch).toBe(known);
    });

    it("takes a damaged record for damaged, never for missing", async () => {
      const witness = bench.open();
      await witness.compareAndSet("hurt", 0, record("hurt", 1), soon());
      await bench.damage("hurt");
      await expect(witness.read("hurt", soon())).rejects.toMatchObject({ code: "fatal", retryable: false });
      await expect(witness.compareAndSet("hurt", 0, record("hurt", 1), soon())).rejects.toMatchObject({
        code: "fatal",
      });
      await expect(witness.compareAndSet("hurt", 1, record("hurt", 2), soon())).rejects.toMatchObject({
        code: "fatal",
      });
    });

    it("gives up at the caller's deadline while the store hangs, and goes on after it", async () => {
      const witness = bench.open();
      await witness.compareAndSet("hung", 0, record("hung", 1), soon());
      const resume = await bench.hang("hung");
      try {
        const begun = performance.now();
        await expect(witness.compareAndSet("hung", 1, record("hung", 2), soon(700))).rejects.toSatisfy(
          (error: { code: string }) => ["timeout", "unreachable"].includes(error.code),
        );
        expect(performance.now() - begun).toBeLessThan(1500);
      } finally {
        await resume();
      }
      await sleep(50);
      const epoch = (await witness.read("hung", soon()))?.epoch ?? 0;
      expect([1, 2]).toContain(epoch);
      const result = await witness.compareAndSet("hung", epoch, record("hung", epoch + 1), soon());
      // The write that hung may have arrived in between.
      expect(result.ok || result.current?.epoch === 2).toBe(true);
    });

    more(() => bench);

    it("keeps its records when the store restarts", async () => {
      await bench.open().compareAndSet("keep", 0, record("keep", 7), soon());
      await bench.restart();
      expect(await bench.open().read("keep", soon())).toEqual(record("keep", 7));
      expect(await bench.open().compareAndSet("keep", 7, record("keep", 8), soon())).toMatchObject({ ok: true });
    });
  });
}
