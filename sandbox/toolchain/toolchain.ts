import { sep } from "node:path";
import { cacheRoot } from "./cache.ts";
import { ToolchainError } from "./errors.ts";
import type { Part, PartPlace } from "./part.ts";
import { kubernetesPart } from "./parts/kubernetes.ts";
import { motoPart } from "./parts/moto.ts";
import { languageHostBeside, pulumiPart } from "./parts/pulumi.ts";
import { createProgress, formatDuration, type Progress } from "./progress.ts";
import { ownLanguageHost, placeBeside } from "./project-tools.ts";

/** Everything outside npm that the sandbox runs; absolute paths. */
export interface Toolchain {
  /** The Pulumi CLI. */
  readonly pulumi: string;
  /** Holds `pulumi-language-nodejs`; belongs on PATH. */
  readonly languageHostDir: string;
  /** `<executable> etcd|kube-apiserver|kube-controller-manager|kube-scheduler [flags]` */
  readonly kubernetes: string;
  /** moto's server: `-H <host> -p <port>`. */
  readonly motoServer: string;
  /** The user's cache, where what was built is kept. */
  readonly directory: string;
}

export interface ToolchainOptions {
  /** Default: lines on standard error. It is closed at the end only when it was not given. */
  readonly progress?: Progress;
  readonly signal?: AbortSignal;
  /** Default: the environment of this process. */
  readonly environment?: NodeJS.ProcessEnv;
}

/**
 * Finds or makes all tools, in parallel, once a user and version. Throws a ToolchainError whose message says what to
 * install (exit code 2) or shows the end of the failed build's log (exit code 1).
 */
export async function ensureToolchain(options: ToolchainOptions = {}): Promise<Toolchain> {
  const environment = options.environment ?? process.env;
  const place: PartPlace = { cacheRoot: cacheRoot(environment), definitions: import.meta.dirname, environment };
  const progress = options.progress ?? createProgress();
  try {
    const parts = { pulumi: pulumiPart(place), kubernetes: kubernetesPart(place), moto: motoPart(place) };
    const paths = await provide(Object.values(parts), progress, options.signal);
    const [pulumi, kubernetes, motoServer] = paths;
    if (pulumi === undefined || kubernetes === undefined || motoServer === undefined) {
      throw new ToolchainError("The toolchain is incomplete.", 1);
    }
    return { ...(await withLanguageHost(pulumi, place)), kubernetes, motoServer, directory: place.cacheRoot };
  } finally {
    if (options.progress === undefined) progress.close();
  }
}

/** Paths in the order of `parts`. What is missing on the machine is said for all parts at once, before anything is built. */
export async function provide(
  parts: readonly Part[],
  progress: Progress,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const found = await Promise.all(parts.map((part) => part.locate()));
  const checks = await Promise.allSettled(
    parts.map((part, index) => (found[index] === undefined ? part.check() : undefined)),
  );
  const missing = checks.filter((check) => check.status === "rejected").map((check) => check.reason as unknown);
  if (missing.length > 1) {
    throw new ToolchainError(missing.map((error) => (error instanceof Error ? error.message : error)).join("\n"), 2);
  }
  if (missing.length === 1) throw missing[0];

  // One failed part ends the others: nobody wants to wait minutes to be told.
  const failure = new AbortController();
  const stop = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  let first: unknown;
  const results = await Promise.allSettled(
    parts.map(async (part, index) => {
      const present = found[index];
      if (present !== undefined) return present;
      const started = Date.now();
      try {
        const path = await part.make({ report: (doing) => progress.report(part.name, doing), signal: stop });
        progress.finish(part.name, `ready after ${formatDuration(Date.now() - started)}`);
        return path;
      } catch (error) {
        first ??= error;
        failure.abort(error);
        throw error;
      }
    }),
  );
  if (first !== undefined) throw first;
  return results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}

/** The CLI's own language host where it has one, else ours. */
async function withLanguageHost(
  pulumi: string,
  place: PartPlace,
): Promise<Pick<Toolchain, "pulumi" | "languageHostDir">> {
  const beside = await languageHostBeside(pulumi);
  if (beside !== undefined) return { pulumi, languageHostDir: beside };
  const languageHostDir = await ownLanguageHost();
  // Somebody else's executable stays where it is: it may need its surroundings.
  const ours = pulumi.startsWith(`${place.cacheRoot}${sep}`);
  return { pulumi: ours ? await placeBeside(languageHostDir, pulumi) : pulumi, languageHostDir };
}
