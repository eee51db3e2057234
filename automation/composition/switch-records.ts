import type { StackFiles } from "../adapters/git/stack-files.ts";
import type { PulumiInfrastructure } from "../adapters/pulumi/infrastructure.ts";
import { epochDrift } from "../domain/epoch-drift.ts";
import { serialiseError, toDriverError } from "../domain/errors.ts";
import { isEnded } from "../domain/operation.ts";
import type { Clock } from "../ports/clock.ts";
import type { Notifier } from "../ports/notifier.ts";
import type { OnEvent } from "../workflow/execution/events.ts";

const sites = ["primary", "standby"] as const;

export interface SwitchRecordsOptions {
  readonly files: StackFiles;
  readonly engine: Pick<PulumiInfrastructure, "epochs">;
  /** Whether an operation's end commits the stack files, and pushes them. */
  readonly git: "off" | "commit" | "push";
  readonly notifier: Notifier;
  readonly clock: Clock;
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
    const { files, engine } = this.#options;
    const found = await Promise.all(
      sites.map(async (site) => {
        const [committed, epochs] = await Promise.all([
          files.committedEpoch(site, signal),
          engine.epochs(site).catch((error: unknown) => {
            if (toDriverError(error).code === "not-found") return undefined;
            throw error;
          }),
        ]);
        if (epochs === undefined) return undefined;
        const { file, deployed } = epochs;
        return epochDrift({ path: files.path(site), committed, file: file.epoch, deployed: deployed?.epoch });
      }),
    );
    return found.filter((sentence) => sentence !== undefined);
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
