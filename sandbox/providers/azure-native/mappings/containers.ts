import type { TypeMapping } from "../type-mapping.ts";

export const containerMappings: readonly TypeMapping[] = [
  {
    token: "azure-native:containerregistry:Registry",
    path: "Microsoft.ContainerRegistry/registries/{registryName}",
    apiVersion: "2023-01-01-preview",
    inputs: {
      text: ["location", "networkRuleBypassOptions", "publicNetworkAccess", "zoneRedundancy"],
      flag: ["adminUserEnabled", "anonymousPullEnabled", "dataEndpointEnabled"],
      object: ["encryption", "identity", "networkRuleSet", "policies", "sku", "tags"],
    },
    required: ["sku"],
    top: ["identity", "location", "sku", "tags"],
  },
  {
    token: "azure-native:containerinstance:ContainerGroup",
    path: "Microsoft.ContainerInstance/containerGroups/{containerGroupName}",
    apiVersion: "2024-05-01-preview",
    inputs: {
      text: ["location", "osType", "priority", "restartPolicy", "sku"],
      object: [
        "confidentialComputeProperties",
        "containerGroupProfile",
        "diagnostics",
        "dnsConfig",
        "encryptionProperties",
        "identity",
        "ipAddress",
        "standbyPoolProfile",
        "tags",
      ],
      list: ["containers", "extensions", "imageRegistryCredentials", "initContainers", "subnetIds", "volumes", "zones"],
    },
    required: ["containers"],
    top: ["identity", "location", "tags", "zones"],
    children: ["containers", "extensions", "initContainers"],
    computed: ["ipAddress.fqdn", "ipAddress.ip"],
  },
  {
    token: "azure-native:resources:AzureCliScript",
    path: "Microsoft.Resources/deploymentScripts/{scriptName}",
    apiVersion: "2023-08-01",
    inputs: {
      text: [
        "arguments",
        "azCliVersion",
        "cleanupPreference",
        "forceUpdateTag",
        "kind",
        "location",
        "primaryScriptUri",
        "retentionInterval",
        "scriptContent",
        "timeout",
      ],
      object: ["containerSettings", "identity", "storageAccountSettings", "tags"],
      list: ["environmentVariables", "supportingScriptUris"],
    },
    required: ["azCliVersion", "retentionInterval"],
    top: ["identity", "kind", "location", "tags"],
  },
];
