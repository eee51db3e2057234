import { expect } from "vitest";
import type { PostgresPair } from "./postgres-pair.ts";
import { type RoundResult, randomRound } from "./random-round.ts";
import { Random } from "./seeded-random.ts";

/** Of the first round; each further one takes the next number. */
const seed = Number(process.env["PILOTLIGHT_ROUNDS_SEED"] ?? Math.floor(Math.random() * 1e9));
/** Undefined: as many as fit. */
export const wantedRounds =
  process.env["PILOTLIGHT_ROUNDS"] === undefined ? undefined : Number(process.env["PILOTLIGHT_ROUNDS"]);

/** Rounds for `seconds`, or as many as are wanted; prints what they did, and fails at the first row that nothing accounts for. */
export async function randomRounds(pair: PostgresPair, seconds: number): Promise<void> {
  const rounds: RoundResult[] = [];
  const end = Date.now() + seconds * 1000;
  while (wantedRounds === undefined ? Date.now() < end : rounds.length < wantedRounds) {
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
    `seed ${seed}: ${rounds.length} rounds, ${forced} forced and ${rounds.length - forced} planned moves, ` +
      `${sum((each) => each.writes)} writes acknowledged, ${sum((each) => each.lost)} changes lost and named, ` +
      `${sum((each) => each.compared)} tables compared by the product, ${sum((each) => each.rows)} rows compared by the oracle, ` +
      "0 differences unexplained",
  );
  expect(rounds.length).toBeGreaterThan(0);
}
