import {
  type EnforcementLevel,
  type Policies,
  type PolicyConfigSchema,
  PolicyPack,
  type PolicyResource,
  type ReportViolation,
  type ResourceValidation,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type StackValidationPolicy,
} from "@pulumi/policy";
import { acceptanceOf, acceptedSchema, readAccepted } from "./accepted.ts";
import { canonical } from "./canonical.ts";
import { canonicalType } from "./canonical-type.ts";
import { type DeclaredResource, type Props, stackOf, UNKNOWN } from "./resource.ts";
import { NotJudged, type ResourceRule, type Rule, type StackRule, type Violation } from "./rule.ts";

/** What an engine knows a pack's rules by. */
export function servePack(name: string, rules: readonly Rule[], description: string): void {
  const declared = new Map<string, Props>();
  const policies: Policies = rules.map((rule) =>
    rule.kind === "resource" ? resourcePolicy(rule, declared) : stackPolicy(rule, declared),
  );
  policies.unshift(collector(`${name}-inputs`, declared));
  new PolicyPack(name, { policies, description, enforcementLevel: "mandatory" });
}

/**
 * Judges nothing: reads each resource's inputs once, for all the rules. Those over the stack are given outputs by the engine,
 * which in a preview of something new are mostly unknown; what the program declares is known.
 */
function collector(name: string, declared: Map<string, Props>): ResourceValidationPolicy {
  return {
    name,
    description: "Reads what the program declares, for all other rules. Reports nothing.",
    enforcementLevel: "advisory",
    validateResource: ({ urn, props }) => {
      declared.set(urn, plain(props));
    },
  };
}

function resourcePolicy(rule: ResourceRule, declared: ReadonlyMap<string, Props>): ResourceValidationPolicy {
  const { remediate, types } = rule;
  const validate: ResourceValidation = (args, report) => {
    const resource = canonical(declaredResource(args, declared.get(args.urn) ?? plain(args.props)));
    if (!types.includes(resource.type)) return;
    const config = args.getConfig<Props>();
    const messages = rule.check(resource, config);
    const violations = messages.map((message) => ({ urn: args.urn, message }));
    tell(rule, report, config, violations);
  };
  return {
    ...texts(rule),
    validateResource: validate,
    ...(remediate
      ? {
          remediateResource: ({ type, props }: ResourceValidationArgs) => {
            // Only inputs of the rule's own shape: those of aws-native are others.
            if (!types.includes(canonicalType(type))) return undefined;
            const before = plain(props);
            const after = remediate(before);
            // Only what changes is replaced: the rest keeps its secrets and what is not known yet.
            return after === undefined ? undefined : { ...props, ...changed(before, after) };
          },
        }
      : {}),
  };
}

function stackPolicy(rule: StackRule, declared: ReadonlyMap<string, Props>): StackValidationPolicy {
  return {
    ...texts(rule),
    validateStack: (args, report) => {
      const config = args.getConfig<Props>();
      const resources = args.resources.map((resource) =>
        canonical(stackResource(resource, declared.get(resource.urn))),
      );
      try {
        tell(rule, report, config, rule.check({ name: stackOf(resources[0]?.urn ?? ""), resources }, config));
      } catch (error) {
        if (error instanceof NotJudged) args.notApplicable(error.message);
        throw error;
      }
    },
  };
}

/** The SDK takes a violation with a level of its own too; its types do not say so yet (server.js, makeReportViolationFun). */
type Report = ReportViolation &
  ((violation: { name: string; urn: string; message: string; enforcementLevel: EnforcementLevel }) => void);

/** An accepted violation is told, and stops nobody. */
function tell(rule: Rule, report: ReportViolation, config: Props, violations: readonly Violation[]): void {
  const accepted = readAccepted(config);
  for (const { urn, message } of violations) {
    const acceptance = acceptanceOf(accepted, urn);
    if (acceptance === undefined) {
      report(message, urn);
      continue;
    }
    const { reason, owner, expires } = acceptance;
    (report as Report)({
      name: rule.name,
      urn,
      message: `${rule.title}\n${message}\naccepted until ${expires} by ${owner}: ${reason}`,
      enforcementLevel: "advisory",
    });
  }
}

function texts(
  rule: Rule,
): Pick<
  ResourceValidationPolicy,
  | "name"
  | "description"
  | "displayName"
  | "severity"
  | "enforcementLevel"
  | "configSchema"
  | "url"
  | "remediationSteps"
  | "framework"
  | "tags"
> {
  const [control] = rule.controls;
  return {
    name: rule.name,
    description: rule.title,
    displayName: rule.name,
    severity: rule.severity,
    enforcementLevel: rule.level,
    configSchema: schemaOf(rule),
    url: control.url,
    remediationSteps: rule.remedy,
    framework: {
      name: control.source,
      version: "",
      reference: control.id,
      specification: rule.controls.map(({ source, id, url }) => `${source} ${id} (${url})`).join("; "),
    },
    tags: rule.controls.map(({ source, id }) => `${source} ${id}`),
  };
}

function schemaOf({ configSchema }: Rule): PolicyConfigSchema {
  return { properties: { ...Object(configSchema.properties), accepted: acceptedSchema } };
}

function declaredResource({ urn, type, name, opts }: ResourceValidationArgs, props: Props): DeclaredResource {
  return { urn, type, name, props, protect: opts.protect, parent: opts.parent ?? "", dependencies: [] };
}

function stackResource(resource: PolicyResource, inputs: Props | undefined): DeclaredResource {
  const { urn, type, name, opts, dependencies, propertyDependencies } = resource;
  const from = [...dependencies, ...Object.values(propertyDependencies).flat()];
  return {
    urn,
    type,
    name,
    // What is only read (a StackReference), and a component, has outputs and nothing else.
    props: inputs !== undefined && Object.keys(inputs).length > 0 ? inputs : plain(resource.props),
    protect: opts.protect,
    parent: opts.parent ?? "",
    dependencies: [...new Set(from.map((each) => each.urn))],
  };
}

/** The SDK throws at whoever reads a value that is not known yet; a rule wants to read past it. */
function plain(value: object): Props {
  return Object.fromEntries(Object.keys(value).map((key) => [key, read(value, key)]));
}

function read(holder: object, key: string): unknown {
  let value: unknown;
  try {
    value = Reflect.get(holder, key);
  } catch {
    return UNKNOWN;
  }
  if (Array.isArray(value)) return Array.from({ length: value.length }, (_, index) => read(value, String(index)));
  return typeof value === "object" && value !== null ? plain(value) : value;
}

function changed(before: Props, after: Props): Props {
  return Object.fromEntries(Object.entries(after).filter(([key, value]) => before[key] !== value));
}
