import { z } from "zod";
import { DriverError } from "../../domain/errors.ts";
import type { ArmClient } from "./arm-client.ts";

const listSchema = z.object({
  values: z.array(
    z.object({
      version: z.string(),
      isPreview: z.boolean().nullish(),
      capabilities: z.object({ supportPlan: z.array(z.string()).nullish() }).nullish(),
    }),
  ),
});

/** Minor versions that AKS makes clusters of in a region now, without long-term support and previews. Errors: those of `ArmClient`. */
export async function aksVersions(
  arm: ArmClient,
  place: { readonly subscriptionId: string; readonly region: string },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const provider = `/subscriptions/${place.subscriptionId}/providers/Microsoft.ContainerService`;
  const path = `${provider}/locations/${encodeURIComponent(place.region)}/kubernetesVersions?api-version=2024-09-01`;
  const list = listSchema.safeParse(await arm.request("GET", path, undefined, signal));
  if (!list.success) throw new DriverError("fatal", "Azure's list of Kubernetes versions cannot be understood");
  return list.data.values
    .filter(({ isPreview, capabilities }) => !isPreview && capabilities?.supportPlan?.includes("KubernetesOfficial"))
    .map(({ version }) => version);
}
