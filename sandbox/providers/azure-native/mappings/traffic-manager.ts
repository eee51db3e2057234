import type { TypeMapping } from "../type-mapping.ts";

const apiVersion = "2022-04-01";

export const trafficManagerMappings: readonly TypeMapping[] = [
  {
    token: "azure-native:trafficmanager:Profile",
    path: "Microsoft.Network/trafficmanagerprofiles/{profileName}",
    apiVersion,
    inputs: {
      text: ["id", "location", "name", "profileStatus", "trafficRoutingMethod", "trafficViewEnrollmentStatus", "type"],
      number: ["maxReturn"],
      object: ["dnsConfig", "monitorConfig", "tags"],
      list: ["allowedEndpointRecordTypes", "endpoints"],
    },
    top: ["id", "location", "name", "tags", "type"],
    children: ["endpoints"],
    volatile: ["name", "type"],
  },
  {
    token: "azure-native:trafficmanager:Endpoint",
    path: "Microsoft.Network/trafficmanagerprofiles/{profileName}/{endpointType}/{endpointName}",
    apiVersion,
    inputs: {
      text: [
        "alwaysServe",
        "endpointLocation",
        "endpointMonitorStatus",
        "endpointStatus",
        "id",
        "name",
        "target",
        "targetResourceId",
        "type",
      ],
      number: ["minChildEndpoints", "minChildEndpointsIPv4", "minChildEndpointsIPv6", "priority", "weight"],
      list: ["customHeaders", "geoMapping", "subnets"],
    },
    top: ["id", "name", "type"],
    autoName: "copy",
    volatile: ["endpointMonitorStatus", "name", "type"],
  },
];
