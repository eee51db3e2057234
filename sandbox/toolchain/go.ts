import { access, constants, readFile, rm } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { capture, runLogged } from "./command.ts";
import { ToolchainError } from "./errors.ts";
import { isCode } from "./lock.ts";
import type { MakeContext } from "./part.ts";

/** From 1.21 on, Go fetches the newer toolchain that a go.mod asks for. */
const minimumGo = [1, 21] as const;

/** Throws when there is no Go that can build the module in `directory`. */
export async function checkGo(directory: string): Promise<void> {
  const answer = await capture("go", ["env", "GOVERSION", "GOTOOLCHAIN"]);
  const advice = `Install Go ${await wantedGo(directory)} or newer and put it on PATH`;
  if (answer === undefined) throw new ToolchainError(`Go is missing. ${advice}.`, 2);
  const [version = "", toolchain = ""] = answer.split("\n");
  const minimum = toolchain === "local" ? parseVersion(await wantedGo(directory)) : minimumGo;
  const found = parseVersion(version.replace(/^go/, ""));
  if (found[0] < minimum[0] || (found[0] === minimum[0] && found[1] < minimum[1])) {
    throw new ToolchainError(`Go ${version.replace(/^go/, "")} is too old. ${advice}.`, 2);
  }
}

export interface GoBuild {
  /** Directory of the go.mod. */
  readonly directory: string;
  /** Import path or `.` */
  readonly package: string;
  readonly ldflags: string;
  readonly output: string;
  /** Holds what Go downloads and compiles where its own folders cannot be written. */
  readonly cacheRoot: string;
  readonly logFile: string;
}

export async function goBuild(build: GoBuild, context: MakeContext): Promise<void> {
  await rm(build.logFile, { force: true });
  await runLogged({
    command: "go",
    args: ["build", "-trimpath", "-buildvcs=false", "-ldflags", build.ldflags, "-o", build.output, build.package],
    cwd: build.directory,
    // Neither a workspace above the clone nor the user's flags may change what is built.
    env: { GOWORK: "off", GOFLAGS: "-mod=readonly", ...(await goFolders(build.cacheRoot)) },
    logFile: build.logFile,
    timeoutMs: 60 * 60_000,
    signal: context.signal,
  });
}

/** Go's own folders lie in the home: without one, or in one that cannot be written, it needs others. */
async function goFolders(root: string): Promise<Readonly<Record<string, string>>> {
  const names = ["GOMODCACHE", "GOCACHE"] as const;
  const own = (await capture("go", ["env", ...names]))?.split("\n") ?? [];
  const others = await Promise.all(
    names.map(async (name, index) =>
      (await isWritable(own[index] ?? "")) ? [] : [[name, join(root, "go", name.toLowerCase())] as const],
    ),
  );
  return Object.fromEntries(others.flat());
}

/** Whether the folder can be written, or made. */
async function isWritable(folder: string): Promise<boolean> {
  for (let place = folder; isAbsolute(place); place = dirname(place)) {
    const problem = await access(place, constants.W_OK).then(
      () => undefined,
      (error: unknown) => error,
    );
    if (problem === undefined) return true;
    if (!isCode(problem, "ENOENT") || place === dirname(place)) return false;
  }
  return false;
}

/** Version that a go.mod requires of `module`, with its v. */
export function requiredVersion(goMod: string, module: string): string {
  const line = goMod.split("\n").find((text) =>
    text
      .trim()
      .replace(/^require\s+/, "")
      .startsWith(`${module} v`),
  );
  const version = line
    ?.trim()
    .replace(/^require\s+/, "")
    .split(" ")[1];
  if (version === undefined) throw new ToolchainError(`go.mod requires no ${module}.`, 1);
  return version;
}

async function wantedGo(directory: string): Promise<string> {
  return /^go (\S+)$/m.exec(await readFile(join(directory, "go.mod"), "utf8"))?.[1] ?? "1.26";
}

function parseVersion(text: string): readonly [number, number] {
  const [major, minor] = text.split(".");
  return [Number.parseInt(major ?? "0", 10) || 0, Number.parseInt(minor ?? "0", 10) || 0];
}
