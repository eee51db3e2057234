import type { TypeMapping } from "../type-mapping.ts";
import { containerServiceMappings } from "./container-service.ts";
import { managementMappings } from "./management.ts";
import { networkMappings } from "./network.ts";
import { postgresqlMappings } from "./postgresql.ts";
import { storageMappings } from "./storage.ts";
import { trafficManagerMappings } from "./traffic-manager.ts";

/** Every resource type that the sandbox's azure-native plugin knows. */
export const allMappings: readonly TypeMapping[] = [
  ...managementMappings,
  ...networkMappings,
  ...trafficManagerMappings,
  ...containerServiceMappings,
  ...postgresqlMappings,
  ...storageMappings,
];
