import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { SandboxContext } from "../../contracts/contracts.ts";
import { type Probe, probeSchema } from "../../kubernetes/api/objects.ts";
import { ArmError } from "../arm/arm-error.ts";
import { type ArmId, parseArmId } from "../arm/arm-id.ts";
import { assignedIdentities } from "../arm/identities.ts";
import { isJson, type Json } from "../arm/json.ts";
import { KeyLock } from "../arm/key-lock.ts";
import type { ArmSurroundings, ResourceType } from "../arm/resource-type.ts";
import type { ContainerGroups } from "../containers/container-groups.ts";
import type { GroupSpec } from "../containers/group-spec.ts";
import type { WorkloadIdentity } from "../workload-identity.ts";
import { type GroupProperties, groupProperties, groupShape } from "./container-group-schema.ts";
import { stableGuid } from "./stable-guid.ts";

export const containerGroupsType = "Microsoft.ContainerInstance/containerGroups";

const stoppedDocument = "azure-stopped-container-groups";

export interface ContainerGroupParts {
  readonly context: SandboxContext;
  readonly groups: ContainerGroups;
  readonly identity: WorkloadIdentity;
}

/** Container groups, run as processes behind gateways at an address of their own. A PUT starts what is stopped, as in Azure. */
export function containerGroups({ context, groups, identity }: ContainerGroupParts): ResourceType {
  const specOf = async (id: ArmId, top: Json, properties: Json, around: ArmSurroundings): Promise<GroupSpec> => {
    const group = groupShape.parse(properties);
    return {
      name: id.name,
      host: context.network.inside(await context.network.allocate("azure", `aci/${id.key}`)),
      ports: tcpPorts(group),
      restartPolicy: group.restartPolicy,
      volumes: new Map(group.volumes.map(({ name }) => [name, decoded(group.concealed.volumes[name] ?? {})])),
      injected: identity.environment(assignedIdentities(top)[0], around),
      containers: group.containers.map(({ name, properties: one }) => ({
        name,
        image: one.image,
        command: one.command,
        environment: one.environmentVariables.map((variable) => ({
          name: variable.name,
          value: group.concealed.variables[name]?.[variable.name] ?? variable.value ?? "",
        })),
        livenessProbe: probeOf(one.livenessProbe),
        readinessProbe: probeOf(one.readinessProbe),
        mounts: one.volumeMounts.map(({ name: volume, mountPath }) => ({ name: volume, mountPath })),
      })),
    };
  };

  const gateways = (id: ArmId, ports: readonly number[]) =>
    ports.map((port) => ({ port, name: `aci-${stableGuid(id.key).slice(0, 12)}-${port}` }));

  const publish = async (id: ArmId, group: GroupProperties, host: string): Promise<void> => {
    const address = await context.network.allocate("azure", `aci/${id.key}`);
    for (const { port, name } of gateways(id, tcpPorts(group))) {
      const target = () => (groups.serves(id.key) ? { host, port } : undefined);
      await context.network.publish({ name, cloud: "azure", listen: { host: address, port }, target });
    }
    const fqdn = group.ipAddress?.fqdn;
    if (typeof fqdn !== "string") context.dns.remove(`azure-aci:${id.key}`);
    else context.dns.set(`azure-aci:${id.key}`, [{ name: fqdn, type: "A", ttl: 5, data: address }]);
  };

  const unpublish = async (id: ArmId, properties: Json): Promise<void> => {
    for (const { name } of gateways(id, tcpPorts(groupShape.parse(properties)))) await context.network.unpublish(name);
  };

  const lock = new KeyLock();
  const stoppedGroups = async () => z.array(z.string()).parse(await context.store.read<unknown>(stoppedDocument, []));
  const remember = async (key: string, stopped: boolean): Promise<void> => {
    await lock.run(stoppedDocument, async () => {
      const rest = (await stoppedGroups()).filter((other) => other !== key);
      await context.store.write(stoppedDocument, stopped ? [...rest, key] : rest);
    });
  };

  const whole = (id: ArmId, properties: Json, around: ArmSurroundings): Json => ({
    ...properties,
    concealed: around.secrets(id.key).concealed,
  });

  const start = async (id: ArmId, top: Json, properties: Json, around: ArmSurroundings): Promise<void> => {
    await remember(id.key, false);
    await groups.run(id.key, await specOf(id, top, whole(id, properties, around), around));
  };
  const stop = async (id: ArmId, top: Json, properties: Json, around: ArmSurroundings): Promise<void> => {
    await remember(id.key, true);
    await groups.stop(id.key, await specOf(id, top, whole(id, properties, around), around));
  };

  return {
    type: containerGroupsType,
    name: {
      pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
      text: "1-63 lower-case letters, digits and -, none at the ends",
    },
    location: "required",
    properties: groupProperties,
    secrets: ["concealed"],
    long: true,
    servesAtOnce: true,
    check({ id, top, properties, previous }, around) {
      const group = groupShape.parse(properties);
      checkWhole(id, group);
      checkUpdate(id, group, previous?.properties);
      const fqdn = fqdnOf(id, group, top.location);
      const taken = around
        .all(containerGroupsType)
        .filter((record) => record.id.toLowerCase() !== id.key)
        .find((record) => fqdn !== undefined && groupShape.parse(record.properties).ipAddress?.fqdn === fqdn);
      if (taken === undefined) return;
      throw new ArmError(
        409,
        "DnsNameLabelNotAvailable",
        `The DNS name label of '${fqdn}' is already used by ${taken.id}.`,
      );
    },
    async apply({ id, top, properties, previous }, around) {
      const group = groupShape.parse(properties);
      const ip = await context.network.allocate("azure", `aci/${id.key}`);
      const fqdn = fqdnOf(id, group, top.location);
      const ipAddress =
        group.ipAddress === undefined
          ? {}
          : { ipAddress: { ...group.ipAddress, ip, ...(fqdn === undefined ? { fqdn: undefined } : { fqdn }) } };
      const made = { ...group, ...ipAddress };
      await remember(id.key, false);
      const spec = await specOf(id, top, made, around);
      if (previous !== undefined) await unpublish(id, previous.properties);
      await publish(id, made, spec.host);
      await groups.run(id.key, spec);
      return { properties: made };
    },
    async remove(id, record) {
      context.dns.remove(`azure-aci:${id.key}`);
      await unpublish(id, record.properties);
      await groups.remove(id.key);
      await remember(id.key, false);
      await context.network.release("azure", `aci/${id.key}`);
    },
    async restore(id, { top, properties }, around) {
      const spec = await specOf(id, top, whole(id, properties, around), around);
      await publish(id, groupShape.parse(properties), spec.host);
      await ((await stoppedGroups()).includes(id.key) ? groups.stop(id.key, spec) : groups.run(id.key, spec));
    },
    view(id, record) {
      const group = groupShape.parse(record.properties);
      return {
        instanceView: { events: [], state: groups.state(id.key) },
        containers: group.containers.map((one) => {
          const instanceView = groups.containerView(id.key, one.name);
          return instanceView === undefined ? one : { ...one, properties: { ...one.properties, instanceView } };
        }),
      };
    },
    actions: {
      start: (id, { top, properties }, _body, around) => start(id, top, properties, around),
      stop: (id, { top, properties }, _body, around) => stop(id, top, properties, around),
      async restart(id, { top, properties }, _body, around) {
        await stop(id, top, properties, around);
        await start(id, top, properties, around);
      },
    },
  };
}

