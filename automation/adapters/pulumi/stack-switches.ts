import type { ConfigMap } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { type DeclaredSwitches, deployedSwitchesSchema, type Site, siteSchema } from "../../../stacks/outputs.ts";
import { isServing, SWITCHES_TYPE } from "../../../stacks/switches.ts";
import { invalidInput } from "../../domain/errors.ts";
import { parseState } from "./state.ts";

const fileSchema = z.object({
  drActive: z.enum(["true", "false"]).default("false"),
  activeSite: siteSchema.default("primary"),
  epoch: z.coerce.number().int().nonnegative().default(0),
  movedBy: z.string().optional(),
  movedAt: z.string().optional(),
});

const right: Readonly<Record<string, string>> = {
  drActive: "true or false",
  activeSite: "primary or standby",
  epoch: "a whole number from 0",
};

/** The switches as the stack's file has them. Errors: `invalid-input` naming the key. */
export function switchesInFile(site: Site, config: ConfigMap): DeclaredSwitches {
  const own = Object.fromEntries(
    Object.keys(fileSchema.shape).map((name) => [name, config[`pilotlight:${name}`]?.value]),
  );
  const parsed = fileSchema.safeParse(own);
  if (!parsed.success) {
    const field = String(parsed.error.issues[0]?.path[0]);
    throw invalidInput(`pilotlight:${field}`, own[field], right[field] ?? "text");
  }
  return { ...parsed.data, drActive: site === "standby" && parsed.data.drActive === "true" };
}

/** As the engine's configuration takes them: only what differs from what the file has. */
export function switchesToWrite(site: Site, file: DeclaredSwitches, next: DeclaredSwitches): ConfigMap {
  const names = ["activeSite", "epoch", "movedBy", "movedAt", ...(site === "standby" ? ["drActive" as const] : [])];
  return Object.fromEntries(
    (names as (keyof DeclaredSwitches)[]).flatMap((name) =>
      next[name] === undefined || next[name] === file[name]
        ? []
        : [[`pilotlight:${name}`, { value: String(next[name]) }]],
    ),
  );
}

/** What an exported state says is deployed. Undefined: nothing is, or a program that recorded no switches made it. */
export function switchesInState(state: string): DeclaredSwitches | undefined {
  const outputsOf = (type: string) => resourcesOf(state).find((resource) => resource.type === type)?.outputs ?? {};
  const recorded = deployedSwitchesSchema.safeParse(outputsOf(SWITCHES_TYPE)["declared"]);
  if (recorded.success) return recorded.data;
  const before = deployedSwitchesSchema.safeParse({ ...outputsOf("pulumi:pulumi:Stack"), epoch: 0 });
  return before.success ? before.data : undefined;
}

/** Node sizes that a lit standby was made with; empty where it is dark. */
export function nodeTypesInState(state: string): readonly string[] {
  const outputs = resourcesOf(state).find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  const sizes = z.object({ cluster: z.unknown(), nodeTypes: z.array(z.string()) }).safeParse(outputs);
  return sizes.success && sizes.data.cluster !== undefined ? sizes.data.nodeTypes : [];
}

/** URNs of what is protected because it served users (data are protected too, and not among these). */
export function protectedServing(state: string): readonly string[] {
  return resourcesOf(state)
    .filter(({ type, protect }) => protect && isServing(type))
    .map(({ urn }) => urn);
}

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  protect: z.boolean().default(false),
  outputs: z.record(z.string(), z.unknown()).default({}),
});

function resourcesOf(state: string): readonly z.infer<typeof resourceSchema>[] {
  return z.array(resourceSchema).parse(parseState(state).deployment.resources);
}
