import { afterAll, beforeAll, it } from "vitest";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { randomRounds, wantedRounds } from "../../../support/random-rounds.ts";

const seconds = 40;

let pair: PostgresPair;
beforeAll(async () => {
  pair = await startPostgresPair(43);
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

it(
  "accounts for every row that a client was told of, in random rounds of schemas, migrations, writes, moves and reprotects",
  () => randomRounds(pair, seconds),
  wantedRounds === undefined ? (seconds + 120) * 1000 : 86_400_000,
);
