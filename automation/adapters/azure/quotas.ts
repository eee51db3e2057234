import { z } from "zod";
import type { Quota } from "../../preflight/facts.ts";
import type { ArmClient } from "./arm-client.ts";
import { listPages } from "./list-pages.ts";

const usage = z.object({ name: z.object({ value: z.string() }), currentValue: z.number(), limit: z.number() });

/** The quotas of virtual machines in a region, by Azure's names for them. Errors: those of `listPages`. */
export async function computeQuotas(
  arm: ArmClient,
  place: { readonly subscriptionId: string; readonly region: string },
  signal: AbortSignal,
): Promise<readonly Quota[]> {
  const provider = `/subscriptions/${place.subscriptionId}/providers/Microsoft.Compute`;
  const path = `${provider}/locations/${encodeURIComponent(place.region)}/usages?api-version=2024-07-01`;
  const usages = await listPages(arm, { what: "Azure's list of quotas", path, item: usage }, signal);
  return usages.map(({ name, currentValue: used, limit }) => ({ name: name.value, used, limit }));
}
