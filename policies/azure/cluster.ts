import { isEverybody } from "../shared/addresses.ts";
import { versionFaults, versionOptions } from "../shared/cluster-version.ts";
import { azurePolicy, microsoftBenchmark, nist } from "../shared/controls.ts";
import { at, is, isKnown, isNot, texts, wrong } from "../shared/read.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const types = ["azure-native:containerservice:ManagedCluster"];

const narrow = resourceRule({
  name: "azure-cluster-endpoint-narrow",
  title: "A cluster's API is private, or public for named sources.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Authorized IP ranges should be defined on Kubernetes Services",
      "Security Center/ASC_EnableIpRanges_KubernetesService_Audit",
    ),
    microsoftBenchmark("NS-2"),
    nist("SC-7"),
  ],
  remedy: "Set apiServerAccessProfile.authorizedIPRanges (pilotlight:allowedCidrs), or make the cluster private.",
  types,
  check: ({ props }) => {
    const ranges = at(props, "apiServerAccessProfile.authorizedIPRanges");
    if (is(at(props, "apiServerAccessProfile.enablePrivateCluster"), true) || !isKnown(ranges)) return [];
    if (texts(ranges).length > 0 && !isEverybody(texts(ranges))) return [];
    return [wrong("apiServerAccessProfile.authorizedIPRanges", ranges, "the networks of those who operate it")];
  },
});

const rbac = resourceRule({
  name: "azure-cluster-rbac",
  title: "Rights in a cluster are roles.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Role-Based Access Control (RBAC) should be used on Kubernetes Services",
      "Security Center/ASC_EnableRBAC_KubernetesService_Audit",
    ),
    microsoftBenchmark("PA-7"),
    nist("AC-6"),
  ],
  remedy: "Set enableRBAC. A cluster without it is replaced.",
  types,
  check: ({ props: { enableRBAC: value } }) => (isNot(value, true) ? [wrong("enableRBAC", value, "true")] : []),
});

const patched = resourceRule({
  name: "azure-cluster-patched",
  title: "A cluster takes patches by itself: one that is lit once a year must not be a year behind.",
  severity: "medium",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Azure Kubernetes Service Clusters should enable cluster auto-upgrade",
      "Kubernetes/AKS_Autoupgrade_Cluster_Audit",
    ),
    microsoftBenchmark("PV-6"),
    nist("SI-2"),
  ],
  remedy: "Set autoUpgradeProfile.upgradeChannel.",
  types,
  check: ({ props }) => {
    const value = at(props, "autoUpgradeProfile.upgradeChannel");
    return value === undefined || is(value, "none")
      ? [wrong("autoUpgradeProfile.upgradeChannel", value, "patch, or a later channel")]
      : [];
  },
});

const supported = resourceRule(
  {
    name: "azure-cluster-version",
    title: "A cluster's version is supported for a while yet: one that has ended cannot be made anew.",
    severity: "high",
    level: "mandatory",
    controls: [microsoftBenchmark("PV-6"), nist("SA-22")],
    remedy: "Set pilotlight:cluster version to a later one, or to newest.",
    types: types,
    check: ({ props }, options) => versionFaults("aks", props, "kubernetesVersion", options),
  },
  versionOptions,
);

export const clusterRules: readonly ResourceRule[] = [narrow, rbac, patched, supported];
