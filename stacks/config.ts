import type { z } from "zod";
import { ConfigError, type ConfigProblem } from "./config-error.ts";
import { relationProblems } from "./config-relations.ts";
import { RIGHT } from "./config-right.ts";
import { awsPrimarySchema, externalPrimarySchema, KEYS, SECRET_KEYS, standbySchema } from "./config-schema.ts";
import { hideSecrets, plainSecrets } from "./config-secrets.ts";
import { ENVIRONMENT_NAME, type Site } from "./outputs.ts";

export { ConfigError, type ConfigProblem } from "./config-error.ts";
export type { ServiceConfig, TrafficConfig } from "./config-fields.ts";

/** Namespace of our keys in a stack's file. */
export const NAMESPACE = "pilotlight";

/** What a stack's name says. */
export interface StackIdentity {
  readonly environment: string;
  readonly role: Site;
}

type PrimaryIdentity = StackIdentity & { readonly role: "primary" };
export type AwsPrimaryConfig = PrimaryIdentity & z.infer<typeof awsPrimarySchema>;
export type ExternalPrimaryConfig = PrimaryIdentity & z.infer<typeof externalPrimarySchema>;
export type PrimaryConfig = AwsPrimaryConfig | ExternalPrimaryConfig;
export type StandbyConfig = StackIdentity & { readonly role: "standby" } & z.infer<typeof standbySchema>;
export type StackConfig = PrimaryConfig | StandbyConfig;

/** Keys that are plain text; all others are JSON (booleans, numbers, lists, objects), as the engine hands them over. */
const TEXT_KEYS: ReadonlySet<string> = new Set([
  ...SECRET_KEYS,
  "application",
  "provider",
  "compute",
  "loadBalancer",
  "region",
  "nat",
  "zoneName",
  "publicName",
  "activeSite",
  "movedBy",
  "movedAt",
  "tier",
  "primaryCidr",
  "standbyCidr",
]);

/** Where a role's region comes from unless `pilotlight:region` says the same. */
const REGION_KEY = { primary: "aws:region", standby: "azure-native:location" } as const;

/** `<environment>-primary` or `<environment>-standby`. Errors: ConfigError. */
export function parseStackName(name: string): StackIdentity {
  const match = /^(.*)-(primary|standby)$/.exec(name);
  const environment = match?.[1] ?? "";
  if (!ENVIRONMENT_NAME.test(environment)) {
    const right =
      "<environment>-primary or <environment>-standby, environment of 2-24 characters, e.g. production-primary";
    throw new ConfigError([{ key: "stack name", value: name, right }]);
  }
  return { environment, role: match?.[2] === "primary" ? "primary" : "standby" };
}

/**
 * Reads a stack's configuration. `raw` is everything the engine hands over, keys with their namespace
 * (`pilotlight:activeSite`), values as text, structured ones as JSON. Other namespaces belong to the providers; of
 * them only the region is looked at. `encrypted` are the keys that the engine keeps as secrets.
 * Errors: ConfigError with all problems, no secret among them; nothing has been planned by then.
 */
export function parseConfig(
  raw: Readonly<Record<string, string>>,
  stack: StackIdentity,
  encrypted: ReadonlySet<string> = new Set(),
): StackConfig {
  const problems: ConfigProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, text] of Object.entries(raw)) {
    const name = key.startsWith(`${NAMESPACE}:`) ? key.slice(NAMESPACE.length + 1) : undefined;
    if (name === undefined) continue;
    if (!KEYS[stack.role].includes(name)) problems.push(unknownKey(name, text, stack.role));
    else values[name] = TEXT_KEYS.has(name) ? text : decode(text);
  }
  const isEncrypted = (name: string): boolean => encrypted.has(`${NAMESPACE}:${name}`);
  problems.push(
    ...plainSecrets(values, isEncrypted, NAMESPACE),
    ...settleRegion(raw, values, stack.role),
    ...relationProblems(values, stack.role, NAMESPACE),
  );
  const common = { environment: stack.environment };
  const done = (error: z.ZodError | undefined): ConfigError => {
    const all = [...problems, ...problemsOf(error, values)];
    const once = all.filter((one, index) => all.findIndex((other) => same(one, other)) === index);
    return new ConfigError(once.map((problem) => hideSecrets(problem, isEncrypted, NAMESPACE)));
  };
  if (stack.role === "standby") {
    const parsed = standbySchema.safeParse(values);
    if (parsed.success && problems.length === 0) return { ...common, role: "standby", ...parsed.data };
    throw done(parsed.error);
  }
  if (values.provider === "external") {
    const parsed = externalPrimarySchema.safeParse(values);
    if (parsed.success && problems.length === 0) return { ...common, role: "primary", ...parsed.data };
    throw done(parsed.error);
  }
  const parsed = awsPrimarySchema.safeParse(values);
  if (parsed.success && problems.length === 0) return { ...common, role: "primary", ...parsed.data };
  throw done(parsed.error);
}

function same(one: ConfigProblem, other: ConfigProblem): boolean {
  return one.key === other.key && one.right === other.right;
}

/** JSON if it is; else the text itself, so that the schema can name it. */
function decode(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unknownKey(name: string, value: string, role: Site): ConfigProblem {
  const other = role === "primary" ? "standby" : "primary";
  const right = KEYS[other].includes(name)
    ? `to leave it out: ${name} belongs to the ${other} stack`
    : `no such key; there are ${KEYS[role].join(", ")}`;
  return { key: `${NAMESPACE}:${name}`, value, right };
}

/** One source for the region: the provider's own key, which `pilotlight:region` may repeat but not contradict. */
function settleRegion(
  raw: Readonly<Record<string, string>>,
  values: Record<string, unknown>,
  role: Site,
): readonly ConfigProblem[] {
  const providerKey = REGION_KEY[role];
  const provided = raw[providerKey];
  const own = values.region;
  if (own === undefined && provided !== undefined) values.region = provided;
  if (own === undefined || provided === undefined || own === provided) return [];
  return [{ key: `${NAMESPACE}:region`, value: String(own), right: `${provided}, which ${providerKey} says` }];
}

function problemsOf(error: z.ZodError | undefined, values: Record<string, unknown>): readonly ConfigProblem[] {
  return (error?.issues ?? []).flatMap((issue): readonly ConfigProblem[] => {
    if (issue.code === "unrecognized_keys") {
      const known = RIGHT[pattern(issue.path)];
      const right = known ? `no such key; ${known}` : "no such key";
      return issue.keys.map((name) => problemAt([...issue.path, name], values, right));
    }
    return [problemAt(issue.path, values, nearestRight(issue.path))];
  });
}

function problemAt(path: readonly PropertyKey[], values: Record<string, unknown>, right: string): ConfigProblem {
  const found = path.reduce<unknown>((value, part) => Reflect.get(Object(value), part), values);
  return {
    key: `${NAMESPACE}:${path.map(String).join(".")}`,
    value: found === undefined ? undefined : typeof found === "string" ? found : JSON.stringify(found),
    right,
  };
}

/** A list's or an object's own line serves for what is inside it. */
function nearestRight(path: readonly PropertyKey[]): string {
  return RIGHT[pattern(path)] ?? (path.length > 1 ? nearestRight(path.slice(0, -1)) : "another value");
}

function pattern(path: readonly PropertyKey[]): string {
  return path.map((part) => (typeof part === "number" ? "*" : String(part))).join(".");
}
