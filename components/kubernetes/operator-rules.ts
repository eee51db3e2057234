/** One rule of a Kubernetes Role. */
export interface RoleRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

const LOOK = ["get", "list", "watch"];

/**
 * What an operator may do in the application's namespace: look at everything but Secrets, and scale Deployments.
 * Rules only add up, so "all but Secrets" has to name the core group's kinds; the other groups hold no secret.
 */
export const OPERATOR_RULES: readonly RoleRule[] = [
  {
    apiGroups: [""],
    resources: [
      "configmaps",
      "endpoints",
      "events",
      "limitranges",
      "persistentvolumeclaims",
      "pods",
      "pods/log",
      "pods/status",
      "replicationcontrollers",
      "resourcequotas",
      "serviceaccounts",
      "services",
      "services/status",
    ],
    verbs: LOOK,
  },
  {
    apiGroups: [
      "apps",
      "autoscaling",
      "batch",
      "discovery.k8s.io",
      "events.k8s.io",
      "metrics.k8s.io",
      "networking.k8s.io",
      "policy",
    ],
    resources: ["*"],
    verbs: LOOK,
  },
  { apiGroups: ["apps"], resources: ["deployments/scale"], verbs: ["get", "patch", "update"] },
];
