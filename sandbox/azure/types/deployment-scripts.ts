import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { ArmError } from "../arm/arm-error.ts";
import { assignedIdentities } from "../arm/identities.ts";
import type { Json } from "../arm/json.ts";
import type { ArmSurroundings, ResourceType } from "../arm/resource-type.ts";
import type { ScriptResult, ScriptRunner } from "../scripts/script-runner.ts";
import type { WorkloadIdentity } from "../workload-identity.ts";
import { stableGuid } from "./stable-guid.ts";

const typeName = "Microsoft.Resources/deploymentScripts";
const period = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/;
const duration = z
  .string()
  .refine((text) => milliseconds(text) > 0, "must be a period of ISO 8601 up to days, such as PT1H");

const variable = z.looseObject({
  name: z.string().min(1),
  value: z.string().optional(),
  secureValue: z.string().optional(),
});
const shape = z.looseObject({
  azCliVersion: z.string().regex(/^\d+\.\d+\.\d+$/, "must be a version such as 2.77.0"),
  scriptContent: z.string().min(1).max(32_000),
  primaryScriptUri: z.never("the sandbox takes scriptContent only").optional(),
  supportingScriptUris: z.array(z.unknown()).max(0, "the sandbox takes scriptContent only").optional(),
  arguments: z.string().optional(),
  environmentVariables: z.array(variable).default([]),
  forceUpdateTag: z.string().optional(),
  retentionInterval: duration.refine((text) => milliseconds(text) <= 26 * 3_600_000, "must be 1 to 26 hours"),
  timeout: duration.default("P1D"),
  cleanupPreference: z.enum(["Always", "OnSuccess", "OnExpiration"]).default("Always"),
  concealed: z.object({ variables: z.record(z.string(), z.string()) }).default({ variables: {} }),
});
type ScriptProperties = z.infer<typeof shape>;

const properties: z.ZodType<Json> = shape.transform(({ environmentVariables, concealed, ...rest }) => {
  const secure = environmentVariables.flatMap(({ name, value, secureValue }) => {
    const kept = secureValue ?? (value === undefined ? concealed.variables[name] : undefined);
    return kept === undefined ? [] : [[name, kept] as const];
  });
  return {
    ...rest,
    environmentVariables: environmentVariables.map(({ secureValue: _, ...open }) => open),
    concealed: { variables: Object.fromEntries(secure) },
  };
});

const top = z.looseObject({
  kind: z.literal("AzureCLI", "the sandbox runs Azure CLI scripts only"),
  identity: z.looseObject({ type: z.literal("UserAssigned") }).optional(),
});

/**
 * Deployment scripts, really run. One runs when it is new, when its last run failed, or when anything of it but tags
 * changes (`forceUpdateTag` is there to change). Azure forgets a finished one after `retentionInterval`; the sandbox does not.
 */
export function deploymentScripts(runner: ScriptRunner, identity: WorkloadIdentity): readonly ResourceType[] {
  const results = new Map<string, ScriptResult & { readonly status: Json }>();

  const execute = async (key: string, name: string, given: Json, wanted: Json, around: ArmSurroundings) => {
    const script = shape.parse(wanted);
    const startTime = new Date().toISOString();
    const result = await runner.run(key, {
      name,
      content: script.scriptContent,
      arguments: script.arguments ?? "",
      environment: { ...environmentOf(script), ...identity.environment(assignedIdentities(given)[0], around) },
      timeoutMs: milliseconds(script.timeout),
    });
    const endTime = new Date();
    const status = {
      containerInstanceId: `${key.split("/providers/")[0]}/providers/Microsoft.ContainerInstance/containerGroups/${stableGuid(key).slice(0, 8)}azscripts`,
      startTime,
      endTime: endTime.toISOString(),
      expirationTime: new Date(endTime.getTime() + milliseconds(script.retentionInterval)).toISOString(),
      ...(result.error === undefined ? {} : { error: { code: "DeploymentScriptError", message: result.error } }),
    };
    results.set(key, { ...result, status });
    return { ...result, status };
  };

  return [
    {
      type: typeName,
      name: {
        pattern: /^[A-Za-z0-9][-\w().]{0,89}$/,
        text: "1-90 letters, digits and -_.(), starting with a letter or digit",
      },
      location: "required",
      properties,
      top,
      secrets: ["concealed"],
      long: true,
      async apply({ id, top: given, properties: wanted, previous }, around) {
        const { outputs, status, log } = previous?.properties ?? {};
        const same = previous?.status === "Succeeded" && isDeepStrictEqual(formOf(previous.properties), formOf(wanted));
        if (same && status !== undefined) return { properties: { ...wanted, outputs, status, log } };
        const result = await execute(id.key, id.name, given, wanted, around);
        if (result.error !== undefined) {
          const text = `The provided script failed with the following error: ${result.error}.`;
          throw new ArmError(400, "DeploymentScriptError", text);
        }
        return { properties: { ...wanted, outputs: result.outputs, status: result.status, log: result.log } };
      },
      remove: async (id) => void results.delete(id.key),
      view(id, record) {
        const { status, outputs, error } = results.get(id.key) ?? {};
        return {
          log: undefined,
          ...(error !== undefined && record.status === "Failed" ? { status, outputs } : {}),
        };
      },
    },
    {
      type: `${typeName}/logs`,
      name: { pattern: /^default$/, text: "'default' is the only one" },
      location: "none",
      properties: z.looseObject({}),
      stateless: true,
      implicit(id, around) {
        const parent = id.parentKey ?? "";
        const log = results.get(parent)?.log ?? around.find(parent)?.properties.log;
        return { properties: { log: typeof log === "string" ? log : "" } };
      },
      check() {
        throw new ArmError(405, "MethodNotAllowed", "The log of a script cannot be written.");
      },
    },
  ];
}

/** What makes a script run again when it differs. */
function formOf(wanted: Json): unknown {
  const { scriptContent, arguments: given, environmentVariables, forceUpdateTag, azCliVersion } = shape.parse(wanted);
  return { scriptContent, given, environmentVariables, forceUpdateTag, azCliVersion };
}

function environmentOf(script: ScriptProperties): Record<string, string> {
  return Object.fromEntries(
    script.environmentVariables.map(({ name, value }) => [name, value ?? script.concealed.variables[name] ?? ""]),
  );
}

function milliseconds(text: string): number {
  const [, days, hours, minutes, seconds] = period.exec(text) ?? [];
  const [d = 0, h = 0, m = 0, s = 0] = [days, hours, minutes, seconds].map((part) => Number(part ?? 0));
  return (((d * 24 + h) * 60 + m) * 60 + s) * 1000;
}
