import { execFile } from "node:child_process";
import { copyFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import type { RuleConfig } from "../../policies/shared/judge.ts";
import { configOfPack, type PackName } from "./packs.ts";
import type { StackFile } from "./stack-config.ts";
import type { World } from "./world.ts";

const TIMEOUT_MS = 600_000;

const eventSchema = z.object({
  policyEvent: z
    .object({ resourceUrn: z.string().default(""), message: z.string(), policyName: z.string() })
    .optional(),
  policyAnalyzeStackSummaryEvent: z
    .object({ passed: z.array(z.string()).default([]), failed: z.array(z.string()).default([]) })
    .optional(),
  diagnosticEvent: z.object({ message: z.string(), severity: z.string() }).optional(),
});

/** What the packs said in one preview. */
export interface Judgement {
  readonly violations: readonly { readonly rule: string; readonly urn: string; readonly message: string }[];
  /** Rules over the whole stack that came to a verdict. */
  readonly judged: readonly string[];
}

/** A preview with packs. `settings`: options of the program on top of the stack's file. Throws where it did not come to its end. */
export async function previewWithPacks(
  world: World,
  stack: string,
  packs: Readonly<Partial<Record<PackName, string>>>,
  config: RuleConfig,
  settings: Readonly<Record<string, string>> = {},
): Promise<Judgement> {
  const folder = await mkdtemp(join(tmpdir(), "pilotlight-policy-run-"));
  try {
    const events = join(folder, "events.json");
    const args = ["preview", "--stack", stack, "--event-log", events];
    if (Object.keys(settings).length > 0) {
      // The engine saves what `--config` says, so it gets a file of its own: another preview may be reading the stack's.
      const own = join(folder, `Pulumi.${stack}.yaml`);
      await copyFile(join(world.root, "stacks", `Pulumi.${stack}.yaml`), own);
      args.push("--config-file", own);
    }
    for (const [key, value] of Object.entries(settings)) args.push("--config", `${key}=${value}`);
    for (const [pack, path] of Object.entries(packs) as [PackName, string][]) {
      const file = join(folder, `${pack}.json`);
      await writeFile(file, JSON.stringify(configOfPack(pack, config)));
      args.push("--policy-pack", path, "--policy-pack-config", file);
    }
    // The flag that writes events is one of the engine's own.
    const failure = await pulumi(world, args, { PULUMI_DEBUG_COMMANDS: "true" });
    return readEvents(await readFile(events, "utf8").catch(() => ""), Object.keys(packs).length, stack, failure);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function readEvents(text: string, packs: number, stack: string, failure: Error | undefined): Judgement {
  const lines = text.split("\n").filter((line) => line !== "");
  const events = lines.map((line) => eventSchema.parse(JSON.parse(line)));
  const ends = events.flatMap(({ policyAnalyzeStackSummaryEvent: end }) => (end ? [end] : []));
  const errors = events.flatMap(({ diagnosticEvent: told }) =>
    told?.severity === "error" ? [told.message.trim()] : [],
  );
  // A preview with violations fails too: what tells is whether every pack came to its end.
  if (failure && (ends.length < packs || packs === 0)) {
    throw new Error(`the preview of ${stack} failed: ${errors.join("\n") || failure.message}`, { cause: failure });
  }
  return {
    violations: events.flatMap(({ policyEvent: told }) =>
      told ? [{ rule: told.policyName, urn: told.resourceUrn, message: withoutTitle(told.message) }] : [],
    ),
    judged: ends.flatMap(({ passed, failed }) => [...passed, ...failed]),
  };
}

/** The SDK puts the rule's title before each message, in a line of its own. */
function withoutTitle(message: string): string {
  const at = message.indexOf("\n");
  return (at < 0 ? message : message.slice(at + 1)).trim();
}

export async function selectStack(world: World, stack: string): Promise<void> {
  const failure = await pulumi(world, ["stack", "select", "--create", stack]);
  if (failure) throw failure;
}

/**
 * Writes down, in a world where nothing is deployed, what the primary's first update would leave for its standby: so that
 * both can be previewed before either is there. The password and the host stand for what no file tells.
 */
export async function writeDownPrimary(world: World, stack: string, { config }: StackFile): Promise<void> {
  const type = "pulumi:pulumi:Stack";
  const { engine, name, additional, appUser } = config.database;
  const outputs = {
    database: { engine, name, additional, appUser, appPassword: "not deployed yet" },
    endpoints: config.services
      .filter(({ role }) => role === "public")
      .map((service) => ({
        service: service.name,
        role: service.role,
        protocol: config.traffic.protocol.toLowerCase(),
        host: `origin.${config.zoneName}`,
        port: config.servicePort,
      })),
    workloads: {
      namespace: config.application,
      deployments: config.services.map(({ name, replicas }) => ({ name, replicas })),
    },
  };
  const urn = `urn:pulumi:${stack}::pilotlight::${type}::pilotlight-${stack}`;
  const deployment = {
    manifest: { time: new Date().toISOString(), magic: "", version: "" },
    resources: [{ urn, custom: false, type, outputs }],
  };
  const folder = await mkdtemp(join(tmpdir(), "pilotlight-policy-state-"));
  try {
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify({ version: 3, deployment }));
    const failure = await pulumi(world, ["stack", "import", "--stack", stack, "--file", file]);
    if (failure) throw failure;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Runs the command line to its end. The error that it ended with, if any; throws where it could not be started. */
function pulumi(world: World, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<Error | undefined> {
  return new Promise((resolve, reject) => {
    execFile(
      "pulumi",
      [...args, "--non-interactive"],
      { cwd: world.root, env: { ...world.variables, ...more }, timeout: TIMEOUT_MS, maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (error === null) resolve(undefined);
        else if (error.code === "ENOENT") reject(new Error("there is no pulumi command on PATH", { cause: error }));
        else
          resolve(
            new Error(`pulumi ${args[0]} failed: ${`${stdout}\n${stderr}`.trim().slice(-3000)}`, { cause: error }),
          );
      },
    );
  });
}
