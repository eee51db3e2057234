import { createHash } from "node:crypto";
import { z } from "zod";
import type { Properties } from "../resource-kind.ts";

const principal = z.strictObject({ type: z.string(), identifiers: z.array(z.string()) });
const statementSchema = z.strictObject({
  sid: z.string().optional(),
  effect: z.enum(["Allow", "Deny"]).optional(),
  actions: z.array(z.string()).optional(),
  notActions: z.array(z.string()).optional(),
  resources: z.array(z.string()).optional(),
  notResources: z.array(z.string()).optional(),
  principals: z.array(principal).optional(),
  notPrincipals: z.array(principal).optional(),
  conditions: z
    .array(z.strictObject({ test: z.string(), variable: z.string(), values: z.array(z.string()) }))
    .optional(),
});
const argsSchema = z.strictObject({
  policyId: z.string().optional(),
  version: z.enum(["2008-10-17", "2012-10-17"]).optional(),
  statements: z.array(statementSchema).optional(),
});
type Statement = z.infer<typeof statementSchema>;

/** aws:iam/getPolicyDocument, without `sourcePolicyDocuments` and `overridePolicyDocuments`. */
export function policyDocument(args: Properties): Properties {
  const { policyId, version = "2012-10-17", statements = [] } = argsSchema.parse(args);
  const document = {
    Version: version,
    ...(policyId !== undefined && { Id: policyId }),
    Statement: statements.map(toStatement),
  };
  const json = JSON.stringify(document, undefined, 2);
  const id = createHash("sha256").update(json).digest().readUInt32BE(0);
  return { ...args, version, id: String(id), json, minifiedJson: JSON.stringify(document) };
}

function toStatement(wanted: Statement): Properties {
  return {
    ...(wanted.sid !== undefined && wanted.sid !== "" && { Sid: wanted.sid }),
    Effect: wanted.effect ?? "Allow",
    ...(wanted.actions && { Action: oneOrMany(wanted.actions) }),
    ...(wanted.notActions && { NotAction: oneOrMany(wanted.notActions) }),
    ...(wanted.resources && { Resource: oneOrMany(wanted.resources) }),
    ...(wanted.notResources && { NotResource: oneOrMany(wanted.notResources) }),
    ...(wanted.principals && { Principal: principals(wanted.principals) }),
    ...(wanted.notPrincipals && { NotPrincipal: principals(wanted.notPrincipals) }),
    ...(wanted.conditions && { Condition: conditions(wanted.conditions) }),
  };
}

function principals(all: readonly z.infer<typeof principal>[]): unknown {
  if (all.length === 1 && all[0]?.type === "*") return "*";
  const byType = Map.groupBy(all, ({ type }) => type);
  return Object.fromEntries(
    [...byType].map(([type, group]) => [type, oneOrMany(group.flatMap(({ identifiers }) => identifiers))]),
  );
}

function conditions(all: NonNullable<Statement["conditions"]>): Properties {
  const result: Record<string, Record<string, unknown>> = {};
  for (const { test, variable, values } of all) result[test] = { ...result[test], [variable]: oneOrMany(values) };
  return result;
}

/** The real one sorts lists from the end of the alphabet; a single value stands alone. */
function oneOrMany(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : [...values].sort().reverse();
}
