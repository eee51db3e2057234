import { kubernetesDocs, nist, podSecurity } from "./controls.ts";
import { at, is, isKnown, isNot, objects, texts, wrong } from "./read.ts";
import { type DeclaredResource, type Props, stackOf, UNKNOWN } from "./resource.ts";
import { type ResourceRule, resourceRule } from "./rule.ts";
import { isSecret } from "./secret-name.ts";

/** Kinds that make pods, and where their pod is. */
const POD_AT: Readonly<Record<string, string>> = {
  "kubernetes:core/v1:Pod": "spec",
  "kubernetes:core/v1:ReplicationController": "spec.template.spec",
  "kubernetes:apps/v1:Deployment": "spec.template.spec",
  "kubernetes:apps/v1:StatefulSet": "spec.template.spec",
  "kubernetes:apps/v1:DaemonSet": "spec.template.spec",
  "kubernetes:apps/v1:ReplicaSet": "spec.template.spec",
  "kubernetes:batch/v1:Job": "spec.template.spec",
  "kubernetes:batch/v1:CronJob": "spec.jobTemplate.spec.template.spec",
};
/** Of these, what serves and can therefore be probed. */
const SERVING = Object.keys(POD_AT).filter((type) => !type.startsWith("kubernetes:batch/"));

/**
 * Rules for pods, which run at both sites. So that a pod is judged once, the pack of each cloud judges its own site's: a
 * `<environment>-standby` is Azure's, anything else AWS's.
 */
export function podRules(cloud: "aws" | "azure"): readonly ResourceRule[] {
  const own = ({ urn }: DeclaredResource) => stackOf(urn).endsWith("-standby") === (cloud === "azure");
  const containersOf = (resource: DeclaredResource): readonly Props[] => {
    const spec = podOf(resource);
    return [...objects(at(spec, "initContainers")), ...objects(at(spec, "containers"))];
  };
  const each = (resource: DeclaredResource, check: (container: Props, path: string) => readonly string[]) =>
    own(resource)
      ? containersOf(resource).flatMap((container) => check(container, `containers.${String(container.name)}`))
      : [];
  const types = Object.keys(POD_AT);

  return [
    resourceRule({
      name: `${cloud}-pod-non-root`,
      title: "Pods do not run as root.",
      severity: "high",
      level: "mandatory",
      controls: [podSecurity("Restricted: Running as Non-root"), nist("AC-6")],
      remedy: "Set securityContext.runAsNonRoot of the pod.",
      types,
      check: (resource) => {
        const pod = at(podOf(resource), "securityContext.runAsNonRoot");
        return each(resource, (container, path) => {
          const own = at(container, "securityContext.runAsNonRoot");
          const root = [at(container, "securityContext.runAsUser"), at(podOf(resource), "securityContext.runAsUser")];
          const value = own ?? pod;
          if (root.some((user) => user === 0 || user === "0"))
            return [wrong(`${path}.securityContext.runAsUser`, 0, "a user that is not root")];
          return isNot(value, true) ? [wrong(`${path}.securityContext.runAsNonRoot`, value, "true")] : [];
        });
      },
    }),
    resourceRule({
      name: `${cloud}-pod-unprivileged`,
      title: "Pods have no privileges and cannot get any.",
      severity: "critical",
      level: "mandatory",
      controls: [
        podSecurity("Restricted: Privilege Escalation"),
        podSecurity("Restricted: Capabilities"),
        podSecurity("Baseline: Privileged Containers"),
        podSecurity("Baseline: Host Namespaces"),
      ],
      remedy: "Set allowPrivilegeEscalation to false, drop ALL capabilities and stay out of the host's namespaces.",
      types,
      check: (resource) => {
        const spec = podOf(resource);
        const host = ["hostNetwork", "hostPID", "hostIPC"].filter((key) => own(resource) && is(spec[key], true));
        return [
          ...host.map((key) => wrong(key, true, "false")),
          ...each(resource, (container, path) => {
            const [privileged, escalation, drop] = [
              at(container, "securityContext.privileged"),
              at(container, "securityContext.allowPrivilegeEscalation"),
              at(container, "securityContext.capabilities.drop"),
            ];
            return [
              ...(is(privileged, true) ? [wrong(`${path}.securityContext.privileged`, true, "false")] : []),
              ...(isNot(escalation, false)
                ? [wrong(`${path}.securityContext.allowPrivilegeEscalation`, escalation, "false")]
                : []),
              ...(isKnown(drop) && !texts(drop).includes("ALL")
                ? [wrong(`${path}.securityContext.capabilities.drop`, drop, "[ALL]")]
                : []),
            ];
          }),
        ];
      },
    }),
    resourceRule({
      name: `${cloud}-pod-read-only`,
      title: "Containers cannot change their own files.",
      severity: "medium",
      level: "mandatory",
      controls: [kubernetesDocs("Security context", "tasks/configure-pod-container/security-context/"), nist("CM-5")],
      remedy: "Set securityContext.readOnlyRootFilesystem, and mount a volume where something is written.",
      types,
      check: (resource) =>
        each(resource, (container, path) => {
          const value = at(container, "securityContext.readOnlyRootFilesystem");
          return isNot(value, true) ? [wrong(`${path}.securityContext.readOnlyRootFilesystem`, value, "true")] : [];
        }),
    }),
    resourceRule({
      name: `${cloud}-pod-limits`,
      title: "Containers say what they need and what they may take.",
      severity: "medium",
      level: "mandatory",
      controls: [kubernetesDocs("Resources", "concepts/configuration/manage-resources-containers/"), nist("SC-5")],
      remedy: "Set requests and limits of cpu and memory.",
      types,
      check: (resource) =>
        each(resource, (container, path) =>
          ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"]
            .filter((key) => at(container, `resources.${key}`) === undefined)
            .map((key) => wrong(`${path}.resources.${key}`, undefined, "a quantity")),
        ),
    }),
    resourceRule({
      name: `${cloud}-pod-probes`,
      title: "Containers are asked whether they live and are ready.",
      severity: "medium",
      level: "mandatory",
      controls: [kubernetesDocs("Probes", "concepts/configuration/liveness-readiness-startup-probes/")],
      remedy: "Set livenessProbe and readinessProbe.",
      types: SERVING,
      check: (resource) =>
        own(resource)
          ? objects(at(podOf(resource), "containers")).flatMap((container) =>
              ["livenessProbe", "readinessProbe"]
                .filter((probe) => container[probe] === undefined)
                .map((probe) => wrong(`containers.${String(container.name)}.${probe}`, undefined, "a probe")),
            )
          : [],
    }),
    resourceRule({
      name: `${cloud}-pod-secrets`,
      title: "No secret is in a container's environment.",
      severity: "high",
      level: "mandatory",
      controls: [
        kubernetesDocs("Good practices for Secrets", "concepts/security/secrets-good-practices/"),
        nist("IA-5"),
      ],
      remedy: "Mount it as a file.",
      types,
      check: (resource) =>
        each(resource, (container, path) =>
          objects(container.env)
            .filter(
              ({ name, value, valueFrom }) =>
                isSecret(String(name), value) || at(Object(valueFrom), "secretKeyRef") !== undefined,
            )
            .map(({ name }) => `${path}.env.${String(name)}: a secret; right would be: a file in a volume`),
        ),
    }),
  ];
}

/** The pod that a workload makes; empty where the resource makes none. */
export function podOf({ type, props }: DeclaredResource): Props {
  const path = POD_AT[type];
  const spec = path === undefined ? {} : at(props, path);
  return spec === UNKNOWN ? {} : Object(spec);
}
