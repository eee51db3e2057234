import type { Caller } from "../adapters/file.ts";

export interface Stage {
  readonly caller: Caller;
}
