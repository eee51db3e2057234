/**
 * Previews every environment with every policy pack and says what was found.
 *
 *   npm run policy -- [--environments a,b] [--here] [--sarif <file>] [--junit <file>] [--summary <file>] [--json]
 *   npm run policy -- --write-config <folder>
 *
 * By default in a sandbox of its own, where nothing is deployed: no account is needed. With --here the stacks are previewed as
 * they are, in the backend and the clouds of the process's environment. --write-config writes the packs' options (with the
 * baseline) instead, for `pulumi up --policy-pack policies/dr --policy-pack-config <folder>/<stack>-dr.json`.
 * Exits 0 when no mandatory finding is open, 1 when one is or a preview failed, 2 on wrong arguments.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { acceptedConfig, BASELINE_FILE, readBaseline } from "./policy/baseline.ts";
import { drConfig } from "./policy/environment-facts.ts";
import { junit } from "./policy/junit.ts";
import { lastDrill } from "./policy/last-drill.ts";
import { configOfPack, PACK_NAMES, RULES } from "./policy/packs.ts";
import { runEnvironments } from "./policy/run-environments.ts";
import { sarif } from "./policy/sarif.ts";
import { environmentsOf } from "./policy/stack-config.ts";
import { summary } from "./policy/summary.ts";
import { table } from "./policy/table.ts";
import { idle, notJudged, open, verdicts } from "./policy/verdicts.ts";

const projectRoot = resolve(import.meta.dirname, "..");
const all = environmentsOf(projectRoot);

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = process.exitCode === 2 ? 2 : 1;
}

async function main(): Promise<number> {
  const options = readOptions();
  const today = new Date().toISOString().slice(0, 10);
  const baseline = readBaseline(join(projectRoot, BASELINE_FILE), new Set(RULES.keys()), today);
  if (options.writeConfig !== undefined) {
    for (const environment of options.environments) {
      const drilled = await lastDrill(projectRoot, environment, process.env);
      for (const stack of [`${environment}-primary`, `${environment}-standby`]) {
        const facts = drConfig(projectRoot, stack, process.env["PULUMI_BACKEND_URL"], drilled);
        const accepted = acceptedConfig(baseline, environment);
        const names = new Set([...Object.keys(facts), ...Object.keys(accepted)]);
        const config = Object.fromEntries([...names].map((rule) => [rule, { ...facts[rule], ...accepted[rule] }]));
        for (const pack of [...PACK_NAMES, "all"] as const) {
          save(join(options.writeConfig, `${stack}-${pack}.json`), JSON.stringify(configOfPack(pack, config), null, 2));
        }
      }
    }
    return 0;
  }
  const runs = await runEnvironments({
    projectRoot,
    environments: options.environments,
    here: options.here,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  const found = verdicts(runs, baseline, today);
  const stacks = [...new Set(runs.map(({ stack }) => stack))];
  const rest = { stacks, idle: idle(found, baseline, options.environments), notJudged: notJudged(runs) };
  console.log(
    options.json ? JSON.stringify({ verdicts: found, ...rest }, null, 2) : table({ verdicts: found, ...rest }),
  );
  if (options.sarif) save(options.sarif, JSON.stringify(sarif(found), null, 2));
  if (options.junit) save(options.junit, junit(found, stacks));
  if (options.summary) save(options.summary, summary(found, stacks));
  return open(found).length === 0 ? 0 : 1;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        environments: { type: "string", default: all.join(",") },
        here: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        sarif: { type: "string" },
        junit: { type: "string" },
        summary: { type: "string" },
        "write-config": { type: "string" },
      },
    });
    const environments = values.environments.split(",");
    const unknown = environments.filter((environment) => !all.includes(environment));
    if (unknown.length > 0) {
      throw new Error(`--environments: ${unknown.join(", ")}; right would be: some of ${all.join(", ")}`);
    }
    return { ...values, environments, writeConfig: values["write-config"] };
  } catch (error) {
    process.exitCode = 2;
    throw error;
  }
}

function save(file: string, text: string): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, text.endsWith("\n") ? text : `${text}\n`);
}
