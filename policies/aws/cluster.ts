import { isEverybody } from "../shared/addresses.ts";
import { versionFaults, versionOptions } from "../shared/cluster-version.ts";
import { cisAws, nist, securityHub } from "../shared/controls.ts";
import { at, is, isKnown, isNot, objects, texts, wrong } from "../shared/read.ts";
import { type Props, UNKNOWN } from "../shared/resource.ts";
import { type ResourceRule, resourceRule } from "../shared/rule.ts";

const CLUSTER = ["aws:eks/cluster:Cluster"];
const LOGS = ["api", "audit", "authenticator"];

const logs = resourceRule({
  name: "aws-cluster-logs",
  title: "A cluster's control plane logs who did what.",
  severity: "medium",
  level: "mandatory",
  controls: [securityHub("EKS.8"), nist("AU-2")],
  remedy: `Enable the log types ${LOGS.join(", ")}.`,
  types: CLUSTER,
  check: ({ props }) => {
    const value = props.enabledClusterLogTypes;
    if (!isKnown(value) || LOGS.every((log) => texts(value).includes(log))) return [];
    return [wrong("enabledClusterLogTypes", value, LOGS.join(", "))];
  },
});

const secrets = resourceRule({
  name: "aws-cluster-secrets-encrypted",
  title: "A cluster's secrets are encrypted with a key of ours.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("EKS.3"), nist("SC-28")],
  remedy: "Set encryptionConfig for secrets (pilotlight:encryptionKey).",
  types: CLUSTER,
  check: ({ props }) => {
    const resources = at(props, "encryptionConfig.resources");
    if (!isKnown(resources) || texts(resources).includes("secrets")) return [];
    return [wrong("encryptionConfig.resources", resources, "[secrets]")];
  },
});

const endpoint = resourceRule({
  name: "aws-cluster-endpoint-narrow",
  title: "A cluster's API is private, and public for named sources at most.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("EKS.1"), nist("SC-7")],
  remedy: "Set endpointPrivateAccess, and publicAccessCidrs (pilotlight:allowedCidrs).",
  types: CLUSTER,
  check: ({ props }) => {
    const inside = at(props, "vpcConfig.endpointPrivateAccess");
    const outside = at(props, "vpcConfig.endpointPublicAccess");
    const cidrs = at(props, "vpcConfig.publicAccessCidrs");
    // AWS opens to everybody what names nobody.
    const open = !is(outside, false) && outside !== UNKNOWN && (cidrs === undefined || isEverybody(texts(cidrs)));
    return [
      ...(isNot(inside, true) ? [wrong("vpcConfig.endpointPrivateAccess", inside, "true")] : []),
      ...(open ? [wrong("vpcConfig.publicAccessCidrs", cidrs, "the networks of those who operate it")] : []),
    ];
  },
});

const imds = resourceRule({
  name: "aws-node-imdsv2",
  title: "Nodes answer for their credentials with a token only (IMDSv2).",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("EC2.170"), securityHub("EC2.8"), cisAws("5.6"), nist("AC-3")],
  remedy: "Set metadataOptions.httpTokens to required. The pack sets it where enforcement is remediate.",
  types: ["aws:ec2/launchTemplate:LaunchTemplate", "aws:ec2/instance:Instance"],
  check: ({ props }) => {
    const value = at(props, "metadataOptions.httpTokens");
    return isNot(value, "required") ? [wrong("metadataOptions.httpTokens", value, "required")] : [];
  },
  // SDKs have spoken it for years, and a template bears on new nodes only.
  remediate: (props) => {
    if (!isNot(at(props, "metadataOptions.httpTokens"), "required")) return undefined;
    return { ...props, metadataOptions: { ...Object(props.metadataOptions), httpTokens: "required" } };
  },
});

const volumes = resourceRule({
  name: "aws-node-encrypted",
  title: "Volumes of nodes are encrypted.",
  severity: "high",
  level: "mandatory",
  controls: [securityHub("EC2.3"), nist("SC-28")],
  remedy: "Set ebs.encrypted on every device. The pack sets it where enforcement is remediate.",
  types: ["aws:ec2/launchTemplate:LaunchTemplate"],
  check: ({ props }) =>
    objects(props.blockDeviceMappings)
      .filter(isPlain)
      .map((device) =>
        wrong(`blockDeviceMappings.${String(device.deviceName)}.ebs.encrypted`, at(device, "ebs.encrypted"), "true"),
      ),
  remediate: (props) => {
    const devices = objects(props.blockDeviceMappings);
    if (!devices.some(isPlain)) return undefined;
    const right = devices.map((device) =>
      isPlain(device) ? { ...device, ebs: { ...Object(device.ebs), encrypted: "true" } } : device,
    );
    return { ...props, blockDeviceMappings: right };
  },
});

function isPlain(device: Props): boolean {
  const encrypted = at(device, "ebs.encrypted");
  return device.ebs !== undefined && encrypted !== UNKNOWN && String(encrypted) !== "true";
}

const supported = resourceRule(
  {
    name: "aws-cluster-version",
    title: "A cluster's version is supported for a while yet: one that has ended cannot be made anew.",
    severity: "high",
    level: "mandatory",
    controls: [securityHub("EKS.2"), nist("SA-22")],
    remedy: "Set pilotlight:cluster version to a later one, or to newest.",
    types: CLUSTER,
    check: ({ props }, options) => versionFaults("eks", props, "version", options),
  },
  versionOptions,
);

export const clusterRules: readonly ResourceRule[] = [logs, secrets, endpoint, supported, imds, volumes];
