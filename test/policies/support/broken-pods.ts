import type { Broken } from "./broken.ts";
import { set } from "./mutate.ts";

const pods = { type: "kubernetes:apps/v1:Deployment", name: "workload-service-a" };
const container = "spec.template.spec.containers.0";

/** The same at both sites, each judged by the pack of its cloud. */
export function brokenPods(cloud: "aws" | "azure", stack: string): readonly Broken[] {
  const resource = "workload-service-a";
  return [
    {
      rule: `${cloud}-pod-non-root`,
      stack,
      mutation: set(pods, "spec.template.spec.securityContext.runAsNonRoot", false),
      resource,
      messages: ["containers.service-a.securityContext.runAsNonRoot: false; right would be: true"],
    },
    {
      rule: `${cloud}-pod-unprivileged`,
      stack,
      mutation: set(pods, `${container}.securityContext.privileged`, true),
      resource,
      messages: ["containers.service-a.securityContext.privileged: true; right would be: false"],
    },
    {
      rule: `${cloud}-pod-read-only`,
      stack,
      mutation: set(pods, `${container}.securityContext.readOnlyRootFilesystem`, undefined),
      resource,
      messages: ["containers.service-a.securityContext.readOnlyRootFilesystem is not set; right would be: true"],
    },
    {
      rule: `${cloud}-pod-limits`,
      stack,
      mutation: set(pods, `${container}.resources.limits`, undefined),
      resource,
      messages: [
        "containers.service-a.resources.limits.cpu is not set; right would be: a quantity",
        "containers.service-a.resources.limits.memory is not set; right would be: a quantity",
      ],
    },
    {
      rule: `${cloud}-pod-probes`,
      stack,
      mutation: set(pods, `${container}.readinessProbe`, undefined),
      resource,
      messages: ["containers.service-a.readinessProbe is not set; right would be: a probe"],
    },
    {
      rule: `${cloud}-pod-secrets`,
      stack,
      mutation: set(pods, `${container}.env.0`, { name: "DATABASE_PASSWORD", value: "open-sesame" }),
      resource,
      messages: ["containers.service-a.env.DATABASE_PASSWORD: a secret; right would be: a file in a volume"],
    },
  ];
}
