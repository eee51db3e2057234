import type { Cluster } from "@pulumi/aws/eks/cluster.js";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import type { Input, Output, Resource } from "@pulumi/pulumi";
import { amiType, nodeTemplate } from "./node-template.ts";

/** Nodes of one kind, in every private subnet. */
export interface NodeGroupShape {
  /** EC2 instance type, e.g. t3.large. */
  readonly nodeType: string;
  /** Nodes wanted; with `autoscaling` only at creation. */
  readonly nodeCount: number;
  /** Never fewer nodes. Default `nodeCount`. */
  readonly minNodes?: number | undefined;
  /** Never more nodes. Default one more than `nodeCount`, so that an update can bring a new node before it takes an old one. */
  readonly maxNodes?: number | undefined;
  /** An autoscaler in the cluster decides between `minNodes` and `maxNodes`, and no update takes that back; default false. */
  readonly autoscaling?: boolean | undefined;
  /** GiB of each node's encrypted root volume; default 50. */
  readonly nodeDiskGib?: number | undefined;
}

export interface NodeGroupSettings {
  /** Its name in EKS. */
  readonly group: string;
  readonly cluster: Cluster;
  /** The cluster's name again, known at preview. */
  readonly clusterName: string;
  readonly roleArn: Input<string>;
  readonly subnetIds: readonly Input<string>[];
  readonly tags: Record<string, string>;
  readonly parent: Resource;
  readonly dependsOn: readonly Resource[];
}

/** A managed node group with a launch template of its own, of the same name. */
export function nodeGroup(name: string, shape: NodeGroupShape, settings: NodeGroupSettings): NodeGroup {
  const { group, cluster, clusterName, tags, parent } = settings;
  const template = nodeTemplate(
    name,
    { nodeName: `${clusterName}-${group}`, nodeType: shape.nodeType, diskGib: shape.nodeDiskGib ?? 50, tags },
    parent,
  );
  return new NodeGroup(
    name,
    {
      clusterName: cluster.name,
      nodeGroupName: group,
      nodeRoleArn: settings.roleArn,
      subnetIds: [...settings.subnetIds],
      amiType: amiType(shape.nodeType),
      launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
      scalingConfig: scaling(shape),
      updateConfig: { maxUnavailable: 1 },
      tags,
    },
    {
      parent,
      dependsOn: [...settings.dependsOn],
      ...(shape.autoscaling ? { ignoreChanges: ["scalingConfig.desiredSize"] } : {}),
    },
  );
}

/** Errors: not minimum ≤ wanted ≤ maximum. */
export function scaling({ nodeCount, minNodes = nodeCount, maxNodes = nodeCount + 1 }: NodeGroupShape) {
  if (minNodes > nodeCount || nodeCount > maxNodes || maxNodes < 1) {
    throw new Error(
      `cluster.nodeCount: ${nodeCount} with minNodes ${minNodes} and maxNodes ${maxNodes}; give minNodes ≤ nodeCount ≤ maxNodes`,
    );
  }
  return { minSize: minNodes, desiredSize: nodeCount, maxSize: maxNodes };
}

/** The autoscaling group behind a node group; EKS makes exactly one. */
export function autoscalingGroup(group: NodeGroup): Output<string> {
  return group.resources.apply((resources) => resources[0]?.autoscalingGroups[0]?.name ?? "");
}
