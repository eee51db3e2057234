import type { TypeMapping } from "../type-mapping.ts";
import { containerServiceMappings } from "./container-service.ts";
import { containerMappings } from "./containers.ts";
import { frontDoorMappings } from "./front-door.ts";
import { managementMappings } from "./management.ts";
import { monitorMappings } from "./monitor.ts";
import { networkMappings } from "./network.ts";
import { postgresqlMappings } from "./postgresql.ts";
import { privateNetworkMappings } from "./private-network.ts";
import { sqlMappings } from "./sql.ts";
import { storageMappings } from "./storage.ts";
import { trafficManagerMappings } from "./traffic-manager.ts";
import { webMappings } from "./web.ts";

/** Every resource type that the sandbox's azure-native plugin knows, blobs apart: they are not of Resource Manager. */
export const allMappings: readonly TypeMapping[] = [
  ...managementMappings,
  ...networkMappings,
  ...privateNetworkMappings,
  ...trafficManagerMappings,
  ...frontDoorMappings,
  ...containerServiceMappings,
  ...containerMappings,
  ...postgresqlMappings,
  ...sqlMappings,
  ...storageMappings,
  ...webMappings,
  ...monitorMappings,
];
