import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import { parseArmId } from "../arm/arm-id.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import { requireReference } from "./references.ts";
import { stableGuid } from "./stable-guid.ts";

const serversType = "Microsoft.Sql/servers";

const serverProperties = z.looseObject({
  administratorLogin: z
    .string()
    .regex(/^[A-Za-z_][\w.-]{0,127}$/, "must be 1-128 letters, digits and _.-, starting with a letter")
    .refine(
      (login) => !/^(admin|administrator|sa|root|dbmanager|loginmanager|dbo|guest|public)$/i.test(login),
      "is a reserved name",
    ),
  administratorLoginPassword: z
    .string()
    .min(8)
    .max(128)
    .refine(
      (password) => [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length >= 3,
      "needs three of: capitals, small letters, digits, others",
    ),
  version: z.literal("12.0").default("12.0"),
  minimalTlsVersion: z.enum(["None", "1.0", "1.1", "1.2", "1.3"]).default("1.2"),
  publicNetworkAccess: z.enum(["Enabled", "Disabled", "SecuredByPerimeter"]).default("Enabled"),
  restrictOutboundNetworkAccess: z.enum(["Enabled", "Disabled"]).default("Disabled"),
});

const address = z.ipv4("must be an IPv4 address");
const databaseTop = z.looseObject({
  sku: z
    .looseObject({ name: z.string(), tier: z.string().optional(), capacity: z.number().optional() })
    .default({ name: "GP_Gen5_2", tier: "GeneralPurpose", capacity: 2 }),
});
const databaseProperties = z.looseObject({
  collation: z.string().default("SQL_Latin1_General_CP1_CI_AS"),
  catalogCollation: z.string().default("SQL_Latin1_General_CP1_CI_AS"),
  maxSizeBytes: z.number().int().default(34_359_738_368),
  zoneRedundant: z.boolean().default(false),
  readScale: z.enum(["Enabled", "Disabled"]).default("Disabled"),
  requestedBackupStorageRedundancy: z.enum(["Geo", "Local", "Zone", "GeoZone"]).default("Geo"),
  isLedgerOn: z.boolean().default(false),
  createMode: z.enum(["Default"], "the sandbox makes new databases only").optional(),
});

/**
 * Azure SQL, as state only: the sandbox has no SQL Server, so nothing answers at `fullyQualifiedDomainName` (its name does
 * not resolve) and a connection is refused.
 */
export const sqlServers: readonly ResourceType[] = [
  {
    type: serversType,
    name: {
      pattern: /^(?=.{1,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?$/,
      text: "1-63 lower-case letters, digits and -, none at the ends",
      code: "InvalidServerName",
    },
    location: "required",
    properties: serverProperties,
    secrets: ["administratorLoginPassword"],
    createOnly: ["administratorLogin"],
    long: true,
    stateless: true,
    check({ id }, around) {
      const taken = around
        .all(serversType)
        .find((record) => record.id.toLowerCase() !== id.key && parseArmId(record.id).name === id.name);
      if (taken === undefined) return;
      throw new ArmError(409, "ServerNameAlreadyExists", `The server name ${id.name} is already used by ${taken.id}.`);
    },
    async apply({ id, properties, top }) {
      return {
        top: { ...top, kind: "v12.0" },
        properties: {
          ...properties,
          fullyQualifiedDomainName: `${id.name}.database.windows.net`,
          state: "Ready",
          privateEndpointConnections: [],
          externalGovernanceStatus: "Disabled",
        },
      };
    },
  },
  {
    type: `${serversType}/databases`,
    name: {
      pattern: /^[^<>*%&:\\/?.\s][^<>*%&:\\/?]{0,126}[^<>*%&:\\/?.\s]$|^[^<>*%&:\\/?.\s]$/,
      text: "1-128 characters without <>*%&:\\/?",
    },
    location: "required",
    properties: databaseProperties,
    top: databaseTop,
    createOnly: ["collation", "catalogCollation", "isLedgerOn"],
    long: true,
    stateless: true,
    check({ id }) {
      if (!/^(master|model|msdb|tempdb)$/i.test(id.name)) return;
      throw new ArmError(400, "InvalidDatabaseName", `The database name '${id.name}' is reserved.`);
    },
    async apply({ id, properties, top, previous }) {
      const { createMode: _, ...kept } = properties;
      const { sku } = databaseTop.parse(top);
      return {
        top: { ...top, sku, kind: "v12.0,user" },
        properties: {
          ...kept,
          status: "Online",
          databaseId: stableGuid(`database ${id.key}`),
          creationDate: previous?.properties.creationDate ?? new Date().toISOString(),
          currentServiceObjectiveName: sku.name,
          requestedServiceObjectiveName: sku.name,
          currentSku: sku,
          currentBackupStorageRedundancy: kept.requestedBackupStorageRedundancy,
          defaultSecondaryLocation: "northeurope",
          isInfraEncryptionEnabled: false,
        },
      };
    },
  },
  {
    type: `${serversType}/firewallRules`,
    name: { pattern: /^[^<>*%&:;\\/?.]{1,128}$/, text: "1-128 characters without <>*%&:;\\/?." },
    location: "none",
    properties: z.looseObject({ startIpAddress: address, endIpAddress: address }),
    stateless: true,
    check({ properties }) {
      const [start, end] = [properties.startIpAddress, properties.endIpAddress].map(toNumber);
      if ((start ?? 0) <= (end ?? 0)) return;
      throw new ArmError(400, "InvalidStartIPAddress", "'startIpAddress' is behind 'endIpAddress'.");
    },
  },
  {
    type: `${serversType}/virtualNetworkRules`,
    name: { pattern: /^[A-Za-z][-\w]{0,127}$/, text: "1-128 letters, digits, - and _, starting with a letter" },
    location: "none",
    properties: z.looseObject({
      virtualNetworkSubnetId: z.string(),
      ignoreMissingVnetServiceEndpoint: z.boolean().default(false),
    }),
    stateless: true,
    check({ id, properties }, around) {
      const subnet = requireReference(String(properties.virtualNetworkSubnetId), id.id, around);
      const endpoints = endpointsSchema.parse(subnet.properties).serviceEndpoints.map(({ service }) => service);
      if (properties.ignoreMissingVnetServiceEndpoint === true || endpoints.includes("Microsoft.Sql")) return;
      const text = `Subnet '${subnet.id}' has no service endpoint 'Microsoft.Sql'; add it or set 'ignoreMissingVnetServiceEndpoint'.`;
      throw new ArmError(400, "VirtualNetworkRuleBadRequest", text);
    },
    async apply({ properties }) {
      return { properties: { ...properties, state: "Ready" } };
    },
  },
];

const endpointsSchema = z.looseObject({
  serviceEndpoints: z.array(z.looseObject({ service: z.string() })).default([]),
});

function toNumber(text: unknown): number {
  return String(text)
    .split(".")
    .reduce((sum, part) => sum * 256 + Number(part), 0);
}
