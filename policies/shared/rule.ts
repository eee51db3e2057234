import { z } from "zod";
import type { DeclaredResource, DeclaredStack, Props } from "./resource.ts";

/** A requirement of somebody else that a rule comes from. */
export interface Control {
  /** E.g. `CIS AWS 3.0`. */
  readonly source: string;
  /** E.g. `2.3.1`. */
  readonly id: string;
  readonly url: string;
}

export type Severity = "low" | "medium" | "high" | "critical";

/** What happens to who breaks it, unless a pack's config says otherwise: it is told, or it is stopped. */
export type Level = "advisory" | "mandatory";

interface RuleText {
  /** Unique among all packs, with the pack first: `aws-database-encrypted`. */
  readonly name: string;
  /** What must be so, in one sentence. */
  readonly title: string;
  readonly severity: Severity;
  readonly level: Level;
  /** Never empty: a rule that nobody asked for is an opinion. */
  readonly controls: readonly [Control, ...Control[]];
  /** What to do about a finding. */
  readonly remedy: string;
}

/** What is wrong, and with which resource. */
export interface Violation {
  readonly urn: string;
  readonly message: string;
}

/** Thrown by a check that has not been told what it needs: neither passed nor failed, and shown as such. */
export class NotJudged extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = "NotJudged";
  }
}

export interface ResourceRule extends RuleText {
  readonly kind: "resource";
  readonly types: readonly string[];
  readonly configSchema: z.core.JSONSchema.BaseSchema;
  /** One message for each thing that is wrong. Throws ZodError on config of another form. */
  readonly check: (resource: DeclaredResource, config: Props) => readonly string[];
  /**
   * The inputs set right; undefined: nothing to do. Only where it can break nobody. Runs only where a pack's config sets the
   * rule's enforcement level to `remediate`: by default a program is told, not silently changed.
   */
  readonly remediate?: (props: Props) => Props | undefined;
}

export interface StackRule extends RuleText {
  readonly kind: "stack";
  readonly configSchema: z.core.JSONSchema.BaseSchema;
  readonly check: (stack: DeclaredStack, config: Props) => readonly Violation[];
}

export type Rule = ResourceRule | StackRule;

const none = z.object({});
type None = z.infer<typeof none>;

type ResourceDefinition<Config> = RuleText & {
  readonly types: readonly string[];
  readonly check: (resource: DeclaredResource, config: Config) => readonly string[];
  readonly remediate?: (props: Props) => Props | undefined;
};

type StackDefinition<Config> = RuleText & {
  readonly check: (stack: DeclaredStack, config: Config) => readonly Violation[];
};

/** A rule over one resource at a time. `config`: its options, each with a default. */
export function resourceRule(definition: ResourceDefinition<None>): ResourceRule;
export function resourceRule<Schema extends z.ZodObject>(
  definition: ResourceDefinition<z.infer<Schema>>,
  config: Schema,
): ResourceRule;
export function resourceRule<Config>(definition: ResourceDefinition<Config>, config?: z.ZodType<Config>): ResourceRule {
  const { read, configSchema } = options(config);
  return {
    ...definition,
    kind: "resource",
    configSchema,
    check: (resource, given) => definition.check(resource, read(given)),
  };
}

/** A rule over everything that a stack declares. */
export function stackRule(definition: StackDefinition<None>): StackRule;
export function stackRule<Schema extends z.ZodObject>(
  definition: StackDefinition<z.infer<Schema>>,
  config: Schema,
): StackRule;
export function stackRule<Config>(definition: StackDefinition<Config>, config?: z.ZodType<Config>): StackRule {
  const { read, configSchema } = options(config);
  return { ...definition, kind: "stack", configSchema, check: (stack, given) => definition.check(stack, read(given)) };
}

function options<Config>(config: z.ZodType<Config> | undefined) {
  // Without a schema the overloads have made Config the empty object.
  const schema = config ?? (none as z.ZodType<unknown> as z.ZodType<Config>);
  return {
    read: (given: Props): Config => schema.parse(given),
    configSchema: z.toJSONSchema(schema, { io: "input" }),
  };
}
