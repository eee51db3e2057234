#!/usr/bin/env node
// `pilotlight`: under a Node that cannot run TypeScript, starts itself again under the pinned one.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runsTypeScript } from "./runs-typescript.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (runsTypeScript(process.versions.node)) {
  // A second less for every start, and a recovery is one. Where the folder cannot be written, there is no cache and no error.
  nodeModule.enableCompileCache?.(join(root, "node_modules", ".cache", "pilotlight", "compiled"));
  await import("../automation/cli/main.ts");
} else {
  const node = join(root, "node_modules", ".bin", "node");
  if (existsSync(node)) {
    startAgain(node);
  } else {
    console.error(
      `Node ${process.versions.node} is too old and the pinned one is not installed. Run \`npm ci\` in ${root}.`,
    );
    process.exitCode = 2;
  }
}

function startAgain(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) {
    // A terminal sends SIGINT to the child as well; once is enough.
    process.on(signal, () => {
      if (signal !== "SIGINT" || process.stdin.isTTY !== true) child.kill(signal);
    });
  }
  child.once("error", (error) => {
    console.error(`${node} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.once("close", (code, signal) => {
    for (const name of signals) process.removeAllListeners(name);
    if (signal !== null) process.kill(process.pid, signal);
    process.exitCode = code ?? 1;
  });
}
