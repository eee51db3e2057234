import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, parseEnv } from "node:util";
import { findProjectRoot, openWorld, parseInstance } from "../contracts/world.ts";
import { runDemo } from "./demo.ts";
import { Pilotlight } from "./pilotlight.ts";
import { reportText } from "./report-text.ts";

const usage = `npm run demo [-- --keep]
  --keep   leave the sandbox up afterwards (stop it with: npx pilotlight sandbox down)`;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { keep: { type: "boolean" }, help: { type: "boolean" } } });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  const projectRoot = findProjectRoot(process.cwd(), process.env.PILOTLIGHT_PROJECT_ROOT);
  const world = openWorld(projectRoot, parseInstance(process.env.PILOTLIGHT_SANDBOX_INSTANCE));
  const sandbox = new Pilotlight(projectRoot);
  const began = Date.now();
  const down = async () => {
    if (values.keep !== true) await sandbox.run(["sandbox", "down"], { show: true });
  };
  let interrupted = false;
  process.on("SIGINT", () => {
    if (interrupted) return;
    interrupted = true;
    console.log("\ninterrupted: stopping the sandbox");
    down().finally(() => process.exit(130));
  });

  try {
    // A demo starts from nothing: what an earlier one left half done would be measured as its own.
    await sandbox.run(["sandbox", "down", "--wipe"], { show: true });
    console.log(await sandbox.must(["sandbox", "up"], { show: true }));
    Object.assign(process.env, parseEnv(readFileSync(join(projectRoot, ".env.sandbox"), "utf8")));
    const report = await runDemo({ world, show: true, say: (line) => console.log(line) });
    console.log(`\n${reportText(report)}\n`);
    console.log(`saved: ${join(world.directory, "reports", "latest.json")} and latest.html beside it`);
    console.log(`the demo took ${Math.round((Date.now() - began) / 1000)} s`);
    return report.moves.every((move) => move.agree && move.measured.splitBrainWrites.length === 0) ? 0 : 1;
  } finally {
    if (!interrupted) await down();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  // What a command said is for the reader; where it was called is not.
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
process.exit();
