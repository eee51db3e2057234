import { createHmac } from "node:crypto";
import type { Site } from "../../../stacks/outputs.ts";

/** Names of everything that the driver makes inside a database. */
export const names = {
  /** Schema of the heartbeat; left out of every account of user data. */
  schema: "pilotlight",
  publication: "pilotlight",
  replicator: "pilotlight_replicator",
  /** Subscription at the receiver, and the slot at the source that feeds it. */
  link: (receiver: Site): string => `pilotlight_${receiver}`,
} as const;

/** The replicator's password at a site: derived, so that nothing new has to be stored. */
export function replicatorPassword(adminPassword: string): string {
  return createHmac("sha256", adminPassword).update("pilotlight-replicator").digest("hex");
}
