import { isCreatable, KUBERNETES_VERSIONS } from "../../../components/kubernetes-versions.ts";
import type { ArmPath } from "./arm-id.ts";
import type { Json } from "./json.ts";

/** Whether it is `…/Microsoft.ContainerService/locations/<region>/kubernetesVersions`. */
export function asksForVersions(path: ArmPath): boolean {
  return (
    path.kind === "collection" && path.type.toLowerCase() === "microsoft.containerservice/locations/kubernetesversions"
  );
}

/** As AKS answers: every version with the plans that support it. What has ended is left to long-term support. */
export function offeredVersions(day: string = new Date().toISOString().slice(0, 10)): Json {
  const versions = KUBERNETES_VERSIONS.filter(({ cloud }) => cloud === "aks");
  return {
    values: versions.map(({ version }) => ({
      version,
      isPreview: false,
      capabilities: {
        supportPlan: [...(isCreatable("aks", version, day) ? ["KubernetesOfficial"] : []), "AKSLongTermSupport"],
      },
      patchVersions: { [`${version}.0`]: { upgrades: [] } },
    })),
  };
}
