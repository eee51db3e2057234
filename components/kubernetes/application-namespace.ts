import { LimitRange } from "@pulumi/kubernetes/core/v1/limitRange.js";
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { ResourceQuota } from "@pulumi/kubernetes/core/v1/resourceQuota.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { Role } from "@pulumi/kubernetes/rbac/v1/role.js";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { type ContainerResources, DEFAULT_RESOURCES } from "./container-resources.ts";
import type { NamespaceQuota } from "./namespace-quota.ts";
import { OPERATOR_RULES } from "./operator-rules.ts";

export interface ApplicationNamespaceArgs {
  /** Name of the namespace in the cluster. */
  readonly namespace: string;
  /** Hard limits of all that is in it (components/kubernetes/namespace-quota.ts works them out). Default: none. */
  readonly quota?: NamespaceQuota;
  /** Requests and limits of containers that say nothing. Default: 100m and 128Mi, at most 500m and 512Mi. */
  readonly containerDefaults?: ContainerResources;
  /** No traffic in or out but what another NetworkPolicy allows. Default: true. */
  readonly denyByDefault?: boolean;
  /** Groups (of the cluster's identity provider) that may look at everything but Secrets, and scale Deployments. Default: none. */
  readonly operatorGroups?: readonly string[];
  /** Pod Security Standard that the API server enforces. Default: restricted. */
  readonly podSecurity?: "privileged" | "baseline" | "restricted";
  /** Made before everything here, and deleted after it. Default: nothing. */
  readonly after?: readonly Resource[];
  /** Its deletion takes everything here with it, so nothing is deleted one by one (and no cluster asked). Default: none. */
  readonly deletedWith?: Resource;
}

const OURS = { "app.kubernetes.io/managed-by": "pilotlight" };

/** A namespace with its bounds: quota, defaults for containers, closed network, and who may look. */
export class ApplicationNamespace extends ComponentResource {
  /** The namespace itself: what lives in it depends on this. */
  readonly namespace: Namespace;

  constructor(name: string, args: ApplicationNamespaceArgs, options: ComponentResourceOptions = {}) {
    super("pilotlight:kubernetes:ApplicationNamespace", name, {}, options);
    const { after = [], deletedWith } = args;
    const { parent } = options;
    const { containerDefaults = DEFAULT_RESOURCES, operatorGroups = [], podSecurity = "restricted" } = args;
    const child = (...dependsOn: readonly Resource[]) => ({
      parent: this,
      dependsOn: [...after, ...dependsOn],
      ...(deletedWith ? { deletedWith } : {}),
    });
    const metadata = (called: string) => ({ name: called, namespace: args.namespace, labels: OURS });

    this.namespace = new Namespace(
      `${name}-namespace`,
      {
        metadata: {
          name: args.namespace,
          labels: { ...OURS, "pod-security.kubernetes.io/enforce": podSecurity },
        },
      },
      // Stacks that are older than this component know the namespace as a child of what is now around it.
      { ...child(), ...(parent ? { aliases: [{ parent }] } : {}) },
    );
    const inside = child(this.namespace);
    if (args.quota) {
      new ResourceQuota(`${name}-quota`, { metadata: metadata("quota"), spec: { hard: { ...args.quota } } }, inside);
    }
    new LimitRange(
      `${name}-limits`,
      {
        metadata: metadata("container-defaults"),
        spec: {
          limits: [
            {
              type: "Container",
              default: { ...containerDefaults.limits },
              defaultRequest: { ...containerDefaults.requests },
            },
          ],
        },
      },
      inside,
    );
    if (args.denyByDefault ?? true) {
      new NetworkPolicy(
        `${name}-deny`,
        { metadata: metadata("default-deny"), spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] } },
        inside,
      );
    }
    const role = new Role(
      `${name}-operator`,
      {
        metadata: metadata("operator"),
        rules: OPERATOR_RULES.map(({ apiGroups, resources, verbs }) => ({
          apiGroups: [...apiGroups],
          resources: [...resources],
          verbs: [...verbs],
        })),
      },
      inside,
    );
    if (operatorGroups.length > 0) {
      new RoleBinding(
        `${name}-operator`,
        {
          metadata: metadata("operator"),
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "operator" },
          subjects: operatorGroups.map((group) => ({
            apiGroup: "rbac.authorization.k8s.io",
            kind: "Group",
            name: group,
          })),
        },
        child(this.namespace, role),
      );
    }
    this.registerOutputs({});
  }
}
