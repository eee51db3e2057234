import { createHash } from "node:crypto";
import { z } from "zod";
import type { Cloud, Network, Store } from "../contracts/contracts.ts";
import { keyOf, type Service } from "./api/objects.ts";

/** The one region of the sandbox's AWS. */
const awsRegion = "us-east-1";
const publicAddressAnnotation = "service.beta.kubernetes.io/azure-pip-name";

const publicAddressesSchema = z.record(z.string(), z.looseObject({ address: z.string(), fqdn: z.string().optional() }));

export interface LoadBalancerAddress {
  readonly address: string;
  /** What the cloud writes into status.loadBalancer.ingress. */
  readonly ingress: { readonly hostname: string } | { readonly ip: string };
  /** A name to register for the address. */
  readonly hostname?: string;
  /** Key of the allocation, to release; none for an address that belongs to an Azure public IP. */
  readonly allocation?: string;
}

/**
 * Address of a LoadBalancer service as its cloud would give it: AWS a name, Azure an address, that of the public IP which
 * the annotation names. Throws when that public IP does not exist (yet).
 */
export async function loadBalancerAddress(
  context: { readonly network: Network; readonly store: Store },
  cluster: { readonly cloud: Cloud; readonly name: string },
  service: Service,
): Promise<LoadBalancerAddress> {
  const publicAddress = service.metadata.annotations?.[publicAddressAnnotation];
  if (cluster.cloud === "azure" && publicAddress !== undefined) {
    const all = publicAddressesSchema.parse(await context.store.read<unknown>("azure-public-ips", {}));
    const found = all[publicAddress];
    if (found === undefined) {
      const known = Object.keys(all).join(", ") || "none";
      throw new Error(
        `annotation ${publicAddressAnnotation}: there is no public IP address "${publicAddress}"; there are: ${known}`,
      );
    }
    return { address: found.address, ingress: { ip: found.address } };
  }
  const allocation = `lb:${cluster.name}/${keyOf(service)}`;
  const address = await context.network.allocate(cluster.cloud, allocation);
  if (cluster.cloud !== "aws") return { address, ingress: { ip: address }, allocation };
  const hostname = awsHostname(cluster.name, service);
  return { address, ingress: { hostname }, hostname, allocation };
}

/** `<name>-<hash>.elb.<region>.amazonaws.com`; the same service of the same cluster always has the same name. */
export function awsHostname(cluster: string, service: Service): string {
  const hash = createHash("sha256")
    .update(`${cluster}/${keyOf(service)}`)
    .digest("hex")
    .slice(0, 12);
  return `${service.metadata.name.slice(0, 40)}-${hash}.elb.${awsRegion}.amazonaws.com`;
}
