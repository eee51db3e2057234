import type { Properties } from "../plugin-host.ts";
import type { Replacement } from "../resource-kind.ts";
import { isAutonamed } from "./auto-name.ts";
import { textAt, valueAt } from "./kube-object.ts";

const always = ["apiVersion", "kind", "metadata.name", "metadata.namespace"];
const roleBinding = ["roleRef"];
const podContainer = [
  "args",
  "command",
  "env",
  "imagePullPolicy",
  "image",
  "lifecycle",
  "livenessProbe",
  "readinessProbe",
  "ports",
  "resources",
  "securityContext",
  "volumeMounts",
  "workingDir",
];

/** What the real provider replaces for (pulumi-kubernetes 4), by kind. Paths pass through lists. */
const byKind: Readonly<Record<string, readonly string[]>> = {
  DaemonSet: ["spec.selector"],
  Deployment: ["spec.selector"],
  StatefulSet: [
    "spec.podManagementPolicy",
    "spec.revisionHistoryLimit",
    "spec.selector",
    "spec.serviceName",
    "spec.volumeClaimTemplates",
  ],
  Job: ["spec.completions", "spec.parallelism", "spec.selector", "spec.template"],
  Service: ["spec.clusterIP"],
  Secret: ["type"],
  ClusterRoleBinding: roleBinding,
  RoleBinding: roleBinding,
  StorageClass: ["parameters", "provisioner"],
  ResourceQuota: ["spec.scopes"],
  PersistentVolumeClaim: ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
  Pod: [
    ...[
      "nodeName",
      "nodeSelector",
      "restartPolicy",
      "schedulerName",
      "serviceAccountName",
      "terminationGracePeriodSeconds",
      "volumes",
      "affinity",
      "hostname",
      "enableServiceLinks",
    ].map((one) => `spec.${one}`),
    ...["containers", "initContainers"].flatMap((list) => podContainer.map((one) => `spec.${list}.${one}`)),
  ],
};

const contents: Readonly<Record<string, readonly string[]>> = {
  Secret: ["stringData", "data"],
  ConfigMap: ["binaryData", "data"],
};

/**
 * What a change replaces. Contents of Secrets and ConfigMaps replace unless the provider's enableSecretMutable or
 * enableConfigMapMutable is set and the object is not `immutable`. The old object goes first where the new one has its name.
 */
export function replacementOf(
  olds: Properties,
  news: Properties,
  config: { readonly enableSecretMutable?: boolean | undefined; readonly enableConfigMapMutable?: boolean | undefined },
): Replacement {
  const kind = textAt(news, "kind") ?? "";
  const mutable =
    kind === "Secret" ? config.enableSecretMutable : kind === "ConfigMap" ? config.enableConfigMapMutable : true;
  const frozen = mutable !== true || olds.immutable === true;
  const paths = [...always, ...(byKind[kind] ?? []), ...(frozen ? (contents[kind] ?? []) : [])];
  const sameName = (["name", "namespace"] as const).every(
    (key) => valueAt(olds, "metadata", key) === valueAt(news, "metadata", key),
  );
  return { paths, deleteBeforeReplace: sameName && !isAutonamed(news) };
}
