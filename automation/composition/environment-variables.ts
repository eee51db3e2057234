import { z } from "zod";

/** A setting that an environment variable may give. */
export interface EnvironmentVariable {
  /** e.g. `PILOTLIGHT_WATCH_INTERVAL_SECONDS` for `watch.intervalSeconds`. */
  readonly name: string;
  readonly path: readonly string[];
  readonly kind: "text" | "number" | "list" | "numbers";
  /** As the variable would say it; undefined: none. */
  readonly fallback: string | undefined;
  readonly meaning: string;
}

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The variables of a settings schema, one for each leaf. Default of `nameOf`: `variableName`. Throws for a leaf that no variable can hold.
 */
export function environmentVariables(
  schema: z.ZodObject,
  nameOf: (path: readonly string[]) => string = variableName,
  path: readonly string[] = [],
): readonly EnvironmentVariable[] {
  return Object.entries(schema.shape).flatMap(([key, value]) => {
    const here = [...path, key];
    const inner = unwrapped(value);
    if (inner instanceof z.ZodObject) return environmentVariables(inner, nameOf, here);
    return [
      {
        name: nameOf(here),
        path: here,
        kind: kindOf(inner, here),
        fallback: fallbackOf(value),
        meaning: descriptionOf(value),
      },
    ];
  });
}

/** e.g. `PILOTLIGHT_RPO_SECONDS` for `rpoSeconds`. */
export function variableName(path: readonly PropertyKey[]): string {
  const words = path.map((key) => String(key).replace(/([a-z0-9])([A-Z])/g, "$1_$2"));
  return `PILOTLIGHT_${words.join("_").toUpperCase()}`;
}

/** What the variables that are set say, in the shape of the schema. Nothing is judged here: text that is no number stays text. */
export function fromVariables(variables: readonly EnvironmentVariable[], environment: Variables): object {
  const result: Record<string, unknown> = {};
  for (const { name, path, kind } of variables) {
    const text = environment[name];
    if (text === undefined) continue;
    let place = result;
    for (const key of path.slice(0, -1)) {
      const next = z.record(z.string(), z.unknown()).catch({}).parse(place[key]);
      place[key] = next;
      place = next;
    }
    place[path.at(-1) ?? ""] = parsedAs(kind, text);
  }
  return result;
}

function parsedAs(kind: EnvironmentVariable["kind"], text: string): unknown {
  if (kind === "text") return text;
  if (kind === "number") return numberOrText(text);
  const parts = text.split(",").flatMap((part) => (part.trim() === "" ? [] : [part.trim()]));
  return kind === "list" ? parts : parts.map(numberOrText);
}

function numberOrText(text: string): number | string {
  return text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
}

function unwrapped(schema: unknown): unknown {
  if (
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault ||
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodReadonly
  )
    return unwrapped(schema.unwrap());
  return schema instanceof z.ZodPipe ? unwrapped(schema.in) : schema;
}

function kindOf(schema: unknown, path: readonly string[]): EnvironmentVariable["kind"] {
  if (schema instanceof z.ZodNumber) return "number";
  if (schema instanceof z.ZodString || schema instanceof z.ZodEnum || schema instanceof z.ZodURL) return "text";
  if (schema instanceof z.ZodLiteral) return "text";
  if (schema instanceof z.ZodArray) return unwrapped(schema.element) instanceof z.ZodNumber ? "numbers" : "list";
  throw new Error(`no environment variable can hold ${path.join(".")}`);
}

function fallbackOf(schema: unknown): string | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return String(schema.def.defaultValue);
  return schema instanceof z.ZodPipe ? fallbackOf(schema.in) : undefined;
}

function descriptionOf(schema: unknown): string {
  if (!(schema instanceof z.ZodType)) return "";
  return schema.description ?? "";
}
