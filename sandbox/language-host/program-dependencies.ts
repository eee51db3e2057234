import { readFile } from "node:fs/promises";
import { join } from "node:path";
import languagePb from "@pulumi/pulumi/proto/language_pb.js";
import { z } from "zod";

const manifestSchema = z.object({ dependencies: z.record(z.string(), z.string()).default({}) });
const installedSchema = z.object({ version: z.string() });

/** Direct dependencies with the versions installed (or else wanted). Empty when `directory` is no package. */
export async function programDependencies(directory: string): Promise<languagePb.DependencyInfo[]> {
  const manifest = manifestSchema.safeParse(await readJson(join(directory, "package.json")));
  if (!manifest.success) return [];
  return Promise.all(
    Object.entries(manifest.data.dependencies).map(async ([name, wanted]) => {
      const installed = installedSchema.safeParse(
        await readJson(join(directory, "node_modules", name, "package.json")),
      );
      const version = installed.success ? installed.data.version : wanted;
      return new languagePb.DependencyInfo().setName(name).setVersion(version);
    }),
  );
}

async function readJson(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, "utf8"));
  } catch {
    return undefined;
  }
}
