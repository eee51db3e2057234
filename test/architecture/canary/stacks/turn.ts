import type { config } from "./config.ts";

export const turn = (): ReturnType<typeof config> => "";
