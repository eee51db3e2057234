import { afterAll, beforeAll, expect, it } from "vitest";
import { type PostgresPair, startPostgresPair } from "../../../support/postgres-pair.ts";
import { type RoundResult, randomRound } from "../../../support/random-round.ts";
import { Random } from "../../../support/seeded-random.ts";

/** Of the first round; each further one takes the next number. */
const seed = Number(process.env["PILOTLIGHT_ROUNDS_SEED"] ?? Math.floor(Math.random() * 1e9));
/** Undefined: as many as fit. */
const wanted = process.env["PILOTLIGHT_ROUNDS"] === undefined ? undefined : Number(process.env["PILOTLIGHT_ROUNDS"]);
const seconds = 60;

let pair: PostgresPair;
beforeAll(async () => {
  pair = await startPostgresPair(43);
}, 60_000);
afterAll(() => pair?.[Symbol.asyncDispose](), 30_000);

it(
  "accounts for every row that a client was told of, in random rounds of schemas, migrations, writes, moves and reprotects",
  async () => {
    const rounds: RoundResult[] = [];
    for (const end = Date.now() + seconds * 1000; wanted === undefined ? Date.now() < end : rounds.length < wanted; ) {
      const number = seed + rounds.length;
      const round = await randomRound(pair, `round_${number}`, new Random(number)).catch((error: unknown) => {
        throw new Error(`round with seed ${number} failed`, { cause: error });
      });
      expect(round.differences, `seed ${number}: ${round.story.join("; ")}`).toEqual([]);
      rounds.push(round);
    }
    const sum = (count: (round: RoundResult) => number): number => rounds.reduce((all, each) => all + count(each), 0);
    const forced = rounds.filter(({ moved }) => moved === "forced").length;
    console.info(
      `seed ${seed}: ${rounds.length} rounds, ${forced} forced and ${rounds.length - forced} planned moves, ${sum((each) => each.writes)} writes acknowledged, ` +
        `${sum((each) => each.lost)} changes lost and named, ${sum((each) => each.compared)} tables compared, 0 differences`,
    );
    expect(rounds.length).toBeGreaterThan(0);
  },
  wanted === undefined ? (seconds + 120) * 1000 : 86_400_000,
);
