import { group, here, id, inGroup, subscription, type TypeCase } from "./type-case.ts";

const net = id("Microsoft.Network/virtualNetworks/net");
const rule = {
  name: "old",
  enabled: true,
  type: "Lifecycle",
  definition: { actions: {}, filters: { blobTypes: ["blockBlob"] } },
};

/** Network, identities, storage and SQL: in an order in which each finds what it needs. */
export const foundationCases: readonly TypeCase[] = [
  {
    token: "network:NetworkSecurityGroup",
    inputs: { ...here, networkSecurityGroupName: "nsg", securityRules: [] },
    update: { tags: { a: "b" } },
    replace: { location: "northeurope" },
  },
  {
    token: "network:VirtualNetwork",
    inputs: { ...here, virtualNetworkName: "net", addressSpace: { addressPrefixes: ["10.1.0.0/16"] } },
  },
  {
    token: "network:Subnet",
    inputs: {
      ...inGroup,
      virtualNetworkName: "net",
      subnetName: "inner",
      addressPrefix: "10.1.1.0/24",
      serviceEndpoints: [{ service: "Microsoft.Sql" }],
    },
  },
  {
    token: "managedidentity:UserAssignedIdentity",
    inputs: { ...here, resourceName: "who" },
    update: { tags: { a: "b" } },
  },
  {
    token: "managedidentity:FederatedIdentityCredential",
    inputs: {
      ...inGroup,
      resourceName: "who",
      federatedIdentityCredentialResourceName: "pods",
      issuer: "https://issuer.example/",
      subject: "system:serviceaccount:shop:application",
      audiences: ["api://AzureADTokenExchange"],
    },
    update: { subject: "system:serviceaccount:shop:other" },
    replace: { resourceName: "other" },
  },
  {
    token: "authorization:RoleDefinition",
    inputs: {
      scope: group,
      roleDefinitionId: "11111111-2222-4333-8444-555555555555",
      roleName: "starter",
      roleType: "CustomRole",
      assignableScopes: [group],
      permissions: [{ actions: ["Microsoft.ContainerInstance/containerGroups/read"] }],
    },
    update: { description: "starts things" },
    replace: { roleDefinitionId: "11111111-2222-4333-8444-666666666666" },
    outputs: { roleType: "CustomRole" },
  },
  {
    token: "authorization:RoleAssignment",
    inputs: {
      scope: group,
      roleAssignmentName: "21111111-2222-4333-8444-555555555555",
      principalId: "31111111-2222-4333-8444-555555555555",
      principalType: "ServicePrincipal",
      roleDefinitionId: `${subscription}/providers/Microsoft.Authorization/roleDefinitions/11111111-2222-4333-8444-555555555555`,
    },
    replace: { principalId: "41111111-2222-4333-8444-555555555555" },
  },
  {
    token: "storage:StorageAccount",
    inputs: { ...here, accountName: "estatedata", kind: "StorageV2", sku: { name: "Standard_LRS" } },
  },
  {
    token: "storage:ManagementPolicy",
    inputs: { ...inGroup, accountName: "estatedata", managementPolicyName: "default", policy: { rules: [rule] } },
    update: { policy: { rules: [{ ...rule, name: "new" }] } },
    replace: { accountName: "other" },
  },
  {
    token: "storage:Table",
    inputs: { ...inGroup, accountName: "estatedata", tableName: "failoverstate" },
    replace: { tableName: "other" },
  },
  {
    token: "sql:Server",
    inputs: {
      ...here,
      serverName: "estate-sql",
      administratorLogin: "pilot",
      administratorLoginPassword: "Correct-Horse-9",
    },
    update: { minimalTlsVersion: "1.3" },
    replace: { administratorLogin: "other" },
    outputs: { fullyQualifiedDomainName: "estate-sql.database.windows.net", state: "Ready" },
    secrets: ["Correct-Horse-9"],
  },
  {
    token: "sql:Database",
    inputs: { ...here, serverName: "estate-sql", databaseName: "shop", sku: { name: "Basic", tier: "Basic" } },
    update: { sku: { name: "S0", tier: "Standard" } },
    replace: { collation: "Latin1_General_100_CI_AS" },
    outputs: { status: "Online", currentServiceObjectiveName: "Basic" },
  },
  {
    token: "sql:FirewallRule",
    inputs: {
      ...inGroup,
      serverName: "estate-sql",
      firewallRuleName: "me",
      startIpAddress: "1.2.3.4",
      endIpAddress: "1.2.3.4",
    },
    update: { endIpAddress: "1.2.3.9" },
    replace: { firewallRuleName: "you" },
  },
  {
    token: "sql:VirtualNetworkRule",
    inputs: {
      ...inGroup,
      serverName: "estate-sql",
      virtualNetworkRuleName: "pods",
      virtualNetworkSubnetId: `${net}/subnets/inner`,
    },
    update: { ignoreMissingVnetServiceEndpoint: true },
    replace: { virtualNetworkRuleName: "other" },
    outputs: { state: "Ready" },
  },
  {
    token: "privatedns:PrivateZone",
    inputs: { ...inGroup, privateZoneName: "privatelink.database.windows.net", location: "global" },
    update: { tags: { a: "b" } },
    replace: { privateZoneName: "privatelink.blob.core.windows.net" },
    outputs: { numberOfVirtualNetworkLinks: 0 },
  },
  {
    token: "privatedns:VirtualNetworkLink",
    inputs: {
      ...inGroup,
      privateZoneName: "privatelink.database.windows.net",
      virtualNetworkLinkName: "network",
      location: "global",
      registrationEnabled: false,
      virtualNetwork: { id: net },
    },
    update: { registrationEnabled: true },
    replace: { privateZoneName: "other.example" },
    outputs: { virtualNetworkLinkState: "Completed" },
  },
  {
    token: "network:PrivateEndpoint",
    inputs: {
      ...here,
      privateEndpointName: "sql-inside",
      subnet: { id: `${net}/subnets/inner` },
      privateLinkServiceConnections: [
        { name: "sql", privateLinkServiceId: id("Microsoft.Sql/servers/estate-sql"), groupIds: ["sqlServer"] },
      ],
    },
    update: { tags: { a: "b" } },
    replace: { subnet: { id: `${net}/subnets/other` } },
    outputs: { customDnsConfigs: [{ fqdn: "estate-sql.database.windows.net", ipAddresses: ["10.1.1.4"] }] },
  },
  {
    token: "network:PrivateDnsZoneGroup",
    inputs: {
      ...inGroup,
      privateEndpointName: "sql-inside",
      privateDnsZoneGroupName: "default",
      privateDnsZoneConfigs: [
        { name: "sql", privateDnsZoneId: id("Microsoft.Network/privateDnsZones/privatelink.database.windows.net") },
      ],
    },
    replace: { privateEndpointName: "other" },
  },
];
