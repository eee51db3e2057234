/**
 * Writes docs/components.md from the docstrings of the components.
 *
 *   node scripts/generate-component-docs.ts [--check] [--components <folder>] [--output <file>]
 *
 * Exits 1 with `file:line` of every component, option and public output that has no docstring; with --check, which writes
 * nothing, also when the file is out of date.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readComponents } from "./component-docs/read-components.ts";
import { render } from "./component-docs/render.ts";

const projectRoot = resolve(import.meta.dirname, "..");
const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    components: { type: "string", default: join(projectRoot, "components") },
    output: { type: "string", default: join(projectRoot, "docs", "components.md") },
  },
});

const folder = resolve(values.components);
const { components, problems } = readComponents(folder);
const shown = relative(process.cwd(), folder) || ".";
for (const problem of problems) console.error(`${shown}/${problem} has no docstring`);

const text = render(components);
const current = existsSync(values.output) ? readFileSync(values.output, "utf8") : "";
const stale = values.check && current !== text;
if (stale) console.error(`${relative(process.cwd(), values.output)} is out of date: npm run docs:components`);
if (!values.check) writeFileSync(values.output, text);
process.exitCode = problems.length > 0 || stale ? 1 : 0;
