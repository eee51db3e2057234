import { createHash } from "node:crypto";
import { baseName, boundedName, compactName, type Identity, shortHash } from "../naming.ts";

export interface AzureNames {
  /** 1-90 characters. */
  readonly resourceGroup: string;
  /** AKS: 1-63 characters, starts with a letter. */
  readonly cluster: string;
  /** AKS's own resource group for nodes and load balancers, at most 80 characters. */
  readonly nodeResourceGroup: string;
  readonly network: string;
  readonly publicIp: string;
  readonly egressIp: string;
  readonly identity: string;
  readonly profile: string;
  /** Flexible server: 3-63 lower-case letters, digits, hyphens; unique in Azure. */
  readonly database: (suffix: string) => string;
  /** Storage account: 3-24 lower-case letters and digits; unique in Azure. */
  readonly storageAccount: (suffix: string) => string;
  /** Key vault: 3-24 letters, digits, single hyphens; unique in Azure, and taken for days after deletion. */
  readonly vault: (suffix: string) => string;
}

/** Names that Azure sees. Pure: the same identity has the same names for ever. */
export function azureNames(identity: Identity): AzureNames {
  const base = baseName(identity);
  return {
    resourceGroup: `${base}-standby`,
    cluster: base,
    nodeResourceGroup: `${base}-standby-nodes`,
    network: `${base}-network`,
    publicIp: `${base}-public`,
    egressIp: `${base}-egress`,
    identity: `${base}-cluster`,
    profile: base,
    database: (suffix) => boundedName(base, suffix, 63),
    storageAccount: (suffix) => compactName(base, suffix, 24),
    vault: (suffix) => boundedName(base, suffix, 24),
  };
}

/**
 * First label of a DNS name that must be unique in Azure (Traffic Manager, public IP), at most 63 characters. It
 * follows from the public name, which is unique in the world, so that both stacks know it without asking each other.
 */
export function dnsLabel(identity: Identity, publicName: string): string {
  return boundedName(baseName(identity), shortHash(publicName), 63);
}

/** What the public name is a CNAME to. */
export function trafficManagerHost(identity: Identity, publicName: string): string {
  return `${dnsLabel(identity, publicName)}.trafficmanager.net`;
}

/** The same GUID for the same text; Azure wants one as the name of a role assignment. */
export function stableGuid(text: string): string {
  const hex = createHash("sha256").update(text).digest("hex");
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) % 4) + 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
