import { localOf } from "./addresses.ts";
import type { Service } from "./api/objects.ts";

/** One address and port at which a Service answers, before it is published. */
export interface ServicePort {
  /** Tells the ports of one service apart. */
  readonly role: string;
  readonly host: string;
  readonly port: number;
  /** Name of the service's port; empty where it has none. */
  readonly portName: string;
}

/** Node name to its address as reported. */
export type NodeAddresses = ReadonlyMap<string, string>;

/** Every TCP port of a service: its cluster address, its load balancer, and the node port of every node for type NodePort. */
export function servicePortsOf(
  service: Service | undefined,
  balancer: string | undefined,
  nodes: NodeAddresses,
): readonly ServicePort[] {
  if (service === undefined) return [];
  const { clusterIP, ports, type } = service.spec;
  return ports
    .filter(({ protocol }) => protocol === "TCP")
    .flatMap(({ name: portName, port, nodePort }): readonly ServicePort[] => [
      ...(isAddress(clusterIP) ? [{ role: "svc", host: clusterIP, port, portName }] : []),
      ...(isAddress(balancer) ? [{ role: "lb", host: balancer, port, portName }] : []),
      ...(type === "NodePort" && nodePort !== undefined
        ? [...nodes].map(([node, address]) => ({
            role: `node.${node}`,
            host: localOf(address),
            port: nodePort,
            portName,
          }))
        : []),
    ]);
}

function isAddress(address: string | undefined): address is string {
  return address !== undefined && address !== "" && address !== "None";
}
