import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeOnce } from "../../../sandbox/toolchain/cache.ts";

// A process of its own for the cache's tests: node slow-build.ts <directory> <log> [crash]
const [directory = "", log = "", mode] = process.argv.slice(2);
const say = (text: string): void => appendFileSync(log, `${text}\n`);

await makeOnce(directory, { pollMs: 20, onWait: () => say("waiting") }, async (temporary) => {
  say("building");
  writeFileSync(join(temporary, "tool"), "whole");
  if (mode === "crash") process.kill(process.pid, "SIGKILL");
  await sleep(400);
});
say("done");
