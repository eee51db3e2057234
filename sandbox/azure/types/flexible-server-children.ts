import { z } from "zod";
import type { PostgresService } from "../../contracts/contracts.ts";
import { ArmError } from "../arm/arm-error.ts";
import type { ArmId } from "../arm/arm-id.ts";
import type { Json } from "../arm/json.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import {
  ensureServer,
  flexibleServersType,
  serverConfigurationsType,
  serverDatabasesType,
  serverOf,
} from "./flexible-servers.ts";
import { parameterFault, serverParameters } from "./server-parameters.ts";

const address = z.ipv4("must be an IPv4 address");

export function flexibleServerChildren(postgres: PostgresService): readonly ResourceType[] {
  const parent = (id: ArmId) => id.parentKey ?? "";
  return [
    {
      type: serverDatabasesType,
      name: { pattern: /^[A-Za-z_][-\w]{0,62}$/, text: "1-63 letters, digits, - and _, starting with a letter or _" },
      location: "none",
      properties: z.looseObject({
        charset: z.string().default("UTF8"),
        collation: z.string().default("en_US.utf8"),
      }),
      long: true,
      stateless: true,
      createOnly: ["charset", "collation"],
      check({ id }) {
        if (/^(postgres|azure_maintenance|azure_sys|template[01])$/i.test(id.name)) {
          throw new ArmError(400, "InvalidParameterValue", `The database name '${id.name}' is reserved.`);
        }
      },
      async apply({ id, properties }, around) {
        await ensureServer(postgres, parent(id), around, { database: id.name });
        return { properties };
      },
      remove: async (id, _record, around) =>
        void (await ensureServer(postgres, parent(id), around, { without: id.name })),
    },
    {
      type: serverConfigurationsType,
      name: { pattern: /^[a-z_.]{1,63}$/, text: "the name of a server parameter" },
      location: "none",
      properties: z.looseObject({ value: z.string().optional(), source: z.string().optional() }),
      long: true,
      stateless: true,
      implicit: ({ name }) => (serverParameters.has(name) ? { properties: describe(name, undefined) } : undefined),
      check({ id, properties }) {
        if (!serverParameters.has(id.name)) {
          const known = [...serverParameters.keys()].join(", ");
          throw new ArmError(
            400,
            "InvalidParameterName",
            `The sandbox has no server parameter '${id.name}'; it has: ${known}.`,
          );
        }
        const fault =
          properties.source === "system-default" ? undefined : parameterFault(id.name, String(properties.value));
        if (fault !== undefined) throw new ArmError(400, "InvalidParameterValue", `Server parameter: ${fault}.`);
      },
      async apply({ id, properties }, around) {
        const value = properties.source === "system-default" ? undefined : String(properties.value);
        await ensureServer(postgres, parent(id), around, { parameter: { [id.name]: value } });
        return { properties: describe(id.name, value) };
      },
      view: ({ name, parentKey = "" }) => ({
        isConfigPendingRestart: postgres.pendingRestart("azure", serverOf(parentKey)).includes(name),
      }),
    },
    {
      type: `${flexibleServersType}/firewallRules`,
      name: { pattern: /^[-\w]{1,128}$/, text: "1-128 letters, digits, - and _" },
      location: "none",
      properties: z.looseObject({ startIpAddress: address, endIpAddress: address }),
      stateless: true,
      check({ properties }) {
        const [start, end] = [properties.startIpAddress, properties.endIpAddress].map(toNumber);
        if ((start ?? 0) > (end ?? 0)) {
          throw new ArmError(400, "InvalidParameterValue", "'startIpAddress' is behind 'endIpAddress'.");
        }
      },
    },
  ];
}

function describe(name: string, value: string | undefined): Json {
  const known = serverParameters.get(name);
  return {
    value: value ?? known?.default,
    source: value === undefined ? "system-default" : "user-override",
    defaultValue: known?.default,
    dataType: known?.dataType,
    allowedValues: known?.allowed,
    isDynamicConfig: known?.dynamic,
    isReadOnly: false,
  };
}

function toNumber(text: unknown): number {
  return String(text)
    .split(".")
    .reduce((sum, part) => sum * 256 + Number(part), 0);
}
