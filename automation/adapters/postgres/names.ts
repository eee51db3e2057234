import { createHash, createHmac } from "node:crypto";
import type { Site } from "../../../stacks/outputs.ts";

/** Names of everything that the driver makes inside a database. */
export const names = {
  /** Schema of the heartbeat; left out of every account of user data. */
  schema: "pilotlight",
  /** What the other site follows: tables one by one, each with an identity. */
  publication: "pilotlight",
  /** All tables, inserts alone: nobody follows it. A salvage reads by it what a table took in before it was followed. */
  inserts: "pilotlight_inserts",
  replicator: "pilotlight_replicator",
  /** Role of the agent that renews the application's write lease. */
  leaseAgent: "pilotlight_lease",
  /** Stands for the application in a drill's copy, and owns it: that is what tells a copy from anybody else's database. */
  drill: "pilotlight_drill",
  /** A drill's copy of a database. */
  drillCopy: (database: string): string => `${database}_drill`,
  /** Subscription at the receiver. */
  link: (receiver: Site): string => `pilotlight_${receiver}`,
  /**
   * The slot at the source that feeds it. Slots belong to the whole server: those of further databases carry a mark of the database's
   * name, which itself may hold what the name of a slot may not.
   */
  slot: (receiver: Site, further?: string): string => {
    const mark = further === undefined ? "" : `_${createHash("sha256").update(further).digest("hex").slice(0, 10)}`;
    return `pilotlight_${receiver}${mark}`;
  },
} as const;

/** The replicator's password at a site: derived, so that nothing new has to be stored. */
export function replicatorPassword(adminPassword: string): string {
  return createHmac("sha256", adminPassword).update("pilotlight-replicator").digest("hex");
}

/** The password of the role that stands for the application in a drill's copy. */
export function drillPassword(adminPassword: string): string {
  return createHmac("sha256", adminPassword).update("pilotlight-drill").digest("hex");
}

/** The lease agent's password at a site; components/kubernetes/lease-agent-password.ts derives the same for the agent's Secret. */
export function leaseAgentPassword(adminPassword: string): string {
  return createHmac("sha256", adminPassword).update("pilotlight-lease-agent").digest("hex");
}
