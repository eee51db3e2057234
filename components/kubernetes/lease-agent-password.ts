import { createHmac } from "node:crypto";

/**
 * Password of the lease agent's database role at a site: derived from the administrator's, so that nothing new has to be stored, and
 * telling nothing of it. The driver gives the role the same (automation/adapters/postgres/names.ts; a test compares the two).
 */
export function leaseAgentPassword(adminPassword: string): string {
  return createHmac("sha256", adminPassword).update("pilotlight-lease-agent").digest("hex");
}
