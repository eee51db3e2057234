import { z } from "zod";
import { resourceGroupType } from "../arm/arm-id.ts";
import type { ResourceType } from "../arm/resource-type.ts";

export const resourceGroups: ResourceType = {
  type: resourceGroupType,
  name: { pattern: /^[-\w.()]{0,89}[-\w()]$/, text: "1-90 letters, digits, -_.() and no period at the end" },
  location: "required",
  properties: z.looseObject({}),
};
