/**
 * What the policy packs cost: the same preview without packs, with all of them as `npm run policy` runs them (policies/all), and
 * with the three one by one, in turn, in one sandbox.
 *
 *   node bench/policy.ts [--rounds 5] [--stack cloudphoenix-primary] [--json]
 *
 * Prints the medians and their ratios; exits 1 where that of policies/all is above 1.3.
 */
import { join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { previewWithPacks, selectStack, writeDownPrimary } from "../scripts/policy/engine.ts";
import { drConfig } from "../scripts/policy/environment-facts.ts";
import { PACK_NAMES } from "../scripts/policy/packs.ts";
import { readStackFile } from "../scripts/policy/stack-config.ts";
import { scratchWorld } from "../scripts/policy/world.ts";
import { parseStackName } from "../stacks/config.ts";

const LIMIT = 1.3;
const projectRoot = resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    stack: { type: "string", default: "cloudphoenix-primary" },
    json: { type: "boolean", default: false },
  },
});
const primary = `${parseStackName(values.stack).environment}-primary`;
const folder = (pack: string) => join(projectRoot, "policies", pack);
const all = { all: folder("all") };
const separate = Object.fromEntries(PACK_NAMES.map((pack) => [pack, folder(pack)]));
const config = drConfig(projectRoot, values.stack, undefined);
const world = await scratchWorld(projectRoot, Number(process.env["PILOTLIGHT_SANDBOX_INSTANCE"] ?? 5));
const times = { without: [] as number[], all: [] as number[], separate: [] as number[] };
try {
  await selectStack(world, primary);
  await selectStack(world, values.stack);
  await writeDownPrimary(world, primary, readStackFile(projectRoot, primary));
  // The first previews fill the caches of all.
  await previewWithPacks(world, values.stack, all, config);
  await previewWithPacks(world, values.stack, separate, config);
  for (let round = 0; round < Number(values.rounds); round++) {
    times.without.push(await seconds(() => previewWithPacks(world, values.stack, {}, {})));
    times.all.push(await seconds(() => previewWithPacks(world, values.stack, all, config)));
    times.separate.push(await seconds(() => previewWithPacks(world, values.stack, separate, config)));
  }
} finally {
  await world.close();
}
const medians = { without: median(times.without), all: median(times.all), separate: median(times.separate) };
const ratios = { all: medians.all / medians.without, separate: medians.separate / medians.without };
if (values.json) console.log(JSON.stringify({ stack: values.stack, medians, ratios, times }, null, 2));
else {
  console.log(`${values.stack}, median of ${values.rounds} previews each, in turn`);
  console.log(`  without packs          ${medians.without.toFixed(2)} s`);
  console.log(`  with policies/all      ${medians.all.toFixed(2)} s   ${ratios.all.toFixed(2)} times (limit ${LIMIT})`);
  console.log(`  with the three apart   ${medians.separate.toFixed(2)} s   ${ratios.separate.toFixed(2)} times`);
}
process.exitCode = ratios.all > LIMIT ? 1 : 0;

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

function median(all: readonly number[]): number {
  const sorted = all.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}
