import type { KubernetesService, PostgresService, SandboxContext } from "../supervisor/contracts.ts";
import type { ResourceType } from "./arm/resource-type.ts";
import type { Azurite } from "./storage/azurite.ts";
import { StorageData } from "./storage/storage-data.ts";
import type { TrafficManager } from "./traffic-manager/traffic-manager.ts";
import { flexibleServerChildren } from "./types/flexible-server-children.ts";
import { flexibleServers } from "./types/flexible-servers.ts";
import { vaultSecrets, vaults } from "./types/key-vaults.ts";
import { managedClusters } from "./types/managed-clusters.ts";
import { networkSecurityGroups } from "./types/network-security-groups.ts";
import { publicIpAddresses } from "./types/public-ip-addresses.ts";
import { resourceGroups } from "./types/resource-groups.ts";
import { roleAssignments } from "./types/role-assignments.ts";
import { storageAccounts } from "./types/storage-accounts.ts";
import { storageContents, storageServices } from "./types/storage-services.ts";
import { trafficManagerEndpoints, trafficManagerProfiles } from "./types/traffic-manager-profiles.ts";
import { userAssignedIdentities } from "./types/user-assigned-identities.ts";
import { subnets, virtualNetworks } from "./types/virtual-networks.ts";
import { workspaces } from "./types/workspaces.ts";

export interface ResourceTypeParts {
  readonly context: SandboxContext;
  readonly postgres: PostgresService;
  readonly kubernetes: KubernetesService;
  readonly azurite: Azurite;
  readonly traffic: TrafficManager;
}

/** Every type that the sandbox's Azure has; any other is `InvalidResourceType`. */
export function resourceTypes(parts: ResourceTypeParts): readonly ResourceType[] {
  return [
    resourceGroups,
    virtualNetworks,
    subnets,
    networkSecurityGroups,
    publicIpAddresses(parts.context),
    trafficManagerProfiles(parts.traffic),
    trafficManagerEndpoints(parts.traffic),
    managedClusters(parts.context, parts.kubernetes),
    flexibleServers(parts.postgres),
    ...flexibleServerChildren(parts.postgres),
    storageAccounts(parts.context, parts.azurite),
    ...storageServices,
    ...storageContents(new StorageData(parts.azurite)),
    vaults,
    vaultSecrets,
    roleAssignments,
    userAssignedIdentities,
    workspaces,
  ];
}
