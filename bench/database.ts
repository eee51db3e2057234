/**
 * The database adapter beside a peer, on two real servers on loopback: the time of a planned move by the number of rows, the first copy beside
 * `pg_dump` and `pg_restore`, writes a second through moves away and home, the time that writes are refused, and what `db verify` costs.
 *
 *   node bench/database.ts [--switch-rows 1000000,10000000] [--copy-rows 10000000] [--jobs 2] [--indexes 2] [--write-rate 2000] [--moves 10]
 *                          [--verify-rows 1000000] [--only switch,copy,load,verify] [--postgres 18] [--json]
 *
 * In a minute: --switch-rows 10000,100000 --copy-rows 200000 --write-rate 200 --moves 4 --verify-rows 100000
 *
 * Prints what was measured and the ratios; exits 1 where an aim is missed. docs/bench-database.md
 */
import { cpus, loadavg } from "node:os";
import process from "node:process";
import { parseArgs } from "node:util";
import { z } from "zod";
import { measureCopy } from "./database/copy.ts";
import { fill, follow, startServers } from "./database/estate.ts";
import { type LoadResult, measureSwitch, measureUnderLoad, type SwitchResult } from "./database/moves.ts";
import { aimsOf, type BenchResult, resultText } from "./database/result.ts";
import { measureVerify, type VerifyMeasure } from "./database/verify.ts";

const { values } = parseArgs({
  options: {
    "switch-rows": { type: "string", default: "1000000,10000000" },
    "copy-rows": { type: "string", default: "10000000" },
    jobs: { type: "string", default: "2" },
    indexes: { type: "string", default: "2" },
    "write-rate": { type: "string", default: "2000" },
    moves: { type: "string", default: "10" },
    "verify-rows": { type: "string", default: "1000000" },
    only: { type: "string", default: "switch,copy,load,verify" },
    postgres: { type: "string", default: "18" },
    json: { type: "boolean", default: false },
  },
});
const version = z.enum(["15", "16", "17", "18"]).parse(values.postgres);
const parts = new Set(z.array(z.enum(["switch", "copy", "load", "verify"])).parse(values.only.split(",")));
const moves = whole("moves", values.moves);
const jobs = whole("jobs", values.jobs);
const rate = whole("write-rate", values["write-rate"]);
const began = performance.now();

const switches: SwitchResult[] = [];
const verify: VerifyMeasure[] = [];
let load: LoadResult | undefined;
say(`${cpus().length} cores, ${loadText()}`);
const copy = parts.has("copy")
  ? await measureCopy(70, whole("copy-rows", values["copy-rows"]), jobs, Number(values.indexes))
  : undefined;
if (copy !== undefined) say("first copy done");
if (parts.has("switch") || parts.has("load") || parts.has("verify")) {
  await using pair = await startServers(71, version, jobs);
  for (const rows of parts.has("switch") ? values["switch-rows"].split(",") : []) {
    switches.push(await measureSwitch(pair, whole("switch-rows", rows), moves));
    say(`switch with ${rows} rows done`);
  }
  if (parts.has("load") || parts.has("verify")) {
    await using each = await fill(pair, "loaded", whole("verify-rows", values["verify-rows"]));
    await follow(each);
    // First, while the primary is active.
    for (const limit of parts.has("verify") ? [50_000, undefined] : [])
      verify.push(await measureVerify(each, rate, limit));
    say("verify done");
    if (parts.has("load")) load = await measureUnderLoad(each, rate, moves);
  }
}
say(loadText());
const result: BenchResult = { switches, copy, load, verify };
console.log(values.json ? JSON.stringify({ ...result, aims: aimsOf(result) }, null, 2) : resultText(result));
process.exit(aimsOf(result).every(({ met }) => met) ? 0 : 1);

function say(line: string): void {
  console.error(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}`);
}

function loadText(): string {
  const averages = loadavg().map((each) => each.toFixed(1));
  return `load ${averages.join(" ")}`;
}

function whole(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is "${text}"; it must be a whole number above 0`);
}
