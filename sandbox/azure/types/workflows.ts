import { z } from "zod";
import type { Json } from "../arm/json.ts";
import type { ResourceType } from "../arm/resource-type.ts";
import { stableGuid } from "./stable-guid.ts";

const properties = z.looseObject({
  state: z.enum(["Enabled", "Disabled", "Completed", "Deleted", "Suspended", "NotSpecified"]).default("Enabled"),
  definition: z.looseObject({
    $schema: z.string().regex(/workflowdefinition\.json#?$/, "must be a workflow definition schema"),
    parameters: z.record(z.string(), z.looseObject({ type: z.string() })).default({}),
    triggers: z.record(z.string(), z.unknown()).default({}),
    actions: z.record(z.string(), z.unknown()).default({}),
  }),
  parameters: z.record(z.string(), z.unknown()).default({}),
});

/** Logic Apps as state: the sandbox runs no workflow. */
export const workflows: ResourceType = {
  type: "Microsoft.Logic/workflows",
  name: { pattern: /^[-\w.()]{1,80}$/, text: "1-80 letters, digits and -_.()" },
  location: "required",
  properties,
  async apply({ id, top, properties: wanted, previous }) {
    const now = new Date().toISOString();
    const same = JSON.stringify(previous?.properties.definition) === JSON.stringify(wanted.definition);
    return {
      properties: {
        ...wanted,
        parameters: shownParameters(wanted),
        createdTime: previous?.properties.createdTime ?? now,
        changedTime: now,
        version: same ? previous?.properties.version : String(Date.now()).padStart(20, "0"),
        accessEndpoint: `https://prod-00.${String(top.location)}.logic.azure.com:443/workflows/${stableGuid(id.key).replaceAll("-", "")}`,
      },
    };
  },
  actions: { enable: async () => undefined, disable: async () => undefined },
};

/** Values of secure parameters never come back. */
function shownParameters(wanted: Json): Json {
  const { definition, parameters } = properties.parse(wanted);
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      /^secure/i.test(definition.parameters[name]?.type ?? "") ? {} : value,
    ]),
  );
}
