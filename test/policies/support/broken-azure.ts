import type { Broken } from "./broken.ts";
import { add, addLike, remove, set } from "./mutate.ts";

const server = { type: "azure-native:dbforpostgresql:Server" };
// Of a rule set and of a site's config the SDK makes the whole unknown while one value in them is, so that only the update could
// judge it: they are replaced, not changed.
const account = { type: "azure-native:storage:StorageAccount" };
const blobs = { type: "azure-native:storage:BlobServiceProperties" };
const vault = { type: "azure-native:keyvault:Vault" };
const cluster = { type: "azure-native:containerservice:ManagedCluster" };
const group = { type: "azure-native:containerinstance:ContainerGroup" };
const app = { type: "azure-native:web:WebApp" };
const setting = { type: "azure-native:dbforpostgresql:Configuration", name: "database-max-worker-processes" };
const stack = "cloudphoenix-standby-lit";

export const BROKEN_AZURE: readonly Broken[] = [
  {
    rule: "azure-database-backups",
    stack,
    mutation: set(server, "backup.backupRetentionDays", 3),
    resource: "database-server",
    messages: ["backup.backupRetentionDays: 3; right would be: 7 days or more"],
  },
  {
    rule: "azure-database-not-public",
    stack,
    first: set(server, "network.publicNetworkAccess", "Disabled"),
    mutation: set(server, "network.publicNetworkAccess", "Enabled"),
    resource: "database-server",
    messages: ["network.publicNetworkAccess: Enabled; right would be: Disabled"],
  },
  {
    rule: "azure-database-firewall-narrow",
    stack,
    mutation: set(
      { type: "azure-native:dbforpostgresql:FirewallRule", name: "database-allowed-203-0-113-0-28" },
      "startIpAddress",
      "1.0.0.0",
    ),
    resource: "database-allowed-203-0-113-0-28",
    messages: [
      "startIpAddress 1.0.0.0, endIpAddress 203.0.113.15: 3389026576 addresses; right would be: 65536 addresses or fewer",
    ],
  },
  {
    rule: "azure-database-tls",
    stack,
    mutation: addLike(setting, "database-plain", { configurationName: "require_secure_transport", value: "OFF" }),
    resource: "database-plain",
    messages: ["require_secure_transport: off; right would be: on"],
  },
  {
    rule: "azure-storage-https",
    stack,
    mutation: set(account, "enableHttpsTrafficOnly", false),
    resource: "objects-account",
    messages: ["enableHttpsTrafficOnly: false; right would be: true"],
  },
  {
    rule: "azure-storage-tls",
    stack,
    mutation: set(account, "minimumTlsVersion", "TLS1_0"),
    resource: "objects-account",
    messages: ["minimumTlsVersion: TLS1_0; right would be: TLS1_2"],
  },
  {
    rule: "azure-storage-not-public",
    stack,
    mutation: set({ type: "azure-native:storage:BlobContainer" }, "publicAccess", "Blob"),
    resource: "objects-container",
    messages: ["publicAccess: Blob; right would be: None"],
  },
  {
    rule: "azure-storage-firewall",
    stack,
    mutation: set(account, "networkRuleSet", { defaultAction: "Allow" }),
    resource: "objects-account",
    messages: ["networkRuleSet.defaultAction: Allow; right would be: Deny"],
  },
  {
    rule: "azure-storage-versioned",
    stack,
    mutation: set(blobs, "isVersioningEnabled", false),
    resource: "objects-account",
    messages: ["it has no BlobServiceProperties with isVersioningEnabled"],
  },
  {
    rule: "azure-storage-recoverable",
    stack,
    mutation: set(blobs, "deleteRetentionPolicy.enabled", false),
    resource: "objects-account",
    messages: ["it has no BlobServiceProperties that keep what is deleted for 7 days"],
  },
  {
    rule: "azure-storage-lifecycle",
    stack,
    mutation: remove({ type: "azure-native:storage:ManagementPolicy" }),
    resource: "objects-account",
    messages: ["it has no ManagementPolicy with an enabled rule"],
  },
  {
    rule: "azure-vault-purge-protected",
    stack,
    mutation: set(vault, "properties.enablePurgeProtection", undefined),
    resource: "vault-vault",
    messages: ["properties.enablePurgeProtection is not set; right would be: true"],
  },
  {
    rule: "azure-vault-rbac",
    stack,
    mutation: set(vault, "properties.enableRbacAuthorization", false),
    resource: "vault-vault",
    messages: ["properties.enableRbacAuthorization: false; right would be: true"],
  },
  {
    rule: "azure-vault-recoverable",
    stack,
    mutation: set(vault, "properties.enableSoftDelete", false),
    resource: "vault-vault",
    messages: ["properties.enableSoftDelete: false; right would be: true"],
  },
  {
    rule: "azure-ingress-narrow",
    stack,
    mutation: set(
      { type: "azure-native:network:NetworkSecurityGroup", name: "network-private-security" },
      "securityRules.0.sourceAddressPrefix",
      "*",
    ),
    resource: "network-private-security",
    messages: ["network: port * open to everybody; right would be: only 443 for everybody"],
  },
  {
    rule: "azure-subnet-guarded",
    stack,
    mutation: set({ type: "azure-native:network:VirtualNetwork" }, "subnets.1.networkSecurityGroup", undefined),
    resource: "network-vnet",
    messages: ["subnets.private.networkSecurityGroup is not set; right would be: a security group"],
  },
  {
    rule: "azure-private-endpoints",
    stack,
    mutation: remove({ type: "azure-native:network:PrivateEndpoint", name: "private-vault-endpoint" }),
    resource: "vault-vault",
    messages: ["it has no PrivateEndpoint"],
  },
  {
    rule: "azure-cluster-endpoint-narrow",
    stack,
    mutation: set(cluster, "apiServerAccessProfile", undefined),
    resource: "cluster-cluster",
    messages: [
      "apiServerAccessProfile.authorizedIPRanges is not set; right would be: the networks of those who operate it",
    ],
  },
  {
    rule: "azure-cluster-rbac",
    stack,
    mutation: set(cluster, "enableRBAC", false),
    resource: "cluster-cluster",
    messages: ["enableRBAC: false; right would be: true"],
  },
  {
    rule: "azure-cluster-patched",
    stack,
    mutation: set(cluster, "autoUpgradeProfile", undefined),
    resource: "cluster-cluster",
    messages: ["autoUpgradeProfile.upgradeChannel is not set; right would be: patch, or a later channel"],
  },
  {
    rule: "azure-cluster-version",
    stack,
    mutation: set(cluster, "kubernetesVersion", "1.33"),
    resource: "cluster-cluster",
    messages: [
      "kubernetesVersion: 1.33, whose support ends on 2026-06-30; right would be: a version with 60 days of support or more (components/kubernetes-versions.ts)",
    ],
  },
  {
    rule: "azure-container-secrets",
    stack: "myca-standby",
    mutation: set(group, "containers.0.environmentVariables.0", { name: "DATABASE_PASSWORD", value: "open-sesame" }),
    resource: "containers-group",
    messages: [
      "containers.mas-orchestrator.environmentVariables.DATABASE_PASSWORD: a secret; right would be: a file in a secret volume",
    ],
  },
  {
    rule: "azure-container-probes",
    stack: "myca-standby",
    mutation: set(group, "containers.0.livenessProbe", undefined),
    resource: "containers-group",
    messages: ["containers.mas-orchestrator.livenessProbe is not set; right would be: a probe"],
  },
  {
    rule: "azure-container-identity",
    stack: "myca-standby",
    mutation: set(group, "identity", undefined),
    resource: "containers-group",
    messages: ["identity.type is not set; right would be: UserAssigned"],
  },
  {
    rule: "azure-registry-closed",
    stack: "myca-standby",
    mutation: set({ type: "azure-native:containerregistry:Registry" }, "adminUserEnabled", true),
    resource: "registry-registry",
    messages: ["adminUserEnabled: true; right would be: false"],
  },
  {
    rule: "azure-functions-https",
    stack: "devoteam-standby",
    mutation: set(app, "httpsOnly", false),
    resource: "functions-app",
    messages: ["httpsOnly: false; right would be: true"],
  },
  {
    rule: "azure-functions-tls",
    stack: "devoteam-standby",
    mutation: set(app, "siteConfig", { minTlsVersion: "1.0", ftpsState: "Disabled" }),
    resource: "functions-app",
    messages: ["siteConfig.minTlsVersion: 1.0; right would be: 1.2 or 1.3"],
  },
  {
    rule: "azure-entrance-https",
    stack: "myca-standby",
    mutation: set({ type: "azure-native:cdn:Route" }, "httpsRedirect", "Disabled"),
    resource: "traffic-route",
    messages: ["httpsRedirect: Disabled; right would be: Enabled"],
  },
  {
    rule: "azure-rights-narrow",
    stack: "myca-standby",
    mutation: set(
      { type: "azure-native:authorization:RoleDefinition", name: "images-importer-role" },
      "permissions.0.actions",
      ["*"],
    ),
    resource: "images-importer-role",
    messages: ['permissions: "*"; right would be: named actions'],
  },
  {
    rule: "azure-logs",
    stack,
    mutation: remove({ type: "azure-native:monitor:DiagnosticSetting", name: "diagnostics-vault" }),
    resource: "vault-vault",
    messages: ["it has no DiagnosticSetting with logs"],
  },
  {
    rule: "azure-log-retention",
    stack,
    mutation: set({ type: "azure-native:operationalinsights:Workspace" }, "retentionInDays", 7),
    resource: "logs-workspace",
    messages: ["retentionInDays: 7; right would be: 30 or more"],
  },
  {
    rule: "azure-tags",
    stack,
    mutation: set(server, "tags", undefined),
    resource: "database-server",
    messages: [
      "tags without application, environment, site, managed-by; right would be: all of application, environment, site, managed-by",
    ],
  },
  {
    rule: "azure-namespace-closed",
    stack,
    mutation: remove({ type: "kubernetes:networking.k8s.io/v1:NetworkPolicy", name: "workload-deny" }),
    resource: "workload-namespace",
    messages: ["it has no NetworkPolicy that refuses what is not allowed"],
  },
  {
    rule: "azure-namespace-restricted",
    stack,
    mutation: addLike({ type: "kubernetes:core/v1:Namespace", name: "workload-namespace" }, "playground", {
      metadata: { name: "cloudphoenix", labels: {} },
    }),
    resource: "playground",
    messages: ["metadata.labels.pod-security.kubernetes.io/enforce is not set; right would be: restricted"],
  },
  {
    rule: "azure-ingress-narrow-together",
    withoutEngine: true,
    stack,
    mutation: ["4.0.0.0/6", "8.0.0.0/6"].flatMap((sourceAddressPrefix, index) =>
      add("azure-native:network:SecurityRule", `half-${index}`, {
        resourceGroupName: "another",
        networkSecurityGroupName: "another",
        priority: 100 + index,
        access: "Allow",
        direction: "Inbound",
        protocol: "Tcp",
        sourceAddressPrefix,
        sourcePortRange: "*",
        destinationAddressPrefix: "*",
        destinationPortRange: "22",
      }),
    ),
    resource: "half-0",
    messages: ["port 22 open to 4.0.0.0/6, 8.0.0.0/6; right would be: only 443 for everybody"],
  },
  {
    rule: "azure-types-judged",
    withoutEngine: true,
    stack,
    mutation: add("azure-native:cosmosdb:DatabaseAccount", "orders", {
      resourceGroupName: "another",
      databaseAccountOfferType: "Standard",
      locations: [{ locationName: "westeurope" }],
    }),
    resource: "orders",
    messages: [
      "not judged: azure-native:cosmosdb:DatabaseAccount is a database, and no rule of this pack reads that type",
    ],
  },
];
