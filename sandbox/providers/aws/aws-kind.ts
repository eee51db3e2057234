import { z } from "zod";
import { PartialFailure } from "../partial-failure.ts";
import type { CallContext, Properties, ResourceKind } from "../resource-kind.ts";
import { type AutoName, withAutoName } from "./auto-name.ts";
import type { AwsCloud, AwsRegion } from "./aws-cloud.ts";
import { mergeProperties, projectInputs } from "./reconcile.ts";

export const tagsSchema = z.record(z.string(), z.string()).optional();
/** Inputs that every regional type of the v7 provider has. */
export const regional = { region: z.string().optional() };

/** An input that the real provider has and the sandbox cannot honour: better refused than dropped. */
export function refused(why: string) {
  return z.undefined({ error: `the sandbox refuses it: ${why}` }).optional();
}

export interface Found {
  /** Where the real id is known only afterwards, or an import gives another one. */
  readonly id?: string;
  /** By output name; a key with an undefined value is known to be unset. `tags` holds all tags that are there. */
  readonly properties: Properties;
}

export interface AwsKindSpec<Schema extends z.ZodObject> {
  readonly inputs: Schema;
  readonly autoName?: AutoName;
  /** Constant defaults of the real provider's schema. */
  readonly defaults?: Properties;
  readonly replaceOnChanges: readonly string[];
  /** Where that depends on the values: inputs whose change replaces, beside those above. */
  readonly alsoReplace?: (before: Properties, after: Properties) => readonly string[];
  readonly deleteBeforeReplace?: boolean;
  /** Outputs (dot paths) that the cloud works out inside an object that the program gives. */
  readonly computed?: readonly string[];
  /** Makes it and returns its id. Waiting belongs into `ready`. `tags` holds the provider's default tags too. */
  create(aws: AwsRegion, inputs: z.infer<Schema>, call: AwsCall): Promise<string>;
  /** Waits until it is usable. */
  ready?(aws: AwsRegion, id: string, call: AwsCall): Promise<void>;
  /** `known`: the state, or the inputs just after creation; empty on import. */
  look(aws: AwsRegion, id: string, known: Properties, call: AwsCall): Promise<Found | undefined>;
  /** Absent where every input replaces. */
  update?(aws: AwsRegion, id: string, change: Change<z.infer<Schema>>, call: AwsCall): Promise<void>;
  delete(aws: AwsRegion, id: string, state: Properties, call: AwsCall): Promise<void>;
}

export interface AwsCall {
  readonly signal: AbortSignal;
  readonly name: string;
}

export interface Change<Inputs> {
  readonly inputs: Inputs;
  readonly old: Properties;
  /** Whether the inputs of that name differ. `tags` compares with the default tags in. */
  has(...names: readonly (keyof Inputs & string)[]): boolean;
  /** All tags that were put on by the last update. */
  readonly oldTags: Readonly<Record<string, string>>;
}

