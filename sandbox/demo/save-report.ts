import { mkdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "../contracts/contracts.ts";
import { type DemoReport, demoReportSchema } from "./report.ts";
import { reportPage } from "./report-page.ts";

/** Saves `reports/latest.json` and `latest.html` in the sandbox's directory, each whole or not at all. */
export async function saveReport(world: World, report: DemoReport): Promise<DemoReport> {
  const directory = join(world.directory, "reports");
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const checked = demoReportSchema.parse(report);
  for (const [name, content] of [
    ["latest.json", `${JSON.stringify(checked, null, 2)}\n`],
    ["latest.html", reportPage(checked)],
  ] as const) {
    const draft = join(directory, `.${name}.draft`);
    await writeFile(draft, content);
    await rename(draft, join(directory, name));
  }
  return checked;
}
