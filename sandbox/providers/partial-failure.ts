import type { Properties } from "./resource-kind.ts";

/** The resource exists, but did not get ready: the engine keeps it in the state, tainted, instead of losing track of it. */
export class PartialFailure extends Error {
  readonly id: string;
  readonly outputs: Properties;

  constructor(message: string, id: string, outputs: Properties) {
    super(message);
    this.name = "PartialFailure";
    this.id = id;
    this.outputs = outputs;
  }
}
