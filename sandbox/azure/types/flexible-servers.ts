import { z } from "zod";
import type { PostgresService } from "../../contracts/contracts.ts";
import { ArmError } from "../arm/arm-error.ts";
import { parseArmId } from "../arm/arm-id.ts";
import type { Json } from "../arm/json.ts";
import type { ArmSurroundings, ResourceType } from "../arm/resource-type.ts";

export const flexibleServersType = "Microsoft.DBforPostgreSQL/flexibleServers";
export const serverDatabasesType = `${flexibleServersType}/databases`;
export const serverConfigurationsType = `${flexibleServersType}/configurations`;

const reservedLogins = /^(azure_superuser|azure_pg_admin|admin|administrator|root|guest|public|pg_.*)$/i;
const storageSizes = [32, 64, 128, 256, 512, 1024, 2048, 4095, 4096, 8192, 16_384, 32_767];

const properties = z.looseObject({
  administratorLogin: z
    .string()
    .regex(/^[A-Za-z_]\w{0,62}$/, "must be 1-63 letters, digits and _, not starting with a digit")
    .refine((login) => !reservedLogins.test(login), "is a reserved name"),
  administratorLoginPassword: z
    .string()
    .min(8)
    .max(128)
    .refine(isComplex, "needs three of: capitals, small letters, digits, others"),
  version: z.enum(["11", "12", "13", "14", "15", "16", "17", "18"]).default("17"),
  createMode: z.enum(["Default", "Create", "Update"], "the sandbox makes new servers only").optional(),
  storage: z
    .looseObject({
      storageSizeGB: z.number().refine((size) => storageSizes.includes(size), `must be one of ${storageSizes}`),
    })
    .default({ storageSizeGB: 32 }),
  availabilityZone: z.enum(["", "1", "2", "3"]).default(""),
  backup: z
    .looseObject({
      backupRetentionDays: z.number().int().min(7).max(35).default(7),
      geoRedundantBackup: z.string().default("Disabled"),
    })
    .default({ backupRetentionDays: 7, geoRedundantBackup: "Disabled" }),
  highAvailability: z
    .looseObject({ mode: z.enum(["Disabled", "SameZone", "ZoneRedundant"]).default("Disabled") })
    .default({ mode: "Disabled" }),
  network: z
    .looseObject({ publicNetworkAccess: z.enum(["Enabled", "Disabled"]).default("Enabled") })
    .default({ publicNetworkAccess: "Enabled" }),
});

const top = z.looseObject({
  sku: z.looseObject({
    name: z.string().regex(/^Standard_[A-Z]\w+$/, "must be a compute size such as Standard_B1ms"),
    tier: z.enum(["Burstable", "GeneralPurpose", "MemoryOptimized"]),
  }),
});

/** The name of the server behind a resource's key. */
export const serverOf = (key: string): string => key.split("/").at(-1) ?? key;

/** Brings the real server in line with a flexible server and what hangs on it. */
export async function ensureServer(
  postgres: PostgresService,
  serverKey: string,
  around: ArmSurroundings,
  change: {
    readonly properties?: Json;
    readonly database?: string;
    readonly without?: string;
    readonly parameter?: Json;
  } = {},
): Promise<{ readonly host: string }> {
  const record = around.find(serverKey);
  const { administratorLogin, administratorLoginPassword } = properties.parse({
    ...record?.properties,
    ...around.secrets(serverKey),
    ...change.properties,
  });
  const databases = around.children(serverKey, serverDatabasesType).map(({ id }) => parseArmId(id).name);
  const configured = around
    .children(serverKey, serverConfigurationsType)
    .filter(({ properties: set }) => set.source === "user-override")
    .map(({ id, properties: set }) => [parseArmId(id).name, String(set.value)] as const);
  const parameters: Json = { ...Object.fromEntries(configured), ...change.parameter };
  // Every server has it: no extension is allowed that nobody has listed.
  parameters["azure.extensions"] ??= "";
  return postgres.ensure({
    cloud: "azure",
    id: serverOf(serverKey),
    adminUser: administratorLogin,
    adminPassword: administratorLoginPassword,
    databases: [...new Set([...databases, ...(change.database === undefined ? [] : [change.database])])].filter(
      (name) => name !== change.without,
    ),
    parameters: Object.fromEntries(
      Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
    ),
  });
}

export function flexibleServers(postgres: PostgresService): ResourceType {
  return {
    type: flexibleServersType,
    name: {
      pattern: /^(?=.{3,63}$)[a-z0-9]([a-z0-9-]*[a-z0-9])$/,
      text: "3-63 lower-case letters, digits and -, none at the ends",
      code: "InvalidServerName",
    },
    location: "required",
    properties,
    top,
    secrets: ["administratorLoginPassword"],
    createOnly: ["administratorLogin"],
    long: true,
    stateless: true,
    check({ id, properties: wanted, previous }, around) {
      const { administratorLogin, administratorLoginPassword, version } = properties.parse(wanted);
      if (administratorLoginPassword.toLowerCase().includes(administratorLogin.toLowerCase())) {
        const text = "Property administratorLoginPassword may not contain the administrator's login.";
        throw new ArmError(400, "InvalidParameterValue", text);
      }
      const before = Number(previous?.properties.version ?? version);
      if (Number(version) < before) {
        const text = `A server cannot go back from version ${before} to ${version}.`;
        throw new ArmError(400, "MajorVersionDowngradeNotAllowed", text);
      }
      const taken = around
        .all(flexibleServersType)
        .find((record) => record.id.toLowerCase() !== id.key && parseArmId(record.id).name === id.name);
      if (taken !== undefined) {
        throw new ArmError(
          409,
          "ServerNameAlreadyExists",
          `The server name ${id.name} is already used by ${taken.id}.`,
        );
      }
    },
    async apply({ id, properties: wanted }, around) {
      const { host } = await ensureServer(postgres, id.key, around, { properties: wanted });
      const parsed = properties.parse(wanted);
      const { createMode: _, ...kept } = wanted;
      return {
        properties: {
          ...kept,
          availabilityZone: parsed.availabilityZone === "" ? "1" : parsed.availabilityZone,
          // The sandbox's servers are reached by address: see the network decisions.
          fullyQualifiedDomainName: host,
          state: "Ready",
          replicationRole: "Primary",
        },
      };
    },
    remove: (id) => postgres.remove("azure", id.name.toLowerCase()),
    restore: async (id, _record, around) => void (await ensureServer(postgres, id.key, around)),
    view: (_id, record) => (record.status === "Succeeded" ? {} : { state: stateOf(record.status) }),
    longActions: ["restart"],
    actions: { restart: ({ key }) => postgres.restart("azure", serverOf(key)) },
  };
}

function stateOf(status: string): string {
  if (status === "Creating") return "Provisioning";
  return status === "Deleting" ? "Dropping" : status === "Failed" ? "Disabled" : "Updating";
}

function isComplex(password: string): boolean {
  return [/[A-Z]/, /[a-z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length >= 3;
}
