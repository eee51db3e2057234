import type { Site } from "../../stacks/outputs.ts";

/** The answer of one health check, or why there was none. */
export type ProbeResult =
  | {
      readonly kind: "answer";
      readonly status: "healthy" | "degraded" | "unhealthy";
      readonly site: Site | undefined;
      readonly latencyMs: number;
    }
  /** The thing measured failed: refused, timed out, reset, 5xx without a body that we know. */
  | { readonly kind: "failure"; readonly reason: string }
  /** We could not measure (our resolver, our own network, a page instead of a health check): never counts against the application. */
  | { readonly kind: "unknown"; readonly reason: string };

export interface Probe {
  /** Every service of a site by its own endpoint, not through the public name. */
  services(site: Site, signal: AbortSignal): Promise<ReadonlyMap<string, ProbeResult>>;
  /** The public name as a user sees it: fresh DNS, then its health path. */
  publicName(signal: AbortSignal): Promise<ProbeResult & { readonly address?: string }>;
}
