import { readFile, realpath } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type CacheKey, cacheDirectory, isComplete, makeOnce } from "../cache.ts";
import { capture, findOnPath } from "../command.ts";
import { ToolchainError } from "../errors.ts";
import { isExecutable } from "../files.ts";
import { checkGo, goBuild, requiredVersion } from "../go.ts";
import { overridden } from "../override.ts";
import type { Part, PartPlace } from "../part.ts";
import { downloadPulumi } from "../pulumi-download.ts";

/** The oldest CLI on PATH that is taken; older engines ask the language host for plugins in another way. */
export const minimumPulumi = "3.205.0";

const versionVariable = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const goPackage = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";

/** The Pulumi CLI: from PATH, else the official download, else built from its Go module. */
export function pulumiPart(place: PartPlace): Part {
  const source = join(place.definitions, "pulumi");

  const plan = async (): Promise<{ directory: string; version: string; ldflags: string }> => {
    const files = await Promise.all(["go.mod", "go.sum"].map((name) => readFile(join(source, name), "utf8")));
    const version = requiredVersion(files[0] ?? "", "github.com/pulumi/pulumi/pkg/v3");
    const ldflags = `-s -w -X ${versionVariable}=${version}`;
    const key: CacheKey = { part: "pulumi", version, inputs: [...files, ldflags] };
    return { directory: cacheDirectory(place.cacheRoot, key), version, ldflags };
  };

  return {
    name: "pulumi",
    async locate() {
      const own = await overridden(place.environment, "PILOTLIGHT_PULUMI");
      if (own !== undefined) {
        const version = await pulumiVersion(own);
        if (version !== undefined && isRecentEnough(version)) return own;
        const found = version === undefined ? "tells no version" : `is version ${version}`;
        throw new ToolchainError(`PILOTLIGHT_PULUMI ${found}; it must be ${minimumPulumi} or newer.`, 2);
      }
      const onPath = await findOnPath("pulumi", place.environment.PATH);
      if (onPath !== undefined && !(await isOurs(onPath, place.cacheRoot))) {
        if (isRecentEnough((await pulumiVersion(onPath)) ?? "0")) return onPath;
      }
      const { directory } = await plan();
      return (await isComplete(directory)) ? join(directory, "pulumi") : undefined;
    },
    // Only needed when the download fails, which is known late.
    check: async () => undefined,
    async make(context) {
      const { directory, version, ldflags } = await plan();
      const onWait = (owner: { readonly pid: number }): void =>
        context.report(`waiting for process ${owner.pid}, which gets it`);
      await makeOnce(directory, { signal: context.signal, onWait }, async (temporary) => {
        context.report("looking for the official download");
        const refused = await downloadPulumi({ version, directory: temporary, ...context });
        if (refused === undefined) return;
        await checkGo(source);
        context.report(`building from source (no download: ${refused})`);
        const output = join(temporary, "pulumi");
        const logFile = join(place.cacheRoot, "logs", "pulumi.log");
        await goBuild(
          { directory: source, package: goPackage, ldflags, output, logFile, cacheRoot: place.cacheRoot },
          context,
        );
      });
      return join(directory, "pulumi");
    },
  };
}

/** Directory of the language host that was installed with this CLI, also when PATH holds but a link to it. */
export async function languageHostBeside(pulumi: string): Promise<string | undefined> {
  for (const directory of [dirname(pulumi), dirname(await realpath(pulumi))]) {
    if (await isExecutable(join(directory, "pulumi-language-nodejs"))) return directory;
  }
  return undefined;
}

/** A sandbox puts its CLI on PATH; taken for the user's own it would be linked to itself. */
async function isOurs(pulumi: string, root: string): Promise<boolean> {
  const real = await realpath(pulumi);
  return real.startsWith(`${root}${sep}`) || real.includes(join("node_modules", ".cache", "pilotlight"));
}

async function pulumiVersion(executable: string): Promise<string | undefined> {
  return (await capture(executable, ["version"]))?.replace(/^v/, "");
}

export function isRecentEnough(version: string): boolean {
  const found = version.split(/[.-]/).map(Number);
  const wanted = minimumPulumi.split(".").map(Number);
  for (const [index, want] of wanted.entries()) {
    const have = found[index] ?? 0;
    if (have !== want) return have > want;
  }
  return true;
}
