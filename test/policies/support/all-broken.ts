import { BROKEN_AWS } from "./broken-aws.ts";
import { BROKEN_AZURE } from "./broken-azure.ts";
import type { BrokenFacts } from "./broken-dr.ts";
import { BROKEN_DR } from "./broken-dr.ts";
import { brokenPods } from "./broken-pods.ts";

/** At least one for each rule. */
export const ALL_BROKEN: readonly BrokenFacts[] = [
  ...BROKEN_AWS,
  ...BROKEN_AZURE,
  ...BROKEN_DR,
  ...brokenPods("aws", "cloudphoenix-primary"),
  ...brokenPods("azure", "cloudphoenix-standby-lit"),
];

/** Stacks that are in order but for the drill, so that a broken one shows what it is broken by. */
export const DRILLED = { "dr-drill-recent": { lastDrill: "2026-11-01", today: "2026-11-21" } };
