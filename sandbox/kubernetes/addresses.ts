import type { Cloud, World } from "../contracts/contracts.ts";

/**
 * Inside a cloud, 127.(110|120+k).x.y: gateways' counterparts have low x, cluster `index` (0-15) has one address per node
 * in x = 64+index, pods in x = 128+4*index to +3, services in x = 192+4*index to +3.
 * Pods and nodes are reported as 10.s.x.y, because Kubernetes refuses loopback addresses of endpoints.
 */
export interface ClusterNetwork {
  /** Second octet of the cloud's inside network. */
  readonly second: number;
  /** Position of the cluster in its cloud, 0-15. */
  readonly index: number;
}

export function clusterNetwork(world: Pick<World, "instance">, cloud: Cloud, index: number): ClusterNetwork {
  if (index < 0 || index > 15)
    throw new Error(`cluster number ${index} of cloud ${cloud}: a sandbox has room for 16 a cloud`);
  const first = { aws: 110, azure: 120, control: 130 }[cloud];
  return { second: first + world.instance, index };
}

export function serviceRange(network: ClusterNetwork): string {
  return `127.${network.second}.${192 + 4 * network.index}.0/22`;
}

/** Address of the cluster's node `number` (1-254), as reported. */
export function nodeAddress(network: ClusterNetwork, number: number): string {
  return `10.${network.second}.${64 + network.index}.${number}`;
}

/** Reported pod address `position` (0-1015) of the cluster. */
export function podAddress(network: ClusterNetwork, position: number): string {
  return `10.${network.second}.${128 + 4 * network.index + Math.floor(position / 254)}.${1 + (position % 254)}`;
}

export const podAddressCount = 4 * 254;

/** 10.110.3.4 -> 127.110.3.4: where the process of a pod listens. */
export function localOf(reported: string): string {
  return reported.replace(/^10\./, "127.");
}
