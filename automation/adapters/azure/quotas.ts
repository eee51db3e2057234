import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { Quota } from "../../preflight/facts.ts";
import type { ArmClient } from "./arm-client.ts";

const pageSchema = z.object({
  value: z.array(z.object({ name: z.object({ value: z.string() }), currentValue: z.number(), limit: z.number() })),
  nextLink: z.string().optional(),
});

/** The quotas of virtual machines in a region, by Azure's names for them. Errors: those of `ArmClient`. */
export async function computeQuotas(
  arm: ArmClient,
  place: { readonly subscriptionId: string; readonly region: string },
  signal: AbortSignal,
): Promise<readonly Quota[]> {
  const quotas: Quota[] = [];
  const provider = `/subscriptions/${place.subscriptionId}/providers/Microsoft.Compute`;
  let path: string | undefined =
    `${provider}/locations/${encodeURIComponent(place.region)}/usages?api-version=2024-07-01`;
  while (path !== undefined) {
    const page = pageSchema.safeParse(await arm.request("GET", path, undefined, signal));
    if (!page.success) throw new DriverError("fatal", "Azure's list of quotas cannot be understood");
    quotas.push(...page.data.value.map(({ name, currentValue: used, limit }) => ({ name: name.value, used, limit })));
    path = page.data.nextLink === undefined ? undefined : arm.pathOf(page.data.nextLink);
  }
  return quotas;
}
