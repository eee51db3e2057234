import { randomUUID } from "node:crypto";
import { ArmError } from "./arm-error.ts";
import type { Json } from "./json.ts";

interface Operation {
  readonly status: "InProgress" | "Succeeded" | "Failed";
  readonly error?: Json;
}

/** Asynchronous operations that clients poll. They are kept in memory: after a restart a client sees 404 and reads the resource. */
export class Operations {
  readonly #operations = new Map<string, Operation>();
  readonly #running = new Set<Promise<void>>();

  /** Runs in the background; the answer is the operation's id. */
  start(work: () => Promise<void>): string {
    const id = randomUUID();
    this.#operations.set(id, { status: "InProgress" });
    const run = work().then(
      () => void this.#operations.set(id, { status: "Succeeded" }),
      (error: unknown) => void this.#operations.set(id, { status: "Failed", error: toArmError(error).toBody().error }),
    );
    this.#running.add(run);
    void run.finally(() => this.#running.delete(run));
    return id;
  }

  status(id: string): Json {
    const operation = this.#operations.get(id);
    if (operation === undefined) throw new ArmError(404, "OperationNotFound", `The operation '${id}' was not found.`);
    return { id, name: id, ...operation };
  }

  async idle(): Promise<void> {
    await Promise.all(this.#running);
  }
}

/** Errors of the sandbox itself show as InternalServerError, with their message: it is a tool for developers. */
export function toArmError(error: unknown): ArmError {
  if (error instanceof ArmError) return error;
  return new ArmError(500, "InternalServerError", error instanceof Error ? error.message : String(error));
}
