import { z } from "zod";
import { DriverError, toDriverError } from "../../domain/errors.ts";
import type { PromotionEvidence } from "../../ports/database.ts";
import { sequencesQuery } from "./schema-queries.ts";
import { columnExtreme, columnLimits, type FedColumn, fedColumns } from "./sequence-columns.ts";
import { fittingGap, furthestOf, leastGap, nextPosition } from "./sequence-position.ts";
import type { Session } from "./session.ts";

const shape = z.object({
  oid: z.number(),
  name: z.string(),
  increment: z.string(),
  minimum: z.string(),
  maximum: z.string(),
  start: z.string(),
  cycles: z.boolean(),
  last_value: z.string().nullable(),
});
type Sequence = z.infer<typeof shape>;

export type SequencePosition = PromotionEvidence["sequences"][number];
/** Positions by qualified name. */
type Positions = Readonly<Record<string, string>>;

export interface HeardOptions {
  /** What the source said up to a minute before: how fast it gives numbers out. */
  readonly earlier?: Positions | undefined;
  /** The source was fenced when it said this: a sequence that it left out was never used. Default: false. */
  readonly final?: boolean;
}

/** Where one sequence has to stand. No `target`: it stands there. */
interface Planned extends SequencePosition {
  readonly target: bigint | undefined;
}

/**
 * Moves every user sequence past its last position known from the source and past the extreme of the columns that it feeds, plus a gap.
 * All positions are worked out before the first is set. Never moves one back; the same again changes nothing. `known`: by qualified name.
 * A `caution` says where a position could not be proven. Errors: those of the session; a column that cannot be read is none.
 */
export async function advanceSequences(
  session: Session,
  known: Positions,
  heard: HeardOptions = {},
): Promise<readonly SequencePosition[]> {
  const sequences = await session.rows(shape, sequencesQuery);
  const columns = await fedColumns(session);
  const planned: Planned[] = [];
  for (const sequence of sequences) {
    const own = columns.filter((column) => column.sequence === sequence.oid);
    planned.push(await plan(session, sequence, own, known, heard));
  }
  for (const { name, target } of planned) {
    if (target !== undefined)
      await session.run("select setval($1::regclass, $2::bigint, true)", [name, target.toString()]);
  }
  return planned.filter(({ value }) => value !== "").map(({ target: _, ...position }) => position);
}

async function plan(
  session: Session,
  sequence: Sequence,
  columns: readonly FedColumn[],
  known: Positions,
  { earlier = {}, final = false }: HeardOptions,
): Promise<Planned> {
  const { name } = sequence;
  const form = columns.reduce((limited, column) => columnLimits(limited, column), sequence);
  const last = known[name];
  const { extremes, unread } = await readColumns(session, form, columns);
  // A row that somebody numbered by hand with the very last number must not end the sequence.
  const ends = extremes.filter((value) => endsRange(form, value) && last !== undefined && !endsRange(form, last));
  const seen = [last, ...extremes.filter((value) => !ends.includes(value))];
  const cautions = ends.map((value) => `a row holds ${value}, the end of its range: the sequence will meet it`);
  if (unread.length > 0 && !(final && last === undefined)) {
    const basis =
      last === undefined ? "the source never told its position" : `it is set by the source's last heartbeat (${last})`;
    cautions.push(`${unread.join("; ")}: ${basis}, plus a gap`);
  }
  // Made or first used after the last heartbeat, if at all.
  if (furthestOf(form, seen) === undefined && !final) seen.push(sequence.start);
  const wanted = gapFor(last, earlier[name], form);
  const furthest = furthestOf(form, seen);
  if (furthest !== undefined) {
    const gap = fittingGap(form, furthest, wanted);
    if (gap < wanted)
      cautions.push(`only ${gap} numbers are left free after ${furthest}: its range has no room for more`);
  }
  const target = nextPosition(form, seen, wanted);
  const value = target?.toString() ?? sequence.last_value ?? "";
  return { name, value, target, ...(cautions.length > 0 ? { caution: cautions.join("; ") } : {}) };
}

function endsRange(form: Sequence, value: string): boolean {
  const furthest = furthestOf(form, [value]);
  return furthest !== undefined && fittingGap(form, furthest, 1n) === 0n;
}

/** As many numbers as the source gave out in the minute before its last heartbeat, and never fewer than the least. */
function gapFor(last: string | undefined, earlier: string | undefined, { increment }: Sequence): bigint {
  if (last === undefined || earlier === undefined) return leastGap;
  const given = (BigInt(last) - BigInt(earlier)) / BigInt(increment);
  return given > leastGap ? given : leastGap;
}

/** Numbers that cycle have no extreme. Unread: columns that tell no position within bounds, and why. */
async function readColumns(session: Session, sequence: Sequence, columns: readonly FedColumn[]) {
  const extremes: string[] = [];
  const unread: string[] = [];
  if (sequence.cycles) return { extremes, unread };
  for (const column of columns) {
    const label = `${column.table}.${column.column}`;
    if (!column.tells) unread.push(`${label} (${column.type}) does not hold the sequence's numbers`);
    else if (!column.indexed) unread.push(`${label} leads no index, and its table is not scanned`);
    else {
      try {
        const value = await columnExtreme(session, column, sequence);
        if (value !== undefined) extremes.push(value);
      } catch (error) {
        if (!isOfTheColumn(error)) throw error;
        unread.push(`${label} could not be read: ${toDriverError(error).message}`);
      }
    }
  }
  return { extremes, unread };
}

/** A lock, a right or an index that is in the way of one column; the connection is well. */
function isOfTheColumn(error: unknown): boolean {
  return (
    error instanceof DriverError && error.cause !== undefined && !["unreachable", "interrupted"].includes(error.code)
  );
}
