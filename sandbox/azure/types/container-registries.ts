import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { SandboxContext } from "../../contracts/contracts.ts";
import { azureAddresses } from "../addresses.ts";
import { ArmError, invalidContent } from "../arm/arm-error.ts";
import { type ArmId, parseArmId } from "../arm/arm-id.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import { type ImageStore, parseImage } from "../registry/image-store.ts";

export const registriesType = "Microsoft.ContainerRegistry/registries";

const top = z.looseObject({ sku: z.looseObject({ name: z.enum(["Basic", "Standard", "Premium"]) }) });
const properties = z.looseObject({
  adminUserEnabled: z.boolean().default(false),
  anonymousPullEnabled: z.boolean().default(false),
  dataEndpointEnabled: z.boolean().default(false),
  publicNetworkAccess: z.enum(["Enabled", "Disabled"]).default("Enabled"),
  networkRuleBypassOptions: z.enum(["AzureServices", "None"]).default("AzureServices"),
  zoneRedundancy: z.enum(["Enabled", "Disabled"]).default("Disabled"),
  encryption: z.looseObject({ status: z.enum(["enabled", "disabled"]) }).default({ status: "disabled" }),
});
const passwordsSchema = z.tuple([z.string(), z.string()]);
const importSchema = z.looseObject({
  source: z.looseObject({
    sourceImage: z.string().min(1),
    registryUri: z.string().optional(),
    resourceId: z.string().optional(),
  }),
  targetTags: z.array(z.string().min(1)).optional(),
  untaggedTargetRepositories: z.array(z.string()).optional(),
  mode: z.enum(["NoForce", "Force"]).default("NoForce"),
});

/** Registries, with the names of the images that they hold. `importImage` takes any source: nothing is pulled. */
export function containerRegistries(context: SandboxContext, images: ImageStore): ResourceType {
  const announce = (id: ArmId) => {
    const { registry } = azureAddresses(context.world.instance);
    context.dns.set(`azure-acr:${id.key}`, [{ name: serverOf(id), type: "A", ttl: 30, data: registry.host }]);
  };
  return {
    type: registriesType,
    name: { pattern: /^[A-Za-z0-9]{5,50}$/, text: "5-50 letters and digits" },
    location: "required",
    properties,
    top,
    secrets: ["passwords"],
    check({ id, top: given, properties: wanted }, around) {
      const taken = around
        .all(registriesType)
        .find((record) => record.id.toLowerCase() !== id.key && serverOf(parseArmId(record.id)) === serverOf(id));
      if (taken !== undefined) {
        throw new ArmError(
          409,
          "AlreadyInUse",
          `The registry DNS name ${serverOf(id)} is already in use by ${taken.id}.`,
        );
      }
      const { zoneRedundancy, dataEndpointEnabled, publicNetworkAccess } = properties.parse(wanted);
      const premium = zoneRedundancy === "Enabled" || dataEndpointEnabled || publicNetworkAccess === "Disabled";
      if (premium && top.parse(given).sku.name !== "Premium") {
        const text = `Zone redundancy, data endpoints and closed public access need sku Premium, not '${top.parse(given).sku.name}'.`;
        throw new ArmError(400, "FeatureNotSupportedForSku", text);
      }
    },
    async apply({ id, top: given, properties: wanted, previous }, around) {
      const { sku } = top.parse(given);
      const passwords = passwordsSchema.safeParse(around.secrets(id.key).passwords).data ?? [password(), password()];
      announce(id);
      return {
        top: { ...given, sku: { ...sku, tier: sku.name } },
        properties: {
          ...wanted,
          passwords,
          loginServer: serverOf(id),
          creationDate: previous?.properties.creationDate ?? new Date().toISOString(),
          dataEndpointHostNames: [],
          privateEndpointConnections: [],
          policies: {
            quarantinePolicy: { status: "disabled" },
            trustPolicy: { type: "Notary", status: "disabled" },
            retentionPolicy: { days: 7, status: "disabled" },
            exportPolicy: { status: "enabled" },
            ...(typeof wanted.policies === "object" ? wanted.policies : {}),
          },
        },
      };
    },
    async remove(id) {
      context.dns.remove(`azure-acr:${id.key}`);
      await images.forget(serverOf(id));
    },
    async restore(id) {
      announce(id);
    },
    actions: {
      async importImage(id, _record, body) {
        const parsed = importSchema.safeParse(body);
        if (!parsed.success) throw invalidContent(parsed.error, "body");
        const { source, mode, targetTags } = parsed.data;
        const from =
          source.registryUri ?? (source.resourceId && `${parseArmId(source.resourceId).name.toLowerCase()}.azurecr.io`);
        const whole = from === undefined ? source.sourceImage : `${from}/${source.sourceImage}`;
        const targets = (targetTags ?? [source.sourceImage]).map((tag) => parseImage(`${serverOf(id)}/${tag}`));
        const there = targets.find(({ repository, tag }) => images.tags(serverOf(id), repository)?.[tag] !== undefined);
        if (there !== undefined && mode === "NoForce") {
          const text = `Tag ${there.repository}:${there.tag} already exists in target registry; use mode Force to write over it.`;
          throw new ArmError(409, "Conflict", text);
        }
        for (const { repository, tag } of targets) await images.put(serverOf(id), repository, tag, whole);
      },
      async listCredentials(id, record, _body, around) {
        if (record.properties.adminUserEnabled !== true) {
          throw new ArmError(400, "UnAuthorizedForCredentialOperations", `The admin user of '${id.name}' is disabled.`);
        }
        const [first, second] = passwordsSchema.parse(around.secrets(id.key).passwords);
        return {
          username: id.name,
          passwords: [
            { name: "password", value: first },
            { name: "password2", value: second },
          ],
        };
      },
    },
  };
}

function serverOf(id: ArmId): string {
  return `${id.name.toLowerCase()}.azurecr.io`;
}

function password(): string {
  return randomBytes(39).toString("base64url");
}
