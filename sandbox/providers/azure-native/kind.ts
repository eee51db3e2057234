import { z } from "zod";
import { PartialFailure, type Properties, type ResourceKind } from "../plugin-host.ts";
import { isObject } from "../properties.ts";
import type { ArmClient } from "./arm-client.ts";
import { autoName, keptName } from "./auto-name.ts";
import { importedInputs, observedInputs } from "./observed-inputs.ts";
import { resourceId } from "./resource-id.ts";
import { toBody, toOutputs } from "./shape.ts";
import { hasLocation, nameParameter, pathParameters, type TypeMapping } from "./type-mapping.ts";

/** Inputs of the last update, kept in the (secret) state as azure-native does: refresh compares against them. */
export const keptInputs = "__inputs";

const groupApiVersion = "2024-03-01";

/** A resource type of azure-native over Azure Resource Manager, by its mapping. */
export function kindOf(mapping: TypeMapping): ResourceKind<ArmClient> {
  const { apiVersion } = mapping;
  const parameters = pathParameters(mapping).filter((name) => name !== "subscriptionId");
  const finish = (resource: Properties, inputs: Properties): Properties => ({
    ...toOutputs(mapping, resource),
    [keptInputs]: inputs,
  });

  const bodyOf = async (arm: ArmClient, inputs: Properties, signal: AbortSignal): Promise<Properties> => {
    const body = toBody(mapping, inputs);
    if (!hasLocation(mapping) || body.location !== undefined) return body;
    return { ...body, location: await groupLocation(arm, inputs.resourceGroupName, signal) };
  };

  return {
    inputs: inputSchema(mapping),
    replaceOnChanges: [...parameters, ...(hasLocation(mapping) ? ["location"] : []), ...(mapping.replace ?? [])],
    // Names are mostly given by the program, and Azure has no two resources of one name.
    deleteBeforeReplace: true,
    computed: [...(mapping.computed ?? []), ...identityOutputs(mapping)],
    defaults(inputs, { name, old }) {
      const own = nameParameter(mapping);
      const { location } = inputs;
      return {
        ...inputs,
        ...(typeof location === "string" ? { location: location.replaceAll(" ", "").toLowerCase() } : {}),
        [own]: inputs[own] ?? keptName(mapping, old) ?? autoName(mapping, name),
      };
    },
    async create(arm, inputs, { signal }) {
      const id = resourceId(mapping, inputs, arm.settings.subscriptionId);
      if (mapping.reset === undefined && (await arm.get(id, apiVersion, signal)) !== undefined) {
        throw new Error(`cannot create already existing resource '${id}'; import it, or give another name`);
      }
      const resource = await putOrPartial(arm, mapping, id, await bodyOf(arm, inputs, signal), inputs, signal);
      return { id: typeof resource.id === "string" ? resource.id : id, outputs: finish(resource, inputs) };
    },
    async read(arm, id, state, { signal }) {
      const resource = await arm.get(id, apiVersion, signal);
      if (resource === undefined) return undefined;
      const now = toOutputs(mapping, resource);
      const { [keptInputs]: kept, ...outputs } = state;
      const inputs = isObject(kept)
        ? observedInputs(mapping, { inputs: kept, outputs }, now)
        : importedInputs(mapping, id, now);
      return { id: typeof resource.id === "string" ? resource.id : id, inputs, outputs: finish(resource, inputs) };
    },
    async update(arm, id, inputs, _old, { signal }) {
      return finish(await arm.put(id, apiVersion, await bodyOf(arm, inputs, signal), signal), inputs);
    },
    async delete(arm, id, _state, { signal }) {
      if (mapping.reset === undefined) return arm.delete(id, apiVersion, signal);
      // What always exists cannot be deleted: it goes back to what it was, unless its owner is gone.
      if ((await arm.get(id, apiVersion, signal)) !== undefined) await arm.put(id, apiVersion, mapping.reset, signal);
    },
  };
}

/** Who a resource with an identity of its own is, Azure says. */
function identityOutputs(mapping: TypeMapping): readonly string[] {
  return mapping.inputs.object?.includes("identity") === true ? ["identity.principalId", "identity.tenantId"] : [];
}

/** A PUT that was accepted but did not succeed leaves a resource behind: the engine must keep it. */
async function putOrPartial(
  arm: ArmClient,
  mapping: TypeMapping,
  id: string,
  body: Properties,
  inputs: Properties,
  signal: AbortSignal,
): Promise<Properties> {
  try {
    return await arm.put(id, mapping.apiVersion, body, signal);
  } catch (error) {
    const left = await arm.get(id, mapping.apiVersion, AbortSignal.timeout(10_000)).catch(() => undefined);
    if (left === undefined || mapping.reset !== undefined) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new PartialFailure(message, id, { ...toOutputs(mapping, left), [keptInputs]: inputs });
  }
}

async function groupLocation(arm: ArmClient, group: unknown, signal: AbortSignal): Promise<string> {
  if (arm.settings.location !== undefined) return arm.settings.location;
  const id = `/subscriptions/${arm.settings.subscriptionId}/resourceGroups/${String(group)}`;
  const location = group === undefined ? undefined : (await arm.get(id, groupApiVersion, signal))?.location;
  if (typeof location === "string") return location;
  throw new Error(`location is missing, and there is no resource group '${String(group)}' to take it from`);
}

function inputSchema(mapping: TypeMapping): z.ZodType {
  const { text = [], number = [], flag = [], object = [], list = [] } = mapping.inputs;
  const all = (names: readonly string[], type: z.ZodType) => names.map((name) => [name, type] as const);
  const own = nameParameter(mapping);
  const required = new Set([...(mapping.required ?? []), ...pathParameters(mapping)]);
  const shape = [
    ...all(["azureApiVersion", ...text], z.string()),
    ...all(number, z.number()),
    ...all(flag, z.boolean()),
    ...all(object, z.record(z.string(), z.unknown())),
    ...all(list, z.array(z.unknown())),
    ...all(
      pathParameters(mapping).filter((name) => name !== "subscriptionId"),
      z.string().min(1),
    ),
  ].map(([name, type]) => [name, required.has(name) && name !== own ? type : type.optional()] as const);
  return z.strictObject(Object.fromEntries(shape));
}
