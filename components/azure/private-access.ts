import { PrivateDnsZoneGroup } from "@pulumi/azure-native/network/privateDnsZoneGroup.js";
import { PrivateEndpoint } from "@pulumi/azure-native/network/privateEndpoint.js";
import { PrivateZone } from "@pulumi/azure-native/privatedns/privateZone.js";
import { VirtualNetworkLink } from "@pulumi/azure-native/privatedns/virtualNetworkLink.js";
import { ComponentResource, type ComponentResourceOptions, type Input, type Output } from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** What can have a private endpoint here. */
export type PrivateService = "postgres" | "sql" | "blob" | "table" | "vault";

/** Options of `PrivateAccess`. */
export interface PrivateAccessArgs {
  /** Resource group that everything here is in. */
  readonly resourceGroupName: Input<string>;
  /** Azure region of the network. */
  readonly location: string;
  /** Id of the virtual network that shall see the private addresses. */
  readonly vnetId: Input<string>;
  /** Id of the subnet that the private addresses are taken from. */
  readonly subnetId: Input<string>;
  /** Id of the server, account or vault behind each service that gets a private endpoint. */
  readonly targets: Readonly<Partial<Record<PrivateService, Input<string>>>>;
  /** Endpoints are called `<namePrefix>-<service>`. At most 55 characters. */
  readonly namePrefix: string;
  /** Tags of every resource. */
  readonly tags: Tags;
}

/** Zone that Azure resolves the service's public name in, and what the endpoint connects to. */
const SERVICES: Readonly<Record<PrivateService, { readonly zone: string; readonly groupId: string }>> = {
  postgres: { zone: "privatelink.postgres.database.azure.com", groupId: "postgresqlServer" },
  sql: { zone: "privatelink.database.windows.net", groupId: "sqlServer" },
  blob: { zone: "privatelink.blob.core.windows.net", groupId: "blob" },
  table: { zone: "privatelink.table.core.windows.net", groupId: "table" },
  vault: { zone: "privatelink.vaultcore.azure.net", groupId: "vault" },
};
const ORDER: readonly PrivateService[] = ["postgres", "sql", "blob", "table", "vault"];

/**
 * Private addresses for the standby's data services: for each a DNS zone, its link to the network, an endpoint, and the
 * record that Azure keeps. Inside the network the public names then lead to private addresses; outside nothing changes,
 * and the firewalls there stay as they are, because a subscriber has to cross from the other cloud.
 */
export class PrivateAccess extends ComponentResource {
  /** Id of each endpoint. */
  readonly endpointIds: Readonly<Partial<Record<PrivateService, Output<string>>>>;

  constructor(name: string, args: PrivateAccessArgs, options?: ComponentResourceOptions) {
    super("pilotlight:azure:PrivateAccess", name, {}, options);
    const { resourceGroupName, location } = args;
    const tags = { ...args.tags };
    const made: Partial<Record<PrivateService, Output<string>>> = {};
    for (const service of ORDER) {
      const target = args.targets[service];
      if (target === undefined) continue;
      const { zone: zoneName, groupId } = SERVICES[service];
      const zone = new PrivateZone(
        `${name}-${service}-zone`,
        { privateZoneName: zoneName, resourceGroupName, location: "global", tags },
        { parent: this },
      );
      const link = new VirtualNetworkLink(
        `${name}-${service}-link`,
        {
          virtualNetworkLinkName: "network",
          privateZoneName: zone.name,
          resourceGroupName,
          location: "global",
          registrationEnabled: false,
          virtualNetwork: { id: args.vnetId },
          tags,
        },
        { parent: this },
      );
      const endpoint = new PrivateEndpoint(
        `${name}-${service}-endpoint`,
        {
          privateEndpointName: `${args.namePrefix}-${service}`,
          resourceGroupName,
          location,
          subnet: { id: args.subnetId },
          privateLinkServiceConnections: [{ name: service, privateLinkServiceId: target, groupIds: [groupId] }],
          tags,
        },
        { parent: this },
      );
      new PrivateDnsZoneGroup(
        `${name}-${service}-records`,
        {
          privateDnsZoneGroupName: "default",
          privateEndpointName: endpoint.name,
          resourceGroupName,
          privateDnsZoneConfigs: [{ name: service, privateDnsZoneId: zone.id }],
        },
        { parent: this, dependsOn: link },
      );
      made[service] = endpoint.id;
    }
    this.endpointIds = made;
    this.registerOutputs({ endpointIds: this.endpointIds });
  }
}
