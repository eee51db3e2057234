import { randomBytes } from "node:crypto";
import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import { parseArmId } from "../arm/arm-id.ts";
import { isJson, type Json } from "../arm/json.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import { requireReference } from "./references.ts";
import { stableGuid } from "./stable-guid.ts";

const plansType = "Microsoft.Web/serverfarms";
const sitesType = "Microsoft.Web/sites";

const planTop = z.looseObject({
  kind: z.string().default("app"),
  sku: z
    .looseObject({ name: z.string(), tier: z.string().optional(), capacity: z.number().optional() })
    .default({ name: "F1", tier: "Free" }),
});
const planProperties = z.looseObject({
  reserved: z.boolean().default(false),
  perSiteScaling: z.boolean().default(false),
  elasticScaleEnabled: z.boolean().default(false),
  zoneRedundant: z.boolean().default(false),
  hyperV: z.boolean().default(false),
  isXenon: z.boolean().default(false),
  isSpot: z.boolean().default(false),
  maximumElasticWorkerCount: z.number().int().default(1),
  targetWorkerCount: z.number().int().default(0),
  targetWorkerSizeId: z.number().int().default(0),
});

const pair = z.looseObject({ name: z.string(), value: z.string().default("") });
const siteProperties = z
  .looseObject({
    serverFarmId: z.string().optional(),
    enabled: z.boolean().default(true),
    httpsOnly: z.boolean().default(false),
    reserved: z.boolean().default(false),
    clientAffinityEnabled: z.boolean().default(false),
    publicNetworkAccess: z.enum(["Enabled", "Disabled"]).default("Enabled"),
    siteConfig: z
      .looseObject({ appSettings: z.array(pair).optional(), connectionStrings: z.array(pair).optional() })
      .default({}),
    /** What Azure never shows with the site: settings hold connection strings and keys. */
    concealed: z.looseObject({ appSettings: z.array(pair).default([]) }).default({ appSettings: [] }),
  })
  .transform(({ siteConfig: { appSettings, connectionStrings: _, ...siteConfig }, concealed, ...rest }) => ({
    ...rest,
    siteConfig,
    concealed: { ...concealed, appSettings: appSettings ?? concealed.appSettings },
  }));

const siteTop = z.looseObject({ kind: z.string().default("app") });
const keySchema = z.looseObject({ masterKey: z.string(), functionKey: z.string() });

/**
 * App Service as state: plans, sites and Function Apps with their settings and keys. No code of a site runs in the sandbox,
 * so nothing answers at `defaultHostName`.
 */
