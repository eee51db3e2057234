import { createHash } from "node:crypto";
import { baseName, boundedName, compactName, type Identity, shortHash } from "../naming.ts";

/** Names of everything that an environment has in Azure. `suffix` is six lower-case letters and digits. */
export interface AzureNames {
  /** 1-90 characters. */
  readonly resourceGroup: string;
  /** AKS: 1-63 characters, starts with a letter. */
  readonly cluster: string;
  /** AKS's own resource group for nodes and load balancers, at most 80 characters. */
  readonly nodeResourceGroup: string;
  /** Virtual network, 2-64 characters. */
  readonly network: string;
  /** What the names of private endpoints begin with (2-64 characters with the service). */
  readonly privateEndpoints: string;
  /** Address that users reach, at most 80 characters. */
  readonly publicIp: string;
  /** Address that the cluster leaves from, at most 80 characters. */
  readonly egressIp: string;
  /** Managed identity of the cluster, 3-128 characters. */
  readonly identity: string;
  /** Managed identity of the cluster's nodes, which pull images. */
  readonly nodeIdentity: string;
  /** Managed identity of the application. */
  readonly applicationIdentity: string;
  /** Managed identity of a helper (a script, the functions), 3-128 characters. */
  readonly helperIdentity: (helper: string) => string;
  /** Traffic Manager profile, 1-63 characters. */
  readonly profile: string;
  /** Front Door profile, 1-64 characters here; the endpoint's host carries a hash of Azure's own. */
  readonly frontDoor: string;
  /** Front Door endpoint, 2-46 letters, digits, hyphens. */
  readonly frontDoorEndpoint: string;
  /** Container group, 1-63 lower-case letters, digits, single hyphens. */
  readonly containerGroup: string;
  /** Deployment script, at most 90 characters. */
  readonly script: (purpose: string) => string;
  /** Log Analytics workspace, 4-63 letters, digits, hyphens. */
  readonly workspace: string;
  /** Action group of the alerts, at most 260 characters. */
  readonly actionGroup: string;
  /** What a text message says the alert is from, at most 12 characters. */
  readonly actionGroupShort: string;
  /** App Service plan of the decision functions, 1-40 letters, digits, hyphens. */
  readonly functionsPlan: string;
  /** Logic App, 1-43 letters, digits, hyphens. */
  readonly workflow: string;
  /** Flexible server: 3-63 lower-case letters, digits, hyphens; unique in Azure. */
  readonly database: (suffix: string) => string;
  /** Storage account: 3-24 lower-case letters and digits; unique in Azure. */
  readonly storageAccount: (suffix: string) => string;
  /** Azure SQL server: 1-63 lower-case letters, digits, hyphens; unique in Azure. */
  readonly sqlServer: (suffix: string) => string;
  /** Container registry: 5-50 letters and digits; unique in Azure. */
  readonly registry: (suffix: string) => string;
  /** Function App: 2-60 letters, digits, hyphens, of which Functions' host id takes 32; unique in Azure. */
  readonly functionApp: (suffix: string) => string;
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
    privateEndpoints: base,
    publicIp: `${base}-public`,
    egressIp: `${base}-egress`,
    identity: `${base}-cluster`,
    nodeIdentity: `${base}-nodes`,
    applicationIdentity: `${base}-application`,
    helperIdentity: (helper) => boundedName(base, helper, 128),
    profile: base,
    frontDoor: base,
    frontDoorEndpoint: boundedName(base, "web", 46),
    containerGroup: boundedName(base, "application", 63),
    script: (purpose) => boundedName(base, purpose, 90),
    workspace: boundedName(base, "logs", 63),
    actionGroup: `${base}-driver`,
    actionGroupShort: compactName(base, "", 12),
    functionsPlan: boundedName(base, "plan", 40),
    workflow: boundedName(base, "watch", 43),
    database: (suffix) => boundedName(base, suffix, 63),
    storageAccount: (suffix) => compactName(base, suffix, 24),
    sqlServer: (suffix) => boundedName(base, suffix, 63),
    registry: (suffix) => compactName(base, suffix, 50),
    functionApp: (suffix) => boundedName(base, suffix, 32),
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
