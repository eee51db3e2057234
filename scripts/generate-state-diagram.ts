/**
 * Writes docs/state-machine.md from the tables in automation/domain.
 *
 *   node scripts/generate-state-diagram.ts [--check] [--output <file>]
 *
 * With --check it writes nothing and exits 1 when the file is out of date.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { renderStateMachine } from "./state-machine/render.ts";

const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    output: { type: "string", default: join(resolve(import.meta.dirname, ".."), "docs", "state-machine.md") },
  },
});

const text = renderStateMachine();
const current = existsSync(values.output) ? readFileSync(values.output, "utf8") : "";
const stale = values.check && current !== text;
if (stale) console.error(`${relative(process.cwd(), values.output)} is out of date: npm run docs:state-machine`);
if (!values.check) writeFileSync(values.output, text);
process.exitCode = stale ? 1 : 0;
