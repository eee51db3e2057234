import type { SchemaObject } from "./catalog.ts";
import { quote } from "./quote.ts";

/**
 * What makes an enum's values those of another one, in their order. `[]` where nothing has to be done; undefined where values went or changed
 * places, which PostgreSQL cannot follow, and where it is no enum.
 */
export function enumChange(wanted: SchemaObject, present: SchemaObject): readonly string[] | undefined {
  const [values, there] = [valuesOf(wanted), valuesOf(present)];
  if (values === undefined || there === undefined) return undefined;
  const kept = values.filter((value) => there.includes(value));
  if (kept.length !== there.length || kept.some((value, index) => value !== there[index])) return undefined;
  return values.flatMap((value, index) => {
    if (there.includes(value)) return [];
    const before = values[index - 1];
    const place = before === undefined ? `before ${quote.literal(there[0] ?? "")}` : `after ${quote.literal(before)}`;
    return [
      `alter type ${wanted.identity} add value if not exists ${quote.literal(value)} ${there.length === 0 ? "" : place}`,
    ];
  });
}

function valuesOf({ create_sql }: SchemaObject): readonly string[] | undefined {
  const list = / as enum \((.*)\)$/s.exec(create_sql)?.[1];
  if (list === undefined) return undefined;
  return [...list.matchAll(/E?'((?:[^']|'')*)'/g)].map(([whole, text = ""]) => {
    const plain = text.replaceAll("''", "'");
    return whole.startsWith("E") ? plain.replaceAll("\\\\", "\\") : plain;
  });
}
