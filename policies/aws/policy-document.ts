import { z } from "zod";

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const principalSchema = z.union([z.string(), z.record(z.string(), oneOrMany)]);
const statementSchema = z.object({
  Effect: z.enum(["Allow", "Deny"]),
  Principal: principalSchema.optional(),
  Action: oneOrMany.optional(),
  NotAction: oneOrMany.optional(),
  Resource: oneOrMany.optional(),
  Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
export type Statement = z.infer<typeof statementSchema>;

const documentSchema = z.object({
  Statement: z.union([statementSchema, z.array(statementSchema)]).transform((value) => [value].flat()),
});

/** The statements of a policy, given as JSON text or as an object. None where it is unknown or no policy. */
export function documentStatements(policy: unknown): readonly Statement[] {
  const parsed = documentSchema.safeParse(typeof policy === "string" ? parse(policy) : policy);
  return parsed.success ? parsed.data.Statement : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Everything on everything. */
export function allowsAll({ Effect, Action = [], Resource = [], NotAction }: Statement): boolean {
  if (Effect !== "Allow" || !Resource.includes("*")) return false;
  return NotAction !== undefined || Action.some((action) => action === "*" || action === "*:*");
}

/** Allows something to everybody, bound by nothing. */
export function isPublic({ Effect, Principal, Condition }: Statement): boolean {
  return Effect === "Allow" && Condition === undefined && isEverybody(Principal);
}

/** Refuses everybody who does not come over TLS. */
export function requiresTls({ Effect, Principal, Condition }: Statement): boolean {
  const secure = Condition?.Bool?.["aws:SecureTransport"];
  return Effect === "Deny" && isEverybody(Principal) && String(secure) === "false";
}

function isEverybody(principal: Statement["Principal"]): boolean {
  if (principal === undefined) return false;
  if (typeof principal === "string") return principal === "*";
  return principal.AWS?.includes("*") ?? false;
}
