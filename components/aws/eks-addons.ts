import { Addon } from "@pulumi/aws/eks/addon.js";
import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment.js";
import type { Input, Resource } from "@pulumi/pulumi";
import { POD_IDENTITY } from "./pod-role.ts";
import { trustPolicy } from "./trust-policy.ts";

export interface AddonSettings {
  readonly clusterName: Input<string>;
  /** Add-on name → version. Absent: AWS's default for the cluster's version at the time. */
  readonly versions: Readonly<Record<string, string>>;
  readonly tags: Record<string, string>;
  readonly parent: Resource;
}

/** The VPC CNI leaves network policies unenforced unless it is told. Its schema takes text. */
const CONFIGURATION: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "vpc-cni": { enableNetworkPolicy: "true" },
};

/** What a node needs before it is ready, so it is there before nodes; it runs nowhere until they come. */
export function addonsBeforeNodes(name: string, settings: AddonSettings): Resource[] {
  return ["vpc-cni", "kube-proxy"].map((addon) => makeAddon(`${name}-${addon}`, addon, settings, []));
}

/** What runs on nodes and would wait for them in vain. */
export function addonsOnNodes(name: string, settings: AddonSettings, nodes: readonly Resource[]): Resource[] {
  return [
    makeAddon(`${name}-coredns`, "coredns", settings, nodes),
    makeAddon(`${name}-pod-identity`, "eks-pod-identity-agent", settings, nodes),
  ];
}

/** Persistent volumes on EBS. The driver has a role of its own, by Pod Identity, so that nodes need not be allowed it. */
export function ebsAddon(name: string, settings: AddonSettings, after: readonly Resource[]): Resource {
  const { clusterName, tags, parent } = settings;
  const role = new Role(`${name}-ebs-csi`, { assumeRolePolicy: trustPolicy(...POD_IDENTITY), tags }, { parent });
  const attachment = new RolePolicyAttachment(
    `${name}-ebs-csi`,
    { role: role.name, policyArn: "arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy" },
    { parent },
  );
  const association = new PodIdentityAssociation(
    `${name}-ebs-csi`,
    { clusterName, namespace: "kube-system", serviceAccount: "ebs-csi-controller-sa", roleArn: role.arn, tags },
    { parent },
  );
  return makeAddon(`${name}-ebs-csi`, "aws-ebs-csi-driver", settings, [...after, attachment, association]);
}

function makeAddon(name: string, addonName: string, settings: AddonSettings, dependsOn: readonly Resource[]): Addon {
  const { clusterName, versions, tags, parent } = settings;
  const addonVersion = versions[addonName];
  const configuration = CONFIGURATION[addonName];
  return new Addon(
    name,
    {
      clusterName,
      addonName,
      ...(addonVersion === undefined ? {} : { addonVersion }),
      ...(configuration === undefined ? {} : { configurationValues: JSON.stringify(configuration) }),
      // A new cluster comes with some of these already, unmanaged: the add-on takes them over, and stays as declared.
      resolveConflictsOnCreate: "OVERWRITE",
      resolveConflictsOnUpdate: "OVERWRITE",
      tags,
    },
    { parent, dependsOn: [...dependsOn] },
  );
}