function checkWhole(id: ArmId, group: GroupProperties): void {
  const refuse = (code: string, text: string) => new ArmError(400, code, `Container group '${id.name}': ${text}.`);
  const volumes = new Set(group.volumes.map(({ name }) => name));
  const ports = group.containers.flatMap(({ properties }) => properties.ports.map(({ port }) => port));
  for (const { name, properties } of group.containers) {
    const unknown = properties.volumeMounts.find((mount) => !volumes.has(mount.name));
    if (unknown !== undefined)
      throw refuse("VolumeMountNotFound", `container '${name}' mounts '${unknown.name}', which is no volume`);
  }
  for (const { port } of group.ipAddress?.ports ?? []) {
    if (!ports.includes(port))
      throw refuse("InvalidContainerGroupPort", `port ${port} of its address is of no container`);
  }
  if (group.ipAddress?.type === "Private" && group.ipAddress.dnsNameLabel !== undefined) {
    throw refuse("DnsNameLabelNotSupported", "a private address cannot have a dnsNameLabel");
  }
}

/** What Azure cannot change without deleting the group first. */
function checkUpdate(id: ArmId, group: GroupProperties, before: Json | undefined): void {
  if (before === undefined) return;
  const old = groupShape.parse(before);
  const fixed = (one: GroupProperties) => ({
    restartPolicy: one.restartPolicy,
    osType: one.osType,
    sku: one.sku,
    resources: one.containers.map(({ name, properties }) => [name, properties.resources.requests]),
    address: one.ipAddress?.type,
  });
  if (isDeepStrictEqual(fixed(old), fixed(group))) return;
  const text = `The updates on container group '${id.name}' are invalid. If you are going to update the os type, restart policy, network profile, CPU, memory or GPU resources for a container group, you must delete it first and then create a new one.`;
  throw new ArmError(400, "InvalidContainerGroupUpdate", text);
}

function tcpPorts(group: GroupProperties): readonly number[] {
  return (group.ipAddress?.ports ?? []).filter(({ protocol }) => protocol === "TCP").map(({ port }) => port);
}

function fqdnOf(id: ArmId, group: GroupProperties, location: unknown): string | undefined {
  const { dnsNameLabel, autoGeneratedDomainNameLabelScope: scope } = group.ipAddress ?? {};
  if (dnsNameLabel === undefined) return undefined;
  const hash =
    scope === "Unsecure"
      ? ""
      : `.${stableGuid(`${scope} ${parseArmId(id.id).scope}`)
          .replaceAll("-", "")
          .slice(0, 16)}`;
  return `${dnsNameLabel.toLowerCase()}${hash}.${String(location)}.azurecontainer.io`;
}

function decoded(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(files).map(([name, content]) => [name, Buffer.from(content, "base64").toString("utf8")]),
  );
}

/** Azure writes schemes in small letters, pods in capitals. */
function probeOf(probe: Json | undefined): Probe | undefined {
  if (probe === undefined || !isJson(probe.httpGet)) return undefined;
  const scheme = String(probe.httpGet.scheme).toUpperCase();
  return probeSchema.parse({ ...probe, httpGet: { ...probe.httpGet, scheme, httpHeaders: undefined } });
}
