import type { Input } from "@pulumi/pulumi";

/** How each cloud makes a load balancer for a Service; an internal one has no address outside its network. */
export type LoadBalancerCloud =
  | { readonly kind: "aws" }
  | {
      readonly kind: "azure";
      /** Name of the declared public IP address that the public service takes. */
      readonly publicIp: Input<string>;
      /** Resource group of that address. */
      readonly resourceGroup: Input<string>;
    };

const PREFIX = "service.beta.kubernetes.io";

export function loadBalancerAnnotations(
  cloud: LoadBalancerCloud,
  role: "public" | "internal",
): Record<string, Input<string>> {
  if (cloud.kind === "aws") {
    const nlb = { [`${PREFIX}/aws-load-balancer-type`]: "nlb" };
    return role === "public" ? nlb : { ...nlb, [`${PREFIX}/aws-load-balancer-internal`]: "true" };
  }
  if (role === "internal") return { [`${PREFIX}/azure-load-balancer-internal`]: "true" };
  return {
    [`${PREFIX}/azure-pip-name`]: cloud.publicIp,
    [`${PREFIX}/azure-load-balancer-resource-group`]: cloud.resourceGroup,
  };
}
