/** Blocks inside the cluster, which no network of either site may overlap (stacks/config-relations.ts checks it). */
export const POD_CIDR = "10.244.0.0/16";
/** Addresses of Services. */
export const SERVICE_CIDR = "172.16.0.0/16";
/** The cluster's name server, inside `SERVICE_CIDR`. */
export const DNS_SERVICE_IP = "172.16.0.10";