export const webTypes: readonly ResourceType[] = [
  {
    type: plansType,
    name: { pattern: /^[A-Za-z0-9-]{1,60}$/, text: "1-60 letters, digits and -" },
    location: "required",
    properties: planProperties,
    top: planTop,
    async apply({ id, properties, top }) {
      return {
        top,
        properties: {
          ...properties,
          status: "Ready",
          geoRegion: top.location,
          resourceGroup: id.resourceGroup,
          subscription: id.subscription,
          maximumNumberOfWorkers: 10,
          numberOfWorkers: planTop.parse(top).sku.capacity ?? 1,
        },
      };
    },
    view: (id, _record, around) => ({
      numberOfSites: around
        .all(sitesType)
        .filter(({ properties }) => String(properties.serverFarmId).toLowerCase() === id.key).length,
    }),
    checkRemove(id, around) {
      const site = around
        .all(sitesType)
        .find(({ properties }) => String(properties.serverFarmId).toLowerCase() === id.key);
      if (site === undefined) return;
      throw new ArmError(409, "Conflict", `Server farm '${id.name}' cannot be deleted: it hosts ${site.id}.`);
    },
  },
  {
    type: sitesType,
    name: {
      pattern: /^[A-Za-z0-9]([A-Za-z0-9-]{0,58}[A-Za-z0-9])$/,
      text: "2-60 letters, digits and -, none at the ends",
    },
    location: "required",
    properties: siteProperties,
    top: siteTop,
    secrets: ["concealed", "keys"],
    stateless: true,
    check({ id, properties }, around) {
      const { serverFarmId } = properties;
      if (typeof serverFarmId === "string") requireReference(serverFarmId, id.id, around);
      const taken = around
        .all(sitesType)
        .find((record) => record.id.toLowerCase() !== id.key && parseArmId(record.id).name === id.name);
      if (taken === undefined) return;
      throw new ArmError(409, "Conflict", `Website with given name ${id.name} already exists: ${taken.id}.`);
    },
    async apply({ id, properties, top }, around) {
      const host = `${id.name.toLowerCase()}.azurewebsites.net`;
      const { keys } = around.secrets(id.key);
      return {
        top,
        properties: {
          ...properties,
          keys: keySchema.safeParse(keys).data ?? { masterKey: newKey(), functionKey: newKey() },
          state: "Running",
          usageState: "Normal",
          availabilityState: "Normal",
          resourceGroup: id.resourceGroup,
          repositorySiteName: id.name,
          sku: skuOf(properties, around.find(String(properties.serverFarmId).toLowerCase())?.top),
          defaultHostName: host,
          hostNames: [host],
          enabledHostNames: [host, host.replace(".azurewebsites.net", ".scm.azurewebsites.net")],
          customDomainVerificationId: stableGuid("domain verification").replaceAll("-", "").toUpperCase(),
          outboundIpAddresses: "20.50.2.1,20.50.2.2",
          possibleOutboundIpAddresses: "20.50.2.1,20.50.2.2,20.50.2.3",
        },
      };
    },
    actions: { start: async () => undefined, stop: async () => undefined, restart: async () => undefined },
  },
  {
    type: `${sitesType}/config`,
    name: { pattern: /^(web|appsettings|connectionstrings)$/, text: "web, appsettings or connectionstrings" },
    location: "none",
    properties: z.looseObject({}),
    stateless: true,
    implicit(id, around) {
      if (id.name !== "web") return { properties: {} };
      const site = around.find(id.parentKey ?? "");
      return site === undefined
        ? undefined
        : { properties: isJson(site.properties.siteConfig) ? site.properties.siteConfig : {} };
    },
    check({ id }) {
      throw new ArmError(501, "NotImplemented", `The sandbox takes '${id.name}' with the site, as siteConfig.`);
    },
    actions: {
      async list(id, _record, _body, around) {
        const { concealed } = siteProperties.parse({
          concealed: around.secrets(id.parentKey ?? "").concealed ?? undefined,
        });
        const settings = id.name === "appsettings" ? concealed.appSettings : [];
        return {
          id: id.id,
          name: id.name,
          properties: Object.fromEntries(settings.map(({ name, value }) => [name, value])),
        };
      },
    },
  },
  {
    type: `${sitesType}/host`,
    name: { pattern: /^default$/, text: "'default' is the only one" },
    location: "none",
    properties: z.looseObject({}),
    stateless: true,
    implicit: () => ({ properties: {} }),
    check() {
      throw new ArmError(405, "MethodNotAllowed", "The host of a site cannot be written.");
    },
    actions: {
      async listkeys(id, _record, _body, around) {
        const site = around.find(id.parentKey ?? "");
        if (!String(site?.top.kind).includes("functionapp")) {
          throw new ArmError(400, "BadRequest", `'${id.id}': only a Function App has host keys.`);
        }
        const { masterKey, functionKey } = keySchema.parse(around.secrets(id.parentKey ?? "").keys);
        return { masterKey, functionKeys: { default: functionKey }, systemKeys: {} };
      },
    },
  },
];

function newKey(): string {
  return randomBytes(40).toString("base64url");
}

function skuOf(properties: Json, plan: Json | undefined): string {
  if (plan === undefined) return typeof properties.sku === "string" ? properties.sku : "Dynamic";
  return planTop.parse(plan).sku.tier ?? "Dynamic";
}
