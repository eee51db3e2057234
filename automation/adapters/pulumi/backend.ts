import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { BackendFacts } from "../../preflight/facts.ts";
import { engineCommand } from "./engine-command.ts";

const whoSchema = z.object({ url: z.string() });
const projectSchema = z.looseObject({ stackConfigDir: z.string().default(".") });
const stackSchema = z.looseObject({ secretsprovider: z.string().optional() }).nullish();

/**
 * Where the engine keeps state (by its own word), and each stack's secrets provider by its file. `s3Endpoint`: what the environment gives
 * for S3, which the engine's word leaves out.
 */
export async function backendFacts(
  projectRoot: string,
  environment: string,
  signal: AbortSignal,
  s3Endpoint?: string,
): Promise<BackendFacts> {
  const who = whoSchema.safeParse(JSON.parse(await engineCommand(projectRoot, ["whoami", "--json"], signal)));
  if (!who.success) throw new DriverError("fatal", "pulumi whoami names no backend");
  const project = projectSchema.parse(parse(await readFile(join(projectRoot, "Pulumi.yaml"), "utf8")));
  const stacks = [`${environment}-primary`, `${environment}-standby`];
  const providers = await Promise.all(
    stacks.map(async (stack) => {
      const text = await readFile(join(projectRoot, project.stackConfigDir, `Pulumi.${stack}.yaml`), "utf8").catch(
        () => "",
      );
      return [stack, stackSchema.parse(parse(text))?.secretsprovider] as const;
    }),
  );
  return { url: who.data.url, s3Endpoint, secretsProviders: Object.fromEntries(providers) };
}
