import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import { networkName } from "./names.ts";

const ruleProperties = z.looseObject({
  priority: z.number().int().min(100).max(4096),
  direction: z.enum(["Inbound", "Outbound"]),
  access: z.enum(["Allow", "Deny"]),
  protocol: z.enum(["Tcp", "Udp", "Icmp", "Esp", "Ah", "*"]),
});

const properties = z.looseObject({
  securityRules: z.array(z.looseObject({ name: z.string().min(1).max(80), properties: ruleProperties })).default([]),
});

export const networkSecurityGroups: ResourceType = {
  type: "Microsoft.Network/networkSecurityGroups",
  name: networkName,
  location: "required",
  properties,
  check(candidate) {
    const seen = new Map<string, string>();
    for (const { name, properties: rule } of properties.parse(candidate.properties).securityRules) {
      const place = `${rule.direction} ${rule.priority}`;
      const other = seen.get(place);
      if (other !== undefined) {
        throw new ArmError(
          400,
          "SecurityRuleConflict",
          `Security rule ${name} conflicts with rule ${other}. Rules cannot have the same Priority and Direction (${place}).`,
        );
      }
      seen.set(place, name);
    }
  },
};
