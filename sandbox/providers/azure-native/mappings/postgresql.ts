import type { TypeMapping } from "../type-mapping.ts";

const apiVersion = "2025-08-01";
const server = "Microsoft.DBforPostgreSQL/flexibleServers/{serverName}";

export const postgresqlMappings: readonly TypeMapping[] = [
  {
    token: "azure-native:dbforpostgresql:Server",
    path: server,
    apiVersion,
    inputs: {
      text: [
        "administratorLogin",
        "administratorLoginPassword",
        "availabilityZone",
        "createMode",
        "location",
        "pointInTimeUTC",
        "replicationRole",
        "sourceServerResourceId",
        "version",
      ],
      object: [
        "authConfig",
        "backup",
        "cluster",
        "dataEncryption",
        "highAvailability",
        "identity",
        "maintenanceWindow",
        "network",
        "replica",
        "sku",
        "storage",
        "tags",
      ],
    },
    top: ["identity", "location", "sku", "tags"],
    replace: ["administratorLogin", "createMode", "pointInTimeUTC", "sourceServerResourceId"],
  },
  {
    token: "azure-native:dbforpostgresql:Database",
    path: `${server}/databases/{databaseName}`,
    apiVersion,
    inputs: { text: ["charset", "collation"] },
    top: [],
    replace: ["charset", "collation"],
    autoName: "copy",
  },
  {
    token: "azure-native:dbforpostgresql:Configuration",
    path: `${server}/configurations/{configurationName}`,
    apiVersion,
    inputs: { text: ["source", "value"] },
    top: [],
    autoName: "copy",
    reset: { properties: { source: "system-default" } },
  },
  {
    token: "azure-native:dbforpostgresql:FirewallRule",
    path: `${server}/firewallRules/{firewallRuleName}`,
    apiVersion,
    inputs: { text: ["endIpAddress", "startIpAddress"] },
    required: ["endIpAddress", "startIpAddress"],
    top: [],
    autoName: "copy",
  },
];
