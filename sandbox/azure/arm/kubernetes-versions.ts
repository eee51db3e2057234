import { isCreatable, KUBERNETES_VERSIONS } from "../../../components/kubernetes-versions.ts";
import type { ArmPath } from "./arm-id.ts";
import type { Json } from "./json.ts";

/** Of `…/Microsoft.ContainerService/locations/<region>/kubernetesVersions`; undefined for any other collection. */
export function regionOfVersions(path: Extract<ArmPath, { kind: "collection" }>): string | undefined {
  if (path.type.toLowerCase() !== "microsoft.containerservice/locations/kubernetesversions") return undefined;
  return path.scope.split("/").at(-1);
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
