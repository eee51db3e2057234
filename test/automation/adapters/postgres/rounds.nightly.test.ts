import { afterAll, beforeAll, it } from "vitest";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { randomRounds, wantedRounds } from "../../../support/random-rounds.ts";

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
