import { z } from "zod";

const oneOrMany = z.union([z.string(), z.array(z.string())]).transform((value) => [value].flat());
const principalSchema = z.union([z.string(), z.record(z.string(), oneOrMany)]);
const statementSchema = z.preprocess(
  (value) => withNames(value, ELEMENTS),
  z.object({
    Effect: z.enum(["Allow", "Deny"]),
    Principal: principalSchema.optional(),
    NotPrincipal: principalSchema.optional(),
    Action: oneOrMany.optional(),
    NotAction: oneOrMany.optional(),
    Resource: oneOrMany.optional(),
    NotResource: oneOrMany.optional(),
    Condition: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
  }),
);
export type Statement = z.infer<typeof statementSchema>;

/** Elements of a statement by their name in small letters: a cloud that takes them so gives the same rights. */
const ELEMENTS: ReadonlyMap<string, string> = new Map(
  ["Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"].map((name) => [
    name.toLowerCase(),
    name,
  ]),
);

const documentSchema = z.preprocess(
  (value) => withNames(value, new Map([["statement", "Statement"]])),
  z.object({ Statement: z.unknown().transform((value) => [value].flat()) }),
);

function withNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [names.get(key.toLowerCase()) ?? key, each]));
}

/** The statements of a policy, given as JSON text or as an object. None where it is unknown or no policy. */
export function documentStatements(policy: unknown): readonly Statement[] {
  const document = documentSchema.safeParse(typeof policy === "string" ? parse(policy) : policy);
  return (document.data?.Statement ?? []).flatMap((statement) => statementSchema.safeParse(statement).data ?? []);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Everything on everything, or on everything but something. */
export function allowsAll({ Effect, Action = [], Resource = [], NotAction, NotResource }: Statement): boolean {
  if (Effect !== "Allow" || !(Resource.includes("*") || NotResource !== undefined)) return false;
  return NotAction !== undefined || Action.some((action) => /^\*+(:\*+)?$/.test(action));
}

/** Allows something to everybody, bound by nothing. */
export function isPublic({ Effect, Principal, NotPrincipal, Condition = {} }: Statement): boolean {
  const isBound = Object.keys(Condition).length > 0;
  return Effect === "Allow" && !isBound && (isEverybody(Principal) || NotPrincipal !== undefined);
}

/** Refuses everybody who does not come over TLS. The names of condition keys are the same in either case. */
export function requiresTls({ Effect, Principal, Condition }: Statement): boolean {
  const conditions = [Condition?.Bool, Condition?.BoolIfExists].flatMap((each) => Object.entries(each ?? {}));
  const secure = conditions.find(([key]) => key.toLowerCase() === "aws:securetransport")?.[1];
  return Effect === "Deny" && isEverybody(Principal) && String(secure).toLowerCase() === "false";
}

function isEverybody(principal: Statement["Principal"]): boolean {
  if (principal === undefined) return false;
  if (typeof principal === "string") return principal === "*";
  return [principal.AWS, principal["*"]].some((names) => names?.includes("*"));
}
