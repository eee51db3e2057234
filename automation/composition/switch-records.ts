import type { Site } from "../../stacks/outputs.ts";
import type { StackFiles } from "../adapters/git/stack-files.ts";
import type { PulumiInfrastructure } from "../adapters/pulumi/infrastructure.ts";
import { epochDrift } from "../domain/epoch-drift.ts";
import { type DriverError, serialiseError, toDriverError } from "../domain/errors.ts";
import { isEnded } from "../domain/operation.ts";
import type { Clock } from "../ports/clock.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { OnEvent } from "../workflow/execution/events.ts";

export interface SwitchRecordsOptions {
  readonly files: StackFiles;
  readonly engine: Pick<PulumiInfrastructure, "epochs">;
  /** Whether an operation's end commits the stack files, and pushes them. */
  readonly git: "off" | "commit" | "push";
  readonly notifier: Notifier;
  readonly clock: Clock;
}

/** One stack's switches. */
export interface SwitchesLook {
  /** Undefined: there is no such stack, or it cannot be read. */
  readonly epochs: Awaited<ReturnType<PulumiInfrastructure["epochs"]>> | undefined;
  /** What a person has to commit or pull. Undefined: nothing. */
  readonly drift: string | undefined;
  /** Why the stack cannot be read. */
  readonly error: DriverError | undefined;
}

/** Keeps what version control says of the switches in step with what is deployed, as far as it may. */
export class SwitchRecords {
  readonly #options: SwitchRecordsOptions;
  #committing: Promise<void> = Promise.resolve();

  constructor(options: SwitchRecordsOptions) {
    this.#options = options;
  }

  /** What a person has to commit or pull, one sentence a stack; empty where all agree. A stack that is not there says nothing. */
  async drift(signal: AbortSignal): Promise<readonly string[]> {
    const { primary, standby } = await this.look(signal);
    return [primary, standby].flatMap(({ drift, error }) => {
      if (error !== undefined) throw error;
      return drift ?? [];
    });
  }

  /** The switches of both stacks by epoch, and what is to be done about them. Reads each stack once; a stack that cannot be read has an error. */
  async look(signal: AbortSignal): Promise<Readonly<Record<Site, SwitchesLook>>> {
    const [primary, standby] = await Promise.all([this.#lookAt("primary", signal), this.#lookAt("standby", signal)]);
    return { primary, standby };
  }

  async #lookAt(site: Site, signal: AbortSignal): Promise<SwitchesLook> {
    const { files, engine } = this.#options;
    try {
      const [committed, epochs] = await Promise.all([files.committedEpoch(site, signal), engine.epochs(site)]);
      const { file, deployed } = epochs;
      const drift = epochDrift({ path: files.path(site), committed, file: file.epoch, deployed: deployed?.epoch });
      return { epochs, drift, error: undefined };
    } catch (error) {
      const isAbsent = toDriverError(error).code === "not-found";
      return { epochs: undefined, drift: undefined, error: isAbsent ? undefined : toDriverError(error) };
    }
  }

  /** Commits behind each operation's end, where that is asked for. A git that fails is told, and fails nothing. */
  following(onEvent: OnEvent): OnEvent {
    return (event) => {
      onEvent(event);
      if (this.#options.git === "off" || event.type !== "operation-state" || !isEnded(event.state)) return;
      const message = `pilotlight: switches after ${event.operationId} (${event.state})`;
      this.#committing = this.#committing.then(() => this.#commit(message));
    };
  }

  /** Resolves when nothing is being committed. */
  settled(): Promise<void> {
    return this.#committing;
  }

  async #commit(message: string): Promise<void> {
    const { files, git, notifier, clock } = this.#options;
    try {
      await files.commit(message, git === "push", AbortSignal.timeout(120_000));
    } catch (error) {
      const title = `The stack files could not be ${git === "push" ? "committed and pushed" : "committed"}`;
      const text = `${serialiseError(error).message}. The move itself is done; do it by hand (pilotlight status says what).`;
      await notifier.notify({ severity: "warning", title, text, at: clock.now().toISOString() }).catch(() => undefined);
    }
  }
}
