import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import process from "node:process";
import { settingsPage } from "./settings-docs/render.ts";

const file = join(resolve(import.meta.dirname, ".."), "docs", "settings.md");
const page = settingsPage();

if (!process.argv.includes("--check")) {
  writeFileSync(file, page);
} else if (readFileSync(file, "utf8") !== page) {
  process.stderr.write("docs/settings.md is not what the schema says: run `npm run docs:settings`\n");
  process.exitCode = 1;
}
