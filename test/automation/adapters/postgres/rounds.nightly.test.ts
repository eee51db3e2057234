import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { breakages } from "../../../support/broken-product.ts";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { randomRound } from "../../../support/random-round.ts";
import { randomRounds, wantedRounds } from "../../../support/random-rounds.ts";
import { Random } from "../../../support/seeded-random.ts";

const seconds = 300;

let pair: PostgresPair;
beforeAll(async () => {
  pair = await startPostgresPair(48);
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

it(
  "accounts for every row that a client was told of, in five minutes of random rounds",
  () => randomRounds(pair, seconds),
  wantedRounds === undefined ? (seconds + 120) * 1000 : 86_400_000,
);

describe("the oracle of the rounds", () => {
  it.each(Object.entries(breakages))(
    "notices %s",
    async (name, breakage) => {
      const place = Object.keys(breakages).indexOf(name);
      let found: readonly string[] = [];
      for (let number = 1; found.length === 0 && number <= 40; number++) {
        const round = await randomRound(pair, `broken_${place}_${number}`, new Random(1000 + number), breakage);
        found = round.differences;
      }
      expect(found).not.toEqual([]);
    },
    600_000,
  );
});
