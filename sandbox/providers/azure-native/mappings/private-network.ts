import type { TypeMapping } from "../type-mapping.ts";

export const privateNetworkMappings: readonly TypeMapping[] = [
  {
    token: "azure-native:network:PrivateEndpoint",
    path: "Microsoft.Network/privateEndpoints/{privateEndpointName}",
    apiVersion: "2024-05-01",
    inputs: {
      text: ["customNetworkInterfaceName", "id", "location"],
      object: ["extendedLocation", "subnet", "tags"],
      list: [
        "applicationSecurityGroups",
        "customDnsConfigs",
        "ipConfigurations",
        "manualPrivateLinkServiceConnections",
        "privateLinkServiceConnections",
      ],
    },
    top: ["extendedLocation", "id", "location", "tags"],
    children: [
      "applicationSecurityGroups",
      "ipConfigurations",
      "manualPrivateLinkServiceConnections",
      "privateLinkServiceConnections",
    ],
    replace: ["subnet"],
  },
  {
    token: "azure-native:network:PrivateDnsZoneGroup",
    path: "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/{privateDnsZoneGroupName}",
    apiVersion: "2024-05-01",
    inputs: { text: ["id", "name"], list: ["privateDnsZoneConfigs"] },
    top: ["id", "name"],
    children: ["privateDnsZoneConfigs"],
    autoName: "copy",
    volatile: ["name"],
  },
  {
    token: "azure-native:privatedns:PrivateZone",
    path: "Microsoft.Network/privateDnsZones/{privateZoneName}",
    apiVersion: "2024-06-01",
    inputs: { text: ["location"], object: ["tags"] },
    top: ["location", "tags"],
    autoName: "copy",
  },
  {
    token: "azure-native:privatedns:VirtualNetworkLink",
    path: "Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/{virtualNetworkLinkName}",
    apiVersion: "2024-06-01",
    inputs: {
      text: ["location", "resolutionPolicy"],
      flag: ["registrationEnabled"],
      object: ["tags", "virtualNetwork"],
    },
    top: ["location", "tags"],
    autoName: "copy",
  },
];
