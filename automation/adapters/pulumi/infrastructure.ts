import type { ConfigMap, Stack } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import {
  type PrimaryOutputs,
  primaryOutputsSchema,
  type Site,
  type StandbyOutputs,
  standbyOutputsSchema,
} from "../../../stacks/outputs.ts";
import { heldSwitches, nextSwitches } from "../../../stacks/switches.ts";
import { DriverError, invalidInput } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type {
  ApplyOptions,
  Configured,
  Epochs,
  Infrastructure,
  ResourceChanges,
  Switches,
} from "../../ports/infrastructure.ts";
import { classifyEngineError, errorLines } from "./classify.ts";
import { engineCommand } from "./engine-command.ts";
import type { SilenceLimits } from "./engine-watch.ts";
import { withLockPatience } from "./lock-patience.ts";
import { readOutputs } from "./read-outputs.ts";
import { type EngineCall, type Patience, runEngine, standardError } from "./run-engine.ts";
import {
  nodeTypesInState,
  protectedServing,
  switchesInFile,
  switchesInState,
  switchesToWrite,
} from "./stack-switches.ts";
import { openStack } from "./stacks.ts";
import { exportState, halfMadeClusters } from "./state.ts";

export interface PulumiInfrastructureOptions {
  /** Where Pulumi.yaml is. */
  readonly projectRoot: string;
  /** Stacks are `<environment>-primary` and `<environment>-standby`. */
  readonly environment: string;
  /** Milliseconds for what only reads the backend. Default 30,000. */
  readonly readTimeoutMs?: number;
  /** Milliseconds that an update waits for another one of this machine to end. Default 300,000. */
  readonly lockWaitMs?: number;
  /** Milliseconds without a word of the engine. Default 45 minutes while a resource is worked on, else 5 minutes. */
  readonly silence?: SilenceLimits;
  /** Default 18 s to cancel, 6 s more to terminate: over before the driver leaves behind what does not stop (30 s). */
  readonly patience?: Patience;
}

const defaultReadMs = 30_000;

/** What of `pilotlight:cluster` says with which nodes it is made. */
const sizesShape = z.looseObject({
  nodeType: z.string().optional(),
  fallbackNodeTypes: z.array(z.string()).optional(),
});

/** The project as a local workspace, by Pulumi's Automation API: the same code as `pulumi up`. Backend and passphrase come from the environment. */
export class PulumiInfrastructure implements Infrastructure {
  readonly #options: PulumiInfrastructureOptions;
  readonly #stacks = new Map<Site, Promise<Stack | undefined>>();

  constructor(options: PulumiInfrastructureOptions) {
    this.#options = options;
  }

  /** Makes the stacks that are missing, for a first `up`. */
  async createStacks(): Promise<void> {
    // One after the other: both would write the workspace's selection.
    for (const site of ["primary", "standby"] as const) await this.#stack(site, true);
  }

  primary(): Promise<PrimaryOutputs | undefined> {
    return this.#outputs("primary", primaryOutputsSchema);
  }

  standby(): Promise<StandbyOutputs | undefined> {
    return this.#outputs("standby", standbyOutputsSchema);
  }

