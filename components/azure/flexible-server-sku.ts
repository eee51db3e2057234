/** How much of the standby runs while it is inactive. */
export type StandbyTier = "cold" | "pilot-light" | "warm";

const SKUS: Readonly<Record<StandbyTier, string>> = {
  cold: "Standard_B1ms",
  "pilot-light": "Standard_B2s",
  warm: "Standard_D2ds_v5",
};

/**
 * Size of the replica unless configuration says another. By tier alone and never by whether the standby is lit: a new
 * size restarts the server, and a failover is no time for that.
 */
export function flexibleServerSku(tier: StandbyTier): string {
  return SKUS[tier];
}

/** Azure wants the tier beside the SKU that implies it. */
export function skuTier(sku: string): "Burstable" | "GeneralPurpose" | "MemoryOptimized" {
  if (sku.startsWith("Standard_B")) return "Burstable";
  return sku.startsWith("Standard_E") ? "MemoryOptimized" : "GeneralPurpose";
}

/** Why Azure would refuse a second server in another zone; undefined: it would not. */
export function highAvailabilityProblem(sku: string): string | undefined {
  return skuTier(sku) === "Burstable"
    ? `${sku} is burstable, and high availability needs a general purpose or memory optimized size, e.g. Standard_D2ds_v5`
    : undefined;
}

/** Connections that a size lets in unless `max_connections` says another; larger sizes let in more than the last. */
export function connectionLimit(sku: string): number {
  if (sku === "Standard_B1ms") return 50;
  return sku === "Standard_B2s" ? 429 : 859;
}
