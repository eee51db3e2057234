// Runs `demo`, `test`, `nightly`, `policy` or `pilotlight` from a bare clone: installs the packages when that is due, then goes on under the
// Node that the lockfile pins. Plain JavaScript without dependencies: a Node from 18 on is enough to begin with.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { forwardSignals, launchedEnvironment } from "./launcher.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const node = join(modules, ".bin", "node");
const lockfile = join(root, "package-lock.json");
const stamp = join(modules, ".pilotlight-lockfile");

/** Commands by mode, run one after the other while they succeed. */
const modes = {
  demo: (args) => [[join(root, "sandbox/demo/main.ts"), ...args]],
  test: (args) => tests("!nightly", args),
  nightly: (args) => tests("nightly", args),
  policy: (args) => [[join(root, "scripts/policy.ts"), ...args]],
  pilotlight: (args) => [[join(root, "bin/pilotlight.mjs"), ...args]],
};

/** The toolchain first: many tests need parts of it. `project` as vitest's `--project`. */
function tests(project, args) {
  return [
    [join(root, "sandbox/toolchain/main.ts")],
    [join(modules, "vitest/vitest.mjs"), "run", `--project=${project}`, ...args],
  ];
}

async function main() {
  const [mode = "", ...args] = process.argv.slice(2);
  if (!Object.hasOwn(modes, mode)) {
    console.error(`usage: node bin/bootstrap.mjs ${Object.keys(modes).join("|")} [arguments]`);
    return 2;
  }
  if (process.platform === "win32") {
    console.error("Windows is not supported. Run it in WSL 2.");
    return 2;
  }
  await install(mode);
  for (const command of modes[mode](args)) {
    const quiet = command[0].endsWith("toolchain/main.ts"); // its paths are for programs
    const code = await run(node, command, quiet);
    if (code !== 0) return code;
  }
  return 0;
}

async function install(mode) {
  const hash = createHash("sha256").update(readFileSync(lockfile)).digest("hex");
  if (isInstalled(hash, mode)) return;
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  const live = process.stderr.isTTY === true && process.env.TERM !== "dumb";
  const say = (text) => process.stderr.write(live ? `\r\x1b[2K${text}` : `${text}\n`);
  say("Installing packages (npm ci)");
  const timer = setInterval(() => say(`Installing packages (npm ci), ${seconds()} s`), live ? 1_000 : 15_000);
  const { code, output } = await npmCi();
  clearInterval(timer);
  if (code !== 0) {
    say(`npm ci failed after ${seconds()} s:\n${whatWentWrong(output)}\n`);
    throw new Failure("Packages are not installed. Run `npm ci` to see everything it says.", 1);
  }
  if (!existsSync(node)) {
    say("");
    throw new Failure("npm has not run the install script of the package `node`. Run `npm rebuild` and try again.", 1);
  }
  writeStamp(hash);
  say(`Installed packages in ${seconds()} s${live ? "\n" : ""}`);
}

/** npm says why first, and then how it is to be used. */
function whatWentWrong(output) {
  const lines = output.trimEnd().split("\n");
  const first = lines.findIndex((line) => line.startsWith("npm error"));
  return (first === -1 ? lines.slice(-15) : lines.slice(first, first + 15)).join("\n");
}

/** By our stamp; or by npm's own record, when somebody has run npm by hand since the lockfile changed. */
function isInstalled(hash, mode) {
  if (!existsSync(node) || !packagesFor(mode).every((places) => places.some((place) => existsSync(place))))
    return false;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === hash) return true;
  const record = join(modules, ".package-lock.json");
  if (!existsSync(record) || statSync(record).mtimeMs < statSync(lockfile).mtimeMs) return false;
  writeStamp(hash);
  return true;
}

/**
 * Of each package the folders where npm may have put it. The driver's alone are enough for `pilotlight`, and
 * `npm ci --omit=dev --workspaces=false` installs no others.
 */
function packagesFor(mode) {
  const manifest = (folder) => JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
  const places = (group, folder) =>
    Object.keys(group).map((name) => [join(modules, name), join(root, folder, "node_modules", name)]);
  const { dependencies, devDependencies, workspaces } = manifest(".");
  if (mode === "pilotlight") return places(dependencies, ".");
  return [
    ...places({ ...dependencies, ...devDependencies }, "."),
    ...workspaces.flatMap((folder) => places(manifest(folder).dependencies, folder)),
  ];
}

function writeStamp(hash) {
  mkdirSync(modules, { recursive: true });
  writeFileSync(stamp, hash);
}

/** npm as it runs us, else npm on PATH. */
function npmCi() {
  const arguments_ = ["ci", "--include=dev", "--no-audit", "--no-fund"];
  const cli = process.env.npm_execpath;
  const byCli = cli !== undefined && /npm-cli\.js$/.test(cli);
  const [command, all] = byCli ? [process.execPath, [cli, ...arguments_]] : ["npm", arguments_];
  return new Promise((resolve, reject) => {
    const child = spawn(command, all, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const release = forwardSignals(child);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
      });
    }
    child.once("error", (error) => {
      release();
      reject(new Failure(`npm cannot be run (${error.message}). Install Node.js with npm.`, 2));
    });
    child.once("close", (code, signal) => {
      release();
      if (signal !== null) endLike(signal);
      resolve({ code: code ?? 1, output });
    });
  });
}

/** Exit code of a command under the pinned Node, whose directory comes first on PATH for all that it starts. */
function run(command, args, quiet) {
  const path = `${join(modules, ".bin")}:${process.env.PATH ?? ""}`;
  return new Promise((resolve, reject) => {
    const stdio = ["inherit", quiet ? "ignore" : "inherit", "inherit"];
    const child = spawn(command, args, { stdio, env: { ...launchedEnvironment(), PATH: path } });
    const release = forwardSignals(child);
    child.once("error", (error) => {
      release();
      reject(new Failure(`${command} cannot be run: ${error.message}`, 1));
    });
    child.once("close", (code, signal) => {
      release();
      if (signal !== null) endLike(signal);
      resolve(code ?? 1);
    });
  });
}

/** Whoever waits for us sees that the child ended by a signal. */
function endLike(signal) {
  process.kill(process.pid, signal);
}

class Failure extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = error.exitCode;
}
