import { ArmError } from "../arm/arm-error.ts";
import { type ArmId, parseArmId } from "../arm/arm-id.ts";
import type { ArmSurroundings, ResourceType } from "../arm/resource-type.ts";
import { endpointStatus, profileStatus } from "../traffic-manager/answer.ts";
import { endpointProperties, profileProperties } from "../traffic-manager/schemas.ts";
import { endpointsType, profilesType, type TrafficManager } from "../traffic-manager/traffic-manager.ts";

export function trafficManagerProfiles(manager: TrafficManager): ResourceType {
  return {
    type: profilesType,
    name: { pattern: /^[A-Za-z0-9]([A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/, text: "1-63 letters, digits, - and ." },
    location: "global",
    properties: profileProperties,
    inline: { property: "endpoints", type: endpointsType },
    createOnly: ["dnsConfig.relativeName"],
    stateless: true,
    check({ id, properties }, around) {
      const fqdn = fqdnOf(properties);
      const taken = around
        .all(profilesType)
        .find((record) => record.id.toLowerCase() !== id.key && fqdnOf(record.properties) === fqdn);
      if (taken !== undefined) {
        throw new ArmError(409, "DomainNameInUse", `The domain name '${fqdn}' is already used by ${taken.id}.`);
      }
    },
    async apply({ id, properties, top }, around) {
      const parsed = profileProperties.parse(properties);
      const fqdn = fqdnOf(properties);
      const kept = { ...parsed, dnsConfig: { ...parsed.dnsConfig, fqdn } };
      manager.announce(id, fqdn, around);
      manager.sync(around, { written: { id: id.id, status: "Succeeded", top, properties: kept } });
      return { properties: kept };
    },
    async remove(id, _record, around) {
      manager.withdraw(id);
      manager.sync(around, { removed: id.key });
    },
    async restore(id, record, around) {
      manager.announce(id, fqdnOf(record.properties), around);
      manager.sync(around);
    },
    view(id, record, around) {
      const status = profileStatus(manager.profile(id.key, record, around));
      const { monitorConfig } = profileProperties.parse(record.properties);
      return { monitorConfig: { ...monitorConfig, profileMonitorStatus: status } };
    },
  };
}

export function trafficManagerEndpoints(manager: TrafficManager): ResourceType {
  return {
    type: endpointsType,
    name: { pattern: /^[^<>*%&:\\?+/]{1,260}$/, text: "1-260 characters without <>*%&:\\?+/" },
    location: "none",
    properties: endpointProperties,
    stateless: true,
    check({ id, properties }, around) {
      const { priority, target } = endpointProperties.parse(properties);
      for (const sibling of siblings(id, around)) {
        const other = endpointProperties.parse(sibling.properties);
        if (priority !== undefined && other.priority === priority) {
          throw conflict(id, `priority ${priority} is already that of endpoint '${parseArmId(sibling.id).name}'`);
        }
        if (other.target.toLowerCase() === target.toLowerCase()) {
          throw conflict(id, `target '${target}' is already that of endpoint '${parseArmId(sibling.id).name}'`);
        }
      }
    },
    async apply({ id, properties, top }, around) {
      const parsed = endpointProperties.parse(properties);
      const priority = parsed.priority ?? Math.max(0, ...siblings(id, around).map(priorityOf)) + 1;
      const { endpointMonitorStatus: _, ...kept } = { ...parsed, priority, endpointMonitorStatus: undefined };
      manager.sync(around, { written: { id: id.id, status: "Succeeded", top, properties: kept } });
      return { properties: kept };
    },
    remove: async (id, _record, around) => manager.sync(around, { removed: id.key }),
    view(id, _record, around) {
      const parent = around.find(id.parentKey ?? "");
      if (parent === undefined) return {};
      const profile = manager.profile(id.parentKey ?? "", parent, around);
      const endpoint = profile.endpoints.find(({ name }) => name.toLowerCase() === id.name.toLowerCase());
      return endpoint === undefined ? {} : { endpointMonitorStatus: endpointStatus(profile, endpoint) };
    },
  };
}

function siblings(id: ArmId, around: ArmSurroundings) {
  return around.children(id.parentKey ?? "", endpointsType).filter((record) => record.id.toLowerCase() !== id.key);
}

function priorityOf(record: { readonly properties: unknown }): number {
  return endpointProperties.parse(record.properties).priority ?? 0;
}

function conflict(id: ArmId, reason: string): ArmError {
  return new ArmError(409, "Conflict", `Endpoint '${id.name}' conflicts within its profile: ${reason}.`);
}

function fqdnOf(properties: unknown): string {
  return `${profileProperties.parse(properties).dnsConfig.relativeName.toLowerCase()}.trafficmanager.net`;
}
