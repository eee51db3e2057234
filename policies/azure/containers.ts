import { azurePolicy, microsoftBenchmark, nist, wellArchitectedAzure } from "../shared/controls.ts";
import { at, is, isNot, objects, wrong } from "../shared/read.ts";
import { UNKNOWN } from "../shared/resource.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";
import { isSecret } from "../shared/secret-name.ts";

const GROUP = ["azure-native:containerinstance:ContainerGroup"];
const REGISTRY = ["azure-native:containerregistry:Registry"];

const secrets = resourceRule({
  name: "azure-container-secrets",
  title: "No secret is in a container's environment.",
  severity: "high",
  level: "mandatory",
  controls: [microsoftBenchmark("IM-8"), nist("IA-5")],
  remedy: "Put it in a secret volume, or read it from the vault.",
  types: GROUP,
  check: ({ props }) =>
    objects(props.containers).flatMap((container) =>
      objects(container.environmentVariables)
        .filter(({ name, value, secureValue }) => secureValue !== undefined || isSecret(String(name), value))
        .map(
          ({ name }) =>
            `containers.${String(container.name)}.environmentVariables.${String(name)}: a secret; right would be: a file in a secret volume`,
        ),
    ),
});

const probes = resourceRule({
  name: "azure-container-probes",
  title: "A container is asked whether it lives and is ready.",
  severity: "medium",
  level: "mandatory",
  controls: [wellArchitectedAzure("RE:07", "reliability/self-preservation")],
  remedy: "Give it a livenessProbe and a readinessProbe.",
  types: GROUP,
  check: ({ props }) =>
    objects(props.containers).flatMap((container) =>
      ["livenessProbe", "readinessProbe"]
        .filter((probe) => container[probe] === undefined)
        .map((probe) => wrong(`containers.${String(container.name)}.${probe}`, undefined, "a probe")),
    ),
});

const registry = resourceRule({
  name: "azure-registry-closed",
  title: "A registry knows no admin user and no anonymous pull.",
  severity: "high",
  level: "mandatory",
  controls: [
    azurePolicy(
      "Container registries should have local admin account disabled.",
      "Container Registry/ACR_AdminAccountDisabled_AuditDeny",
    ),
    azurePolicy(
      "Container registries should have anonymous authentication disabled.",
      "Container Registry/ACR_AnonymousPullDisabled_AuditDeny",
    ),
    microsoftBenchmark("IM-1"),
    nist("AC-2"),
  ],
  remedy: "Set adminUserEnabled and anonymousPullEnabled to false. The pack sets them where enforcement is remediate.",
  types: REGISTRY,
  check: ({ props }) =>
    ["adminUserEnabled", "anonymousPullEnabled"]
      .filter((key) => is(props[key], true))
      .map((key) => wrong(key, true, "false")),
  remediate: (props) =>
    is(props.adminUserEnabled, true) || is(props.anonymousPullEnabled, true)
      ? { ...props, adminUserEnabled: false, anonymousPullEnabled: false }
      : undefined,
});

const identity = resourceRule({
  name: "azure-container-identity",
  title: "A container group is somebody: it has a managed identity.",
  severity: "medium",
  level: "mandatory",
  controls: [microsoftBenchmark("IM-3"), nist("IA-9")],
  remedy: "Set identity to a user-assigned one.",
  types: GROUP,
  check: ({ props }) => {
    const type = at(props, "identity.type");
    return type === UNKNOWN || (isNot(type, undefined) && isNot(type, "None"))
      ? []
      : [wrong("identity.type", type, "UserAssigned")];
  },
});

export const containerRules: readonly ResourceRule[] = [secrets, probes, registry, identity];
