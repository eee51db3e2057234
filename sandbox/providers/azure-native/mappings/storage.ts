import type { TypeMapping } from "../type-mapping.ts";

const apiVersion = "2024-01-01";
const account = "Microsoft.Storage/storageAccounts/{accountName}";

export const storageMappings: readonly TypeMapping[] = [
  {
    token: "azure-native:storage:StorageAccount",
    path: account,
    apiVersion,
    inputs: {
      text: [
        "accessTier",
        "allowedCopyScope",
        "dnsEndpointType",
        "kind",
        "largeFileSharesState",
        "location",
        "minimumTlsVersion",
        "publicNetworkAccess",
      ],
      flag: [
        "allowBlobPublicAccess",
        "allowCrossTenantReplication",
        "allowSharedKeyAccess",
        "defaultToOAuthAuthentication",
        "enableExtendedGroups",
        "enableHttpsTrafficOnly",
        "enableNfsV3",
        "isHnsEnabled",
        "isLocalUserEnabled",
        "isSftpEnabled",
      ],
      object: [
        "azureFilesIdentityBasedAuthentication",
        "customDomain",
        "encryption",
        "extendedLocation",
        "identity",
        "immutableStorageWithVersioning",
        "keyPolicy",
        "networkRuleSet",
        "routingPreference",
        "sasPolicy",
        "sku",
        "tags",
      ],
    },
    required: ["kind", "sku"],
    top: ["extendedLocation", "identity", "kind", "location", "sku", "tags"],
    renames: {
      enableHttpsTrafficOnly: "supportsHttpsTrafficOnly",
      enableNfsV3: "isNfsV3Enabled",
      networkRuleSet: "networkAcls",
    },
    replace: ["isHnsEnabled", "kind"],
  },
  {
    token: "azure-native:storage:BlobServiceProperties",
    path: `${account}/blobServices/{blobServicesName}`,
    apiVersion,
    inputs: {
      text: ["defaultServiceVersion"],
      flag: ["automaticSnapshotPolicyEnabled", "isVersioningEnabled"],
      object: [
        "changeFeed",
        "containerDeleteRetentionPolicy",
        "cors",
        "deleteRetentionPolicy",
        "lastAccessTimeTrackingPolicy",
        "restorePolicy",
      ],
    },
    top: [],
    autoName: { fixed: "default" },
    reset: { properties: { cors: { corsRules: [] }, deleteRetentionPolicy: { enabled: false } } },
  },
  {
    token: "azure-native:storage:BlobContainer",
    path: `${account}/blobServices/default/containers/{containerName}`,
    apiVersion,
    inputs: {
      text: ["defaultEncryptionScope", "publicAccess"],
      flag: ["denyEncryptionScopeOverride", "enableNfsV3AllSquash", "enableNfsV3RootSquash"],
      object: ["immutableStorageWithVersioning", "metadata"],
    },
    top: [],
    autoName: "copy",
  },
  {
    token: "azure-native:storage:Table",
    path: `${account}/tableServices/default/tables/{tableName}`,
    apiVersion,
    inputs: { list: ["signedIdentifiers"] },
    top: [],
    autoName: "copy",
  },
];
