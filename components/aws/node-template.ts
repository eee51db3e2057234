import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import type { Resource } from "@pulumi/pulumi";

export interface NodeTemplateArgs {
  /** What the nodes are called in the EC2 console. */
  readonly nodeName: string;
  /** EC2 instance type. */
  readonly nodeType: string;
  /** GiB of the root volume, which also holds images and the pods' scratch space. */
  readonly diskGib: number;
  readonly tags: Readonly<Record<string, string>>;
}

/**
 * How EKS starts a node: encrypted gp3 root volume, metadata only with a session token. Two hops, because a pod is one hop
 * further away than its node. The instance type is here and not in the node group, which could not change it without being
 * replaced; a new version of this template is rolled out node by node.
 */
export function nodeTemplate(name: string, args: NodeTemplateArgs, parent: Resource): LaunchTemplate {
  const tags = { ...args.tags, Name: args.nodeName };
  return new LaunchTemplate(
    name,
    {
      description: `Nodes of ${args.nodeName}`,
      instanceType: args.nodeType,
      updateDefaultVersion: true,
      metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 2 },
      blockDeviceMappings: [
        {
          // The root device of Amazon Linux 2023.
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize: args.diskGib, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
      tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
      tags,
    },
    { parent },
  );
}

/** The Amazon Linux 2023 image for an instance type: Graviton types carry a `g` behind their generation, as in t4g or m7gd. */
export function amiType(nodeType: string): "AL2023_ARM_64_STANDARD" | "AL2023_x86_64_STANDARD" {
  return /^([a-z]+\d+g[a-z]*|a1)\./.test(nodeType) ? "AL2023_ARM_64_STANDARD" : "AL2023_x86_64_STANDARD";
}
