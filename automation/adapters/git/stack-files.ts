import { parse } from "yaml";
import { z } from "zod";
import type { Site } from "../../../stacks/outputs.ts";
import { toDriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { runCommand } from "../run-command.ts";

const fileSchema = z.object({ config: z.looseObject({ "pilotlight:epoch": z.coerce.number().int().default(0) }) });

/** Reading is local; a push may cross the network. Milliseconds. */
const deadlines = { read: 10_000, commit: 20_000, push: 60_000 } as const;

/** The environment's two stack files in git. It asks nobody for a password. */
export class StackFiles {
  readonly #projectRoot: string;
  readonly #environment: string;

  constructor(projectRoot: string, environment: string) {
    this.#projectRoot = projectRoot;
    this.#environment = environment;
  }

  path(site: Site): string {
    return `stacks/Pulumi.${this.#environment}-${site}.yaml`;
  }

  /** The epoch in HEAD's version of the file. Undefined: no git, no repository, no such file in it, or no configuration. */
  async committedEpoch(site: Site, signal: AbortSignal): Promise<number | undefined> {
    try {
      const text = await this.#git(["show", `HEAD:./${this.path(site)}`], deadlines.read, signal);
      return fileSchema.safeParse(parse(text)).data?.config["pilotlight:epoch"];
    } catch {
      signal.throwIfAborted();
      return undefined;
    }
  }

  /**
   * Commits both files and nothing else, and pushes to where the branch goes. Undefined: there was nothing to commit. Errors: `fatal`
   * with git's own first words.
   */
  async commit(message: string, push: boolean, signal: AbortSignal): Promise<string | undefined> {
    const files = [this.path("primary"), this.path("standby")];
    const changed = await this.#git(["status", "--porcelain", "--", ...files], deadlines.read, signal);
    if (changed !== "") {
      await this.#git(["add", "--", ...files], deadlines.commit, signal);
      await this.#git(["commit", "--quiet", "--message", message, "--", ...files], deadlines.commit, signal);
    }
    // What an earlier push could not deliver goes along.
    if (push) await this.#git(["push", "--quiet"], deadlines.push, signal);
    if (changed === "") return undefined;
    return await this.#git(["rev-parse", "--short", "HEAD"], deadlines.read, signal);
  }

  async #git(args: readonly string[], milliseconds: number, signal: AbortSignal): Promise<string> {
    const environment = {
      GIT_TERMINAL_PROMPT: "0",
      GIT_SSH_COMMAND: process.env["GIT_SSH_COMMAND"] ?? "ssh -oBatchMode=yes",
    };
    return await withDeadline({ what: `git ${args[0]}`, milliseconds: milliseconds, signal }, async (inner) => {
      try {
        return await runCommand("git", args, { cwd: this.#projectRoot, signal: inner, environment });
      } catch (error) {
        throw toDriverError(error);
      }
    });
  }
}