/** A resource kind of the plugin host, with what all AWS types share: names, tags, regions, refresh. */
export function awsKind<Schema extends z.ZodObject>(spec: AwsKindSpec<Schema>): ResourceKind<AwsCloud> {
  const hasTags = "tags" in spec.inputs.shape;
  const hasRegion = "region" in spec.inputs.shape;

  const withDefaultTags = (aws: AwsRegion, inputs: Properties): Properties =>
    hasTags ? { ...inputs, tags: { ...aws.defaultTags, ...tagsOf(inputs) } } : inputs;

  const outputsOf = (aws: AwsRegion, known: Properties, found: Found): Properties => {
    const live = { ...found.properties, ...(hasRegion && { region: aws.region }) };
    if (!hasTags) return mergeProperties(known, live);
    const all = tagsOf(live);
    const declared = tagsOf(known);
    const own = Object.entries(all).filter(([key, value]) => key in declared || aws.defaultTags[key] !== value);
    const tags = own.length > 0 || "tags" in known ? Object.fromEntries(own) : undefined;
    return mergeProperties(known, { ...live, tags, tagsAll: all });
  };

  const lookAgain = async (aws: AwsRegion, id: string, known: Properties, call: CallContext): Promise<Properties> => {
    const found = await spec.look(aws, id, known, call);
    if (found === undefined) throw new Error(`${id} was made, but is not there`);
    return outputsOf(aws, known, found);
  };

  const { alsoReplace, deleteBeforeReplace = false } = spec;
  const replaceOnChanges = hasRegion ? [...spec.replaceOnChanges, "region"] : spec.replaceOnChanges;
  return {
    inputs: spec.inputs,
    replaceOnChanges,
    ...(spec.computed && { computed: spec.computed }),
    ...(alsoReplace && {
      replacement: (before, after) => ({
        paths: [...replaceOnChanges, ...alsoReplace(before, after)],
        deleteBeforeReplace,
      }),
    }),
    ...(spec.deleteBeforeReplace !== undefined && { deleteBeforeReplace: spec.deleteBeforeReplace }),
    defaults: (inputs, context) => {
      const filled = { ...spec.defaults, ...inputs };
      return spec.autoName === undefined ? filled : withAutoName(spec.autoName, filled, context);
    },

    async create(cloud, inputs, call) {
      const aws = cloud.in(inputs["region"]);
      const id = await cloud.reach(() => spec.create(aws, spec.inputs.parse(withDefaultTags(aws, inputs)), call));
      try {
        await spec.ready?.(aws, id, call);
        return { id, outputs: await lookAgain(aws, id, inputs, call) };
      } catch (error) {
        throw new PartialFailure(error instanceof Error ? error.message : String(error), id, inputs);
      }
    },

    async read(cloud, id, state, call) {
      const aws = cloud.in(state["region"]);
      const found = await cloud.reach(() => spec.look(aws, id, state, call));
      if (found === undefined) return undefined;
      const known = call.lastInputs ?? {};
      const outputs = outputsOf(aws, state, found);
      const own = { ...found.properties, ...("tags" in outputs ? { tags: outputs["tags"] } : { tags: undefined }) };
      const inputs = Object.keys(known).length > 0 ? projectInputs(known, own) : importedInputs(spec.inputs, outputs);
      return { id: found.id ?? id, inputs, outputs };
    },

    async update(cloud, id, inputs, old, call) {
      const aws = cloud.in(inputs["region"]);
      const wanted = withDefaultTags(aws, inputs);
      const oldTags = tagsOf({ tags: old.outputs["tagsAll"] });
      const before: Properties = { ...old.inputs, tags: oldTags };
      const change: Change<z.infer<Schema>> = {
        inputs: spec.inputs.parse(wanted),
        old: old.outputs,
        oldTags,
        has: (...names) => names.some((name) => JSON.stringify(before[name]) !== JSON.stringify(wanted[name])),
      };
      await cloud.reach(async () => spec.update?.(aws, id, change, call));
      await spec.ready?.(aws, id, call);
      return cloud.reach(() => lookAgain(aws, id, inputs, call));
    },

    async delete(cloud, id, state, call) {
      await cloud.reach(() => spec.delete(cloud.in(state["region"]), id, state, call));
    },
  };
}

export function tagsOf(properties: Properties): Record<string, string> {
  return z.record(z.string(), z.string()).catch({}).parse(properties["tags"]);
}

/** What a program could say of something that nobody declared yet: outputs that are inputs too, at any depth. */
function importedInputs(schema: z.ZodObject, outputs: Properties): Properties {
  const { region: _, ...inputs } = structuredClone(outputs);
  for (const issue of schema.safeParse(inputs).error?.issues ?? []) {
    if (issue.code !== "unrecognized_keys") continue;
    const holder = issue.path.reduce<unknown>((at, key) => (isRecord(at) ? at[String(key)] : undefined), inputs);
    if (isRecord(holder)) for (const key of issue.keys) delete holder[key];
  }
  return inputs;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
