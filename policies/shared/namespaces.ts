import { kubernetesDocs, nist, podSecurity } from "./controls.ts";
import { at, isNot, texts, wrong } from "./read.ts";
import { type DeclaredResource, ofType, stackOf } from "./resource.ts";
import { type ResourceRule, resourceRule, type StackRule, stackRule } from "./rule.ts";

const NAMESPACE = "kubernetes:core/v1:Namespace";

/** Rules for namespaces, judged by the pack of the site's cloud as pods are. */
export function namespaceRules(cloud: "aws" | "azure"): readonly (ResourceRule | StackRule)[] {
  const own = ({ urn }: DeclaredResource) => stackOf(urn).endsWith("-standby") === (cloud === "azure");
  return [
    resourceRule({
      name: `${cloud}-namespace-restricted`,
      title: "The cluster refuses pods in a namespace that want more than an application needs.",
      severity: "medium",
      level: "mandatory",
      controls: [podSecurity("Restricted"), nist("CM-7")],
      remedy: "Label it pod-security.kubernetes.io/enforce: restricted.",
      types: [NAMESPACE],
      check: (resource) => {
        const labels = at(resource.props, "metadata.labels");
        const value = Reflect.get(Object(labels), "pod-security.kubernetes.io/enforce");
        const wide = own(resource) && typeof labels !== "symbol" && isNot(value, "restricted");
        return wide ? [wrong("metadata.labels.pod-security.kubernetes.io/enforce", value, "restricted")] : [];
      },
    }),
    stackRule({
      name: `${cloud}-namespace-closed`,
      title: "In a namespace, what is not allowed is refused.",
      severity: "medium",
      level: "mandatory",
      controls: [kubernetesDocs("Network Policies", "concepts/services-networking/network-policies/"), nist("SC-7")],
      remedy: "Add a NetworkPolicy over all pods (an empty podSelector) for Ingress and Egress.",
      check: (stack) => {
        const closed = ofType(stack, "kubernetes:networking.k8s.io/v1:NetworkPolicy")
          .filter(({ props }) => {
            const selector = at(props, "spec.podSelector");
            const kinds = texts(at(props, "spec.policyTypes"));
            const all = typeof selector === "object" && selector !== null && Object.keys(selector).length === 0;
            return all && kinds.includes("Ingress") && kinds.includes("Egress");
          })
          .map(({ props }) => at(props, "metadata.namespace"));
        return ofType(stack, NAMESPACE)
          .filter(own)
          .filter(({ props }) => !closed.includes(at(props, "metadata.name")))
          .map(({ urn }) => ({ urn, message: "it has no NetworkPolicy that refuses what is not allowed" }));
      },
    }),
  ];
}
