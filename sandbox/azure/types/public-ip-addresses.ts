import { z } from "zod";
import type { SandboxContext } from "../../contracts/contracts.ts";
import { ArmError } from "../arm/arm-error.ts";
import { type ArmId, parseArmId } from "../arm/arm-id.ts";
import type { ArmSurroundings, ResourceType } from "../arm/resource-type.ts";
import { networkName } from "./names.ts";

const typeName = "Microsoft.Network/publicIPAddresses";

const properties = z.looseObject({
  publicIPAllocationMethod: z.enum(["Static", "Dynamic"]).default("Dynamic"),
  publicIPAddressVersion: z.literal("IPv4", "the sandbox has IPv4 only").default("IPv4"),
  idleTimeoutInMinutes: z.number().int().min(4).max(30).default(4),
  ipAddress: z.string().optional(),
  dnsSettings: z
    .looseObject({
      domainNameLabel: z
        .string()
        .regex(
          /^[a-z][a-z0-9-]{1,61}[a-z0-9]$/,
          "must be 3-63 lower-case letters, digits and -, starting with a letter",
        ),
      fqdn: z.string().optional(),
    })
    .optional(),
});

const top = z.looseObject({
  sku: z
    .looseObject({ name: z.enum(["Basic", "Standard", "StandardV2"]).default("Standard") })
    .default({ name: "Standard" }),
});

/** The document `azure-public-ips` by which load balancers find an address by the resource's name. */
export type PublicIpDirectory = Readonly<Record<string, { readonly address: string; readonly fqdn?: string }>>;

export function publicIpAddresses(context: SandboxContext): ResourceType {
  const owner = (key: string) => `azure-pip:${key}`;

  const announce = (key: string, address: string, fqdn: string | undefined) => {
    if (fqdn === undefined) context.dns.remove(owner(key));
    else context.dns.set(owner(key), [{ name: fqdn, type: "A", ttl: 10, data: address }]);
  };

  // Two of them may be made or removed at the same time, so what is known is kept here and not read from the records.
  const known = new Map<string, PublicIpDirectory[string] & { readonly name: string }>();

  const enter = (id: ArmId, address: string, fqdn: string | undefined) =>
    known.set(id.key, { name: id.name, address, ...(fqdn === undefined ? {} : { fqdn }) });

  const publishDirectory = async () => {
    const directory = Object.fromEntries([...known.values()].map(({ name, ...entry }) => [name, entry]));
    await context.store.write("azure-public-ips", directory satisfies PublicIpDirectory);
  };

  const others = (around: ArmSurroundings, key: string) =>
    around.all(typeName).filter((record) => record.id.toLowerCase() !== key);

  return {
    type: typeName,
    name: networkName,
    location: "required",
    properties,
    top,
    createOnly: ["publicIPAddressVersion"],
    check(candidate, around) {
      const { publicIPAllocationMethod, dnsSettings } = properties.parse(candidate.properties);
      if (publicIPAllocationMethod !== "Static" && top.parse(candidate.top).sku.name !== "Basic") {
        const text = `Standard sku publicIp ${candidate.id.id} must have AllocationMethod set to Static.`;
        throw new ArmError(400, "StandardSkuPublicIPMustBeStatic", text);
      }
      const fqdn = fqdnOf(dnsSettings?.domainNameLabel, candidate.top.location);
      const taken = others(around, candidate.id.key).find(
        (record) => fqdn !== undefined && properties.parse(record.properties).dnsSettings?.fqdn === fqdn,
      );
      if (taken !== undefined) {
        throw new ArmError(
          400,
          "DnsRecordInUse",
          `DNS record ${fqdn} is already used by another public IP: ${taken.id}.`,
        );
      }
    },
    async apply({ id, top: given, properties: wanted }) {
      const parsed = properties.parse(wanted);
      const ipAddress = await context.network.allocate("azure", `pip/${id.key}`);
      const fqdn = fqdnOf(parsed.dnsSettings?.domainNameLabel, given.location);
      const dnsSettings = parsed.dnsSettings === undefined ? {} : { dnsSettings: { ...parsed.dnsSettings, fqdn } };
      const applied = { properties: { ...parsed, ...dnsSettings, ipAddress }, top: top.parse(given) };
      announce(id.key, ipAddress, fqdn);
      enter(id, ipAddress, fqdn);
      await publishDirectory();
      return applied;
    },
    async remove(id) {
      context.dns.remove(owner(id.key));
      known.delete(id.key);
      await publishDirectory();
      await context.network.release("azure", `pip/${id.key}`);
    },
    async restore(id, record, around) {
      const { ipAddress, dnsSettings } = properties.parse(record.properties);
      if (ipAddress !== undefined) announce(id.key, ipAddress, dnsSettings?.fqdn);
      // All at once: a load balancer that comes back must not find the directory half filled.
      for (const each of around.all(typeName)) {
        const { ipAddress: address, dnsSettings: names } = properties.parse(each.properties);
        if (address !== undefined) enter(parseArmId(each.id), address, names?.fqdn);
      }
      await publishDirectory();
    },
  };
}

function fqdnOf(label: string | undefined, location: unknown): string | undefined {
  return label === undefined ? undefined : `${label}.${String(location)}.cloudapp.azure.com`;
}
