import { z } from "zod";
import { sequencesQuery } from "./schema-queries.ts";
import type { Session } from "./session.ts";

/** How far past everything known a sequence goes: numbers that the old site gave out and that never arrived stay free for salvage. */
const gap = 1000n;

const shape = z.object({
  name: z.string(),
  increment: z.string(),
  minimum: z.string(),
  maximum: z.string(),
  cycles: z.boolean(),
  last_value: z.string().nullable(),
  table_name: z.string().nullable(),
  column_name: z.string().nullable(),
});
type Sequence = z.infer<typeof shape>;

export interface SequencePosition {
  readonly name: string;
  readonly value: string;
}

/**
 * Moves every user sequence past its last position known from the source and past the extreme of the column that owns it, plus a gap.
 * Never moves one back; the same again changes nothing. `known`: by qualified name.
 */
export async function advanceSequences(
  session: Session,
  known: Readonly<Record<string, string>>,
): Promise<readonly SequencePosition[]> {
  const positions: SequencePosition[] = [];
  for (const sequence of await session.rows(shape, sequencesQuery)) {
    const extreme = await columnExtreme(session, sequence);
    const heard = known[sequence.name];
    const target = nextPosition(sequence, [heard, extreme]);
    if (target !== undefined)
      await session.run("select setval($1::regclass, $2::bigint, true)", [sequence.name, target.toString()]);
    const value = target?.toString() ?? sequence.last_value;
    if (value !== null) positions.push({ name: sequence.name, value });
  }
  return positions;
}

/** Undefined: it stands far enough already, or was never used and nothing is known. */
export function nextPosition(
  sequence: Pick<Sequence, "increment" | "minimum" | "maximum" | "last_value">,
  seen: readonly (string | null | undefined)[],
): bigint | undefined {
  const values = seen.filter((value) => value !== null && value !== undefined).map((value) => BigInt(value));
  const [first, ...rest] = values;
  if (first === undefined) return undefined;
  const step = BigInt(sequence.increment);
  const up = step > 0n;
  const furthest = rest.reduce((a, b) => (up === b > a ? b : a), first);
  const wanted = furthest + gap * step;
  const target = up ? smaller(wanted, BigInt(sequence.maximum)) : larger(wanted, BigInt(sequence.minimum));
  if (sequence.last_value === null) return target;
  const current = BigInt(sequence.last_value);
  return (up ? target > current : target < current) ? target : undefined;
}

async function columnExtreme(session: Session, sequence: Sequence): Promise<string | undefined> {
  if (sequence.table_name === null || sequence.column_name === null) return undefined;
  const extreme = BigInt(sequence.increment) > 0n ? "max" : "min";
  const row = await session.first(
    z.object({ value: z.string().nullable() }),
    // Through the index of the key where there is one, which is the rule.
    `select ${extreme}(${sequence.column_name})::text as value from ${sequence.table_name}`,
  );
  return row?.value ?? undefined;
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
