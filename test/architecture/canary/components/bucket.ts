import type { stack } from "../stacks/primary.ts";

export type Owner = typeof stack;
