import { join } from "node:path";
import process from "node:process";
import { s3EndpointOf } from "../../automation/domain/state-place.ts";
import { previewWithPacks, selectStack, writeDownPrimary } from "./engine.ts";
import { drConfig } from "./environment-facts.ts";
import { inTurn } from "./in-turn.ts";
import { lastDrill } from "./last-drill.ts";
import { readStackFile } from "./stack-config.ts";
import type { Run } from "./verdicts.ts";
import { scratchWorld, thisWorld, type World } from "./world.ts";

/** Beside the ones that tests use. */
const DEFAULT_INSTANCE = 5;

export interface RunOptions {
  readonly projectRoot: string;
  readonly environments: readonly string[];
  /** In this process's backend and clouds, and not in a sandbox of its own. */
  readonly here: boolean;
  readonly say: (line: string) => void;
}

/** Previews each environment's primary, its standby as it is, and its standby lit. */
export async function runEnvironments(options: RunOptions): Promise<readonly Run[]> {
  const { projectRoot, environments, here, say } = options;
  const instance = Number(process.env["PILOTLIGHT_SANDBOX_INSTANCE"] ?? DEFAULT_INSTANCE);
  if (!here) say("Starting a sandbox of its own");
  const world = here ? thisWorld(projectRoot) : await scratchWorld(projectRoot, instance);
  const interrupted = (): void => void world.close().then(() => process.exit(130));
  process.once("SIGINT", interrupted).once("SIGTERM", interrupted);
  try {
    for (const environment of environments) await prepare(world, projectRoot, environment);
    const wanted = environments.flatMap((environment) => [
      { environment, stack: `${environment}-primary`, settings: {} },
      { environment, stack: `${environment}-standby`, settings: {} },
      { environment, stack: `${environment}-standby`, settings: { "pilotlight:drActive": "true" } },
    ]);
    return await inTurn(wanted, async ({ environment, stack, settings }) => {
      const began = performance.now();
      const packs = { all: join(projectRoot, "policies", "all") };
      const drilled = await lastDrill(projectRoot, environment, process.env);
      const config = drConfig(projectRoot, stack, backendOf(world), drilled);
      const judgement = await previewWithPacks(world, stack, packs, config, settings);
      const seconds = ((performance.now() - began) / 1000).toFixed(1);
      const lit = "pilotlight:drActive" in settings ? ", lit" : "";
      say(`${stack}${lit}: ${judgement.violations.length} violations in ${seconds} s`);
      return { environment, stack, judgement };
    });
  } finally {
    process.off("SIGINT", interrupted).off("SIGTERM", interrupted);
    await world.close();
  }
}

async function prepare(world: World, projectRoot: string, environment: string): Promise<void> {
  if (!world.empty) return;
  await selectStack(world, `${environment}-primary`);
  await selectStack(world, `${environment}-standby`);
  await writeDownPrimary(world, `${environment}-primary`, readStackFile(projectRoot, `${environment}-primary`));
}

/** With the endpoint that the environment gives for S3. A throw-away backend says nothing of where the real one is. */
function backendOf(world: World): string | undefined {
  const url = world.empty ? undefined : world.variables["PULUMI_BACKEND_URL"];
  const endpoint = s3EndpointOf(world.variables);
  if (url === undefined || endpoint === undefined || !url.startsWith("s3:") || /[?&]endpoint=/.test(url)) return url;
  return `${url}${url.includes("?") ? "&" : "?"}endpoint=${encodeURIComponent(endpoint)}`;
}
