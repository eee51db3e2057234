import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type CacheKey, cacheDirectory, isComplete, makeOnce } from "../cache.ts";
import { checkGo, goBuild, requiredVersion } from "../go.ts";
import { overridden } from "../override.ts";
import type { Part, PartPlace } from "../part.ts";

/** API server, controller manager, scheduler and etcd in one executable, built from the Go modules. */
export function kubernetesPart(place: PartPlace): Part {
  const source = join(place.definitions, "kubernetes");

  const plan = async (): Promise<{ directory: string; ldflags: string }> => {
    const files = await Promise.all(
      ["go.mod", "go.sum", "main.go"].map((name) => readFile(join(source, name), "utf8")),
    );
    const version = requiredVersion(files[0] ?? "", "k8s.io/kubernetes");
    const ldflags = versionFlags(version);
    const key: CacheKey = { part: "kubernetes", version, inputs: [...files, ldflags] };
    return { directory: cacheDirectory(place.cacheRoot, key), ldflags };
  };

  return {
    name: "kubernetes",
    async locate() {
      const own = await overridden(place.environment, "PILOTLIGHT_KUBERNETES");
      if (own !== undefined) return own;
      const { directory } = await plan();
      return (await isComplete(directory)) ? join(directory, "kubernetes") : undefined;
    },
    check: () => checkGo(source),
    async make(context) {
      const { directory, ldflags } = await plan();
      await makeOnce(
        directory,
        {
          signal: context.signal,
          onWait: (owner) => context.report(`waiting for process ${owner.pid}, which builds it`),
        },
        (temporary) => {
          context.report("building from source");
          const output = join(temporary, "kubernetes");
          const logFile = join(place.cacheRoot, "logs", "kubernetes.log");
          return goBuild(
            { directory: source, package: ".", ldflags, output, logFile, cacheRoot: place.cacheRoot },
            context,
          );
        },
      );
      return join(directory, "kubernetes");
    },
  };
}

/** Without these the API server calls itself v0.0.0-master, and clients that check versions refuse it. */
function versionFlags(version: string): string {
  const [major, minor] = version.replace(/^v/, "").split(".");
  const values = { gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: "clean" };
  const flags = Object.entries(values).map(([name, value]) => `-X k8s.io/component-base/version.${name}=${value}`);
  return ["-s", "-w", ...flags].join(" ");
}
