import { z } from "zod";
import type { PluginSpec } from "../plugin-host.ts";
import type { ArmClient } from "./arm-client.ts";

const clusterArgs = z.looseObject({ resourceGroupName: z.string(), resourceName: z.string() });
const namedArgs = z.looseObject({ resourceGroupName: z.string(), name: z.string() });
const registryArgs = z.looseObject({ resourceGroupName: z.string(), registryName: z.string() });
const workspaceArgs = z.looseObject({ resourceGroupName: z.string(), workspaceName: z.string() });
const accountArgs = z.looseObject({ resourceGroupName: z.string(), accountName: z.string() });

const clusterCredential =
  (action: string): PluginSpec<ArmClient>["functions"][string] =>
  async (arm, args, { signal }) => {
    const { resourceGroupName, resourceName } = clusterArgs.parse(args);
    const id = `${group(arm, resourceGroupName)}/providers/Microsoft.ContainerService/managedClusters/${resourceName}`;
    return arm.post(id, "2025-09-01", action, signal);
  };

export const functions: PluginSpec<ArmClient>["functions"] = {
  "azure-native:containerservice:listManagedClusterUserCredentials": clusterCredential("listClusterUserCredential"),
  "azure-native:containerservice:listManagedClusterAdminCredentials": clusterCredential("listClusterAdminCredential"),
  async "azure-native:storage:listStorageAccountKeys"(arm, args, { signal }) {
    const { resourceGroupName, accountName } = accountArgs.parse(args);
    const id = `${group(arm, resourceGroupName)}/providers/Microsoft.Storage/storageAccounts/${accountName}`;
    return arm.post(id, "2024-01-01", "listKeys", signal);
  },
  async "azure-native:web:listWebAppHostKeys"(arm, args, { signal }) {
    const { resourceGroupName, name } = namedArgs.parse(args);
    const id = `${group(arm, resourceGroupName)}/providers/Microsoft.Web/sites/${name}/host/default`;
    return arm.post(id, "2025-05-01", "listkeys", signal);
  },
  async "azure-native:containerregistry:listRegistryCredentials"(arm, args, { signal }) {
    const { resourceGroupName, registryName } = registryArgs.parse(args);
    const id = `${group(arm, resourceGroupName)}/providers/Microsoft.ContainerRegistry/registries/${registryName}`;
    return arm.post(id, "2024-11-01-preview", "listCredentials", signal);
  },
  async "azure-native:operationalinsights:getSharedKeys"(arm, args, { signal }) {
    const { resourceGroupName, workspaceName } = workspaceArgs.parse(args);
    const id = `${group(arm, resourceGroupName)}/providers/Microsoft.OperationalInsights/workspaces/${workspaceName}`;
    return arm.post(id, "2023-09-01", "sharedKeys", signal);
  },
  async "azure-native:authorization:getClientConfig"(arm, _args, { signal }) {
    const { appid, oid, tid } = await arm.claims(signal);
    return { clientId: appid, objectId: oid, tenantId: tid, subscriptionId: arm.settings.subscriptionId };
  },
};

function group(arm: ArmClient, name: string): string {
  return `/subscriptions/${arm.settings.subscriptionId}/resourceGroups/${name}`;
}
