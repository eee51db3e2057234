import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { rolldown } from "rolldown";

const host = {
  version: "2.0",
  // A decision is one short request; a worker that hangs is replaced.
  functionTimeout: "00:02:00",
};
/** Packages whose code is in the bundle: their licences go with it. */
const bundled = ["@azure/functions", "@azure/functions-extensions-base", "cookie", "zod"];
const manifest = { name: "pilotlight-failover-functions", version: "1.0.0", private: true, main: "index.cjs" };

/**
 * What a Function App runs (Functions 4, Node 22): path to content. The same bytes for the same sources and lock file, so that a
 * deployment changes only when the code does.
 */
export async function packFunctions(): Promise<Readonly<Record<string, string>>> {
  const library = join(directoryOf("@azure/functions"), "dist", "azure-functions.min.js");
  const bundle = await rolldown({
    input: join(import.meta.dirname, "main.ts"),
    platform: "node",
    // The worker brings this one itself.
    external: ["@azure/functions-core"],
    resolve: { alias: { "@azure/functions": library } },
    logLevel: "silent",
  });
  try {
    const { output } = await bundle.generate({
      format: "cjs",
      codeSplitting: false,
      banner: "// Generated from automation/functions by `npm run build:functions`. Do not edit.",
    });
    const [entry] = output;
    return {
      "LICENSES.txt": await licences(),
      "host.json": `${JSON.stringify(host, undefined, 2)}\n`,
      "index.cjs": entry.code,
      "package.json": `${JSON.stringify(manifest, undefined, 2)}\n`,
    };
  } finally {
    await bundle.close();
  }
}

function directoryOf(name: string): string {
  const paths = createRequire(import.meta.url).resolve.paths(name) ?? [];
  const found = paths.map((path) => join(path, name)).find((path) => existsSync(join(path, "package.json")));
  if (found === undefined) throw new Error(`package ${name} is not installed: run npm ci`);
  return found;
}

async function licences(): Promise<string> {
  const texts = await Promise.all(
    bundled.map(async (name) => `${name}\n\n${(await readFile(join(directoryOf(name), "LICENSE"), "utf8")).trim()}\n`),
  );
  return texts.join("\n---\n\n").replaceAll("\r\n", "\n");
}
