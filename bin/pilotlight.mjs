#!/usr/bin/env node
// `pilotlight`: under a Node that cannot run TypeScript, starts itself again under the pinned one.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { forwardSignals, launchedEnvironment, stopWithLauncher } from "./launcher.mjs";
import { runsTypeScript } from "./runs-typescript.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

if (runsTypeScript(process.versions.node)) {
  // A second less for every start, and a recovery is one. Where the folder cannot be written, there is no cache and no error.
  nodeModule.enableCompileCache?.(join(root, "node_modules", ".cache", "pilotlight", "compiled"));
  stopWithLauncher();
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
  const args = [fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn(node, args, { stdio: "inherit", env: launchedEnvironment() });
  const release = forwardSignals(child);
  child.once("error", (error) => {
    console.error(`${node} cannot be run: ${error.message}`);
    process.exitCode = 1;
  });
  child.once("close", (code, signal) => {
    release();
    if (signal !== null) process.kill(process.pid, signal);
    process.exitCode = code ?? 1;
  });
}
