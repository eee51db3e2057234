import type { Stage } from "../workflow/stage.ts";

export interface Store {
  readonly stage: Stage;
}
