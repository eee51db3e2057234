import type { KubernetesService, PostgresService, SandboxContext } from "../contracts/contracts.ts";
import type { ResourceType } from "./arm/resource-type.ts";
import type { Capacity } from "./capacity.ts";
import type { ContainerGroups } from "./containers/container-groups.ts";
import type { FrontDoor } from "./front-door/front-door.ts";
import type { ImageStore } from "./registry/image-store.ts";
import type { ScriptRunner } from "./scripts/script-runner.ts";
import type { Azurite } from "./storage/azurite.ts";
import { StorageData } from "./storage/storage-data.ts";
import type { TrafficManager } from "./traffic-manager/traffic-manager.ts";
import { containerGroups } from "./types/container-groups.ts";
import { containerRegistries } from "./types/container-registries.ts";
import { deploymentScripts } from "./types/deployment-scripts.ts";
import { federatedCredentials } from "./types/federated-credentials.ts";
import { flexibleServerChildren } from "./types/flexible-server-children.ts";
import { flexibleServers } from "./types/flexible-servers.ts";
import { frontDoor } from "./types/front-door.ts";
import { vaultSecrets, vaults } from "./types/key-vaults.ts";
import { managedClusters } from "./types/managed-clusters.ts";
import { monitorTypes } from "./types/monitor.ts";
import { networkSecurityGroups } from "./types/network-security-groups.ts";
import { privateDnsZones, virtualNetworkLinks } from "./types/private-dns-zones.ts";
import { privateDnsZoneGroups, privateEndpoints } from "./types/private-endpoints.ts";
import { publicIpAddresses } from "./types/public-ip-addresses.ts";
import { resourceGroups } from "./types/resource-groups.ts";
import { roleAssignments } from "./types/role-assignments.ts";
import { roleDefinitions } from "./types/role-definitions.ts";
import { sqlServers } from "./types/sql-servers.ts";
import { storageAccounts } from "./types/storage-accounts.ts";
import { storageContents, storageServices } from "./types/storage-services.ts";
import { trafficManagerEndpoints, trafficManagerProfiles } from "./types/traffic-manager-profiles.ts";
import { userAssignedIdentities } from "./types/user-assigned-identities.ts";
import { subnets, virtualNetworks } from "./types/virtual-networks.ts";
import { webTypes } from "./types/web-sites.ts";
import { workflows } from "./types/workflows.ts";
import { workspaces } from "./types/workspaces.ts";
import type { WorkloadIdentity } from "./workload-identity.ts";

export interface ResourceTypeParts {
  readonly context: SandboxContext;
  readonly postgres: PostgresService;
  readonly kubernetes: KubernetesService;
  readonly capacity: Capacity;
  readonly azurite: Azurite;
  readonly traffic: TrafficManager;
  readonly edge: FrontDoor;
  readonly images: ImageStore;
  readonly groups: ContainerGroups;
  readonly scripts: ScriptRunner;
  readonly identity: WorkloadIdentity;
}

/** Every type that the sandbox's Azure has; any other is `InvalidResourceType`. */
export function resourceTypes(parts: ResourceTypeParts): readonly ResourceType[] {
  return [
    resourceGroups,
    virtualNetworks,
    subnets,
    networkSecurityGroups,
    publicIpAddresses(parts.context),
    privateDnsZones,
    virtualNetworkLinks,
    privateEndpoints,
    privateDnsZoneGroups,
    trafficManagerProfiles(parts.traffic),
    trafficManagerEndpoints(parts.traffic),
    ...frontDoor(parts.edge),
    managedClusters(parts),
    flexibleServers(parts.postgres),
    ...flexibleServerChildren(parts.postgres),
    ...sqlServers,
    storageAccounts(parts.context, parts.azurite),
    ...storageServices,
    ...storageContents(new StorageData(parts.azurite)),
    vaults,
    vaultSecrets,
    roleAssignments,
    roleDefinitions,
    userAssignedIdentities,
    federatedCredentials,
    containerRegistries(parts.context, parts.images),
    containerGroups(parts),
    ...deploymentScripts(parts.scripts, parts.identity),
    ...webTypes,
    workflows,
    ...monitorTypes,
    workspaces,
  ];
}
