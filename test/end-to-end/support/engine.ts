import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";

const run = promisify(execFile);

const stepSchema = z.object({ op: z.string(), urn: z.string() });
const previewSchema = z.object({ steps: z.array(stepSchema).default([]) });

const exportSchema = z.object({
  deployment: z.object({
    resources: z
      .array(
        z.object({
          urn: z.string(),
          type: z.string(),
          custom: z.boolean(),
          id: z.string().optional(),
          outputs: z.record(z.string(), z.unknown()).default({}),
        }),
      )
      .default([]),
  }),
});

/** One resource in a stack's state; a component has no id. */
export type KnownResource = z.infer<typeof exportSchema>["deployment"]["resources"][number];

/** One resource in the engine's plan: `same`, `create`, `update`, `replace`, `create-replacement`, `delete` … */
export interface PlannedStep {
  readonly op: string;
  readonly type: string;
  readonly name: string;
}

/** The engine's command as a person types it, in one project. Throws with what it printed when it fails. */
export class Engine {
  readonly #projectRoot: string;

  constructor(projectRoot: string) {
    this.#projectRoot = projectRoot;
  }

  async up(stack: string, config: Readonly<Record<string, string>> = {}): Promise<void> {
    await this.#configure(stack, config);
    await this.#run(["up", "--yes", "--skip-preview", "--suppress-outputs", "-s", stack]);
  }

  /** With `--expect-no-changes`. */
  async expectNoChanges(stack: string): Promise<void> {
    await this.#run(["preview", "--expect-no-changes", "--diff", "-s", stack]);
  }

  /** What an update with this config would do. The config stays as it was. */
  async plan(stack: string, config: Readonly<Record<string, string>>): Promise<readonly PlannedStep[]> {
    const values = Object.entries(config).flatMap(([key, value]) => ["-c", `pilotlight:${key}=${value}`]);
    const text = await this.#run(["preview", "--json", "--show-sames", ...values, "-s", stack]);
    return previewSchema.parse(JSON.parse(text)).steps.map(({ op, urn }) => {
      const parts = urn.split("::");
      return { op, type: parts.at(-2)?.split("$").at(-1) ?? "", name: parts.at(-1) ?? "" };
    });
  }

  async refreshExpectingNothing(stack: string): Promise<void> {
    await this.#run(["refresh", "--yes", "--skip-preview", "--expect-no-changes", "-s", stack]);
  }

  async destroy(stack: string): Promise<void> {
    await this.#run(["destroy", "--yes", "--skip-preview", "-s", stack]);
  }

  async init(stack: string): Promise<void> {
    await this.#run(["stack", "select", "--create", stack]);
  }

  /** Resources that the state holds, beside the stack itself and its providers. */
  async resources(stack: string): Promise<readonly KnownResource[]> {
    const text = await this.#run(["stack", "export", "-s", stack]);
    const { resources } = exportSchema.parse(JSON.parse(text)).deployment;
    return resources.filter(({ type }) => !type.startsWith("pulumi:"));
  }

  async #configure(stack: string, config: Readonly<Record<string, string>>): Promise<void> {
    for (const [key, value] of Object.entries(config)) {
      await this.#run(["config", "set", `pilotlight:${key}`, value, "-s", stack]);
    }
  }

  async #run(args: readonly string[]): Promise<string> {
    try {
      const { stdout } = await run("pulumi", [...args, "--non-interactive"], {
        cwd: this.#projectRoot,
        timeout: 240_000,
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout;
    } catch (error) {
      const said =
        error instanceof Error && "stdout" in error && "stderr" in error ? `${error.stdout}\n${error.stderr}` : "";
      throw new Error(`pulumi ${args.join(" ")} failed:\n${said.slice(-4000)}`, { cause: error });
    }
  }
}
