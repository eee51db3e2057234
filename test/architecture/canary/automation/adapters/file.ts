import type { command } from "../cli/main.ts";

export type Caller = typeof command;