  async switches(site: Site): Promise<Configured> {
    const stack = await this.#existing(site);
    const [config, state] = await Promise.all([this.#config(stack), this.#state(site)]);
    const { drActive, activeSite } = heldSwitches(switchesInFile(site, config), switchesInState(state));
    const { nodeType } = site === "standby" ? clusterSizes(config["pilotlight:cluster"]?.value) : {};
    return { drActive, activeSite, ...(nodeType === undefined ? {} : { nodeType }) };
  }

  async epochs(site: Site): Promise<Epochs> {
    const stack = await this.#existing(site);
    const [config, state] = await Promise.all([this.#config(stack), this.#state(site)]);
    return { file: switchesInFile(site, config), deployed: switchesInState(state) };
  }

  /** Writes the deployed switches into this checkout's file, where that is older or names others at the same epoch. Returns the keys. */
  async bringUpToDate(site: Site): Promise<readonly string[]> {
    const stack = await this.#existing(site);
    const { file, deployed } = await this.epochs(site);
    const changes = switchesToWrite(site, file, heldSwitches(file, deployed));
    if (Object.keys(changes).length > 0) {
      await this.#read(`switches of stack ${stack.name}`, () => stack.setAllConfig(changes));
    }
    return Object.keys(changes);
  }

  async apply(site: Site, switches: Partial<Switches>, options: ApplyOptions): Promise<ResourceChanges> {
    await this.#stack(site, true);
    const stack = await this.#existing(site);
    await this.#set(stack, site, switches, options);
    if (options.nodeTypes !== undefined) await this.#resize(stack, site, options.nodeTypes, options);
    return this.#run(`update of stack ${stack.name}`, stack, options, (call) =>
      withoutEpilogue(stack).up({ ...call, color: "never", userAgent: "pilotlight" }),
    );
  }

  async preview(site: Site, options: ApplyOptions): Promise<ResourceChanges> {
    const stack = await this.#existing(site);
    return this.#run(`preview of stack ${stack.name}`, stack, options, (call) =>
      stack.preview({ ...call, color: "never", userAgent: "pilotlight" }),
    );
  }

  async #outputs<T>(site: Site, shape: z.ZodType<T>): Promise<T | undefined> {
    const { projectRoot, environment, readTimeoutMs: timeoutMs = defaultReadMs } = this.#options;
    const stack = `${environment}-${site}`;
    const values = await readOutputs({ projectRoot, stack, timeoutMs });
    if (values === undefined || Object.keys(values).length === 0) return undefined;
    const parsed = shape.safeParse(values);
    if (parsed.success) return parsed.data;
    // Paths and expectations only: the values may be secrets.
    const problems = parsed.error.issues
      .map((issue) => `${issue.path.join(".") || "outputs"}: ${issue.message}`)
      .slice(0, 5);
    throw new DriverError("refused", `the outputs of stack ${stack} do not fit this driver: ${problems.join("; ")}`, {
      field: `outputs of ${stack}`,
      value: problems.join("; "),
      expected: "outputs of contract 1 (stacks/outputs.ts); update the stack with this version of the project",
    });
  }

  /**
   * Writes the switches that are wanted, at the next epoch where one changes. A checkout that is older than what is deployed is brought
   * up to date first, in its switches and node sizes: a recovery does not wait for somebody to pull (ADR 23). Without a switch to
   * change nothing is written: then the program refuses an old file.
   */
  async #set(stack: Stack, site: Site, switches: Partial<Switches>, options: ApplyOptions): Promise<void> {
    if (Object.values(switches).every((value) => value === undefined)) return;
    const [config, state] = await Promise.all([this.#config(stack), this.#state(site)]);
    const [file, deployed] = [switchesInFile(site, config), switchesInState(state)];
    const { drActive, ...elsewhere } = switches;
    const wanted = site === "primary" || drActive === undefined ? elsewhere : switches;
    const moved = { by: options.by ?? "the driver", at: new Date().toISOString() };
    const next = nextSwitches(file, deployed, wanted, moved);
    const changes = switchesToWrite(site, file, next);
    if (Object.keys(changes).length > 0) {
      await this.#read(`switches of stack ${stack.name}`, () => stack.setAllConfig(changes));
    }
    if (deployed !== undefined && file.epoch < deployed.epoch) {
      const who = deployed.movedBy === undefined ? "" : ` (${deployed.movedBy})`;
      options.onProgress?.(
        `stacks/Pulumi.${stack.name}.yaml was written at epoch ${file.epoch}, and epoch ${deployed.epoch} is deployed${who}: its switches are taken from there`,
      );
      const sizes = nodeTypesInState(state);
      if (site === "standby" && sizes.length > 0) await this.#declareSizes(stack, sizes);
    }
    // What served users is no longer needed there: else the engine would refuse to remove it.
    const serving = protectedServing(state);
    if (next.activeSite === site || serving.length === 0) return;
    const args = ["state", "unprotect", "--yes", "--stack", stack.name, ...serving];
    await this.#read(`protection of stack ${stack.name}`, () =>
      engineCommand(this.#options.projectRoot, args, options.signal),
    );
  }

  async #declareSizes(stack: Stack, [nodeType, ...fallbacks]: readonly string[]): Promise<void> {
    const config = Object.fromEntries(
      [["nodeType", nodeType], ...fallbacks.map((size, index) => [`fallbackNodeTypes[${index}]`, size])].map(
        ([path, value]) => [`pilotlight:cluster.${path}`, { value: String(value) }],
      ),
    );
    await this.#read(`node sizes of stack ${stack.name}`, () => stack.setAllConfig(config, true));
  }

  /** Declares the sizes, and takes away what an earlier size left half made: the size of nodes that exist cannot be changed. */
  async #resize(stack: Stack, site: Site, nodeTypes: readonly string[], options: ApplyOptions): Promise<void> {
    if (site !== "standby" || nodeTypes.length === 0)
      throw invalidInput("nodeTypes", nodeTypes, "at least one size, of the standby alone");
    await this.#declareSizes(stack, nodeTypes);
    const target = halfMadeClusters(await this.exportState(site, options.signal));
    if (target.length === 0) return;
    options.onProgress?.(`removing the cluster that was left half made: ${target.join(", ")}`);
    await this.#run(`removal of a half-made cluster of stack ${stack.name}`, stack, options, (call) =>
      stack.destroy({ ...call, target: [...target], targetDependents: true, color: "never", userAgent: "pilotlight" }),
    );
  }

  /** The stack's state as text; secrets in it stay encrypted. */
  async exportState(site: Site, signal: AbortSignal): Promise<string> {
    const stack = await this.#existing(site);
    return exportState(this.#options.projectRoot, stack.name, signal);
  }

  async #run(
    what: string,
    stack: Stack,
    options: ApplyOptions,
    start: (call: EngineCall) => Promise<unknown>,
  ): Promise<ResourceChanges> {
    const run = {
      what,
      signal: options.signal,
      onProgress: options.onProgress,
      silence: this.#options.silence ?? { busy: 45 * 60_000, idle: 5 * 60_000 },
      patience: this.#options.patience ?? { cancel: 18_000, terminate: 6_000 },
    };
    const { signal, onProgress } = options;
    const waitMs = this.#options.lockWaitMs ?? 300_000;
    const watch = await withLockPatience({ what, signal, onProgress, waitMs, cancel: () => stack.cancel() }, () =>
      runEngine(run, start),
    );
    if (watch.changes === undefined) {
      throw new DriverError("unverified", `${what}: the engine ended without a summary; run it again`);
    }
    return watch.changes;
  }

  #config(stack: Stack): Promise<ConfigMap> {
    return this.#read(`configuration of stack ${stack.name}`, () => stack.getAllConfig());
  }

  #state(site: Site): Promise<string> {
    return this.exportState(site, AbortSignal.timeout(this.#options.readTimeoutMs ?? defaultReadMs));
  }

  async #existing(site: Site): Promise<Stack> {
    const stack = await this.#stack(site, false);
    if (stack !== undefined) return stack;
    const name = `${this.#options.environment}-${site}`;
    throw new DriverError("not-found", `there is no stack ${name} in this backend`, {
      field: "environment",
      value: this.#options.environment,
    });
  }

  /** Kept once found: opening one starts the command line twice. */
  async #stack(site: Site, create: boolean): Promise<Stack | undefined> {
    const known = await this.#stacks.get(site)?.catch(() => undefined);
    if (known !== undefined) return known;
    const name = `${this.#options.environment}-${site}`;
    const opening = this.#read(`stack ${name}`, () => openStack(this.#options.projectRoot, name, create));
    this.#stacks.set(site, opening);
    return opening;
  }

  async #read<T>(what: string, work: () => Promise<T>): Promise<T> {
    const never = new AbortController().signal;
    return withDeadline(
      { what, milliseconds: this.#options.readTimeoutMs ?? defaultReadMs, signal: never },
      async () => {
        try {
          return await work();
        } catch (error) {
          throw error instanceof DriverError
            ? error
            : classifyEngineError(what, errorLines(standardError(error)), error);
        }
      },
    );
  }
}

/** An object of the configuration comes as JSON text. */
function clusterSizes(value: string | undefined): z.infer<typeof sizesShape> {
  if (value === undefined) return {};
  try {
    return sizesShape.parse(JSON.parse(value));
  } catch {
    // The program says better what is wrong with it.
    return {};
  }
}

/** `up` ends by starting the command line three times more, for outputs and history that nobody here asks for: seconds of a recovery. */
function withoutEpilogue(stack: Stack): Stack {
  return Object.create(stack, { outputs: { value: async () => ({}) }, info: { value: async () => undefined } });
}
