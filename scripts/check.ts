import { spawn } from "node:child_process";
import process from "node:process";

/** Two chains side by side, because the tests leave a core idle while they import. */
const chains = [["check:unit"], ["check:style", "check:types", "check:imports", "check:docs"]];

interface Result {
  readonly step: string;
  readonly code: number;
}

/** Runs a script of package.json; what it says is shown when it has ended, so that the chains do not mix. */
function run(step: string): Promise<Result> {
  const began = Date.now();
  const child = spawn("npm", ["run", "--silent", step], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, FORCE_COLOR: process.stdout.isTTY ? "1" : "0" },
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exit) => {
      const code = exit ?? 1;
      const seconds = Math.round((Date.now() - began) / 1000);
      process.stdout.write(`${said}${step}: ${code === 0 ? "fine" : `failed (${code})`}, ${seconds} s\n`);
      resolve({ step, code });
    });
  });
}

async function runChain(steps: readonly string[]): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const step of steps) results.push(await run(step));
  return results;
}

const failed = (await Promise.all(chains.map(runChain))).flat().filter(({ code }) => code !== 0);
if (failed.length > 0) {
  process.stdout.write(`failed: ${failed.map(({ step }) => step).join(", ")}\n`);
  process.exitCode = 1;
}
