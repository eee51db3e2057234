/** A sequence's form, with numbers as PostgreSQL prints them. */
export interface SequenceForm {
  readonly increment: string;
  readonly minimum: string;
  readonly maximum: string;
  readonly cycles?: boolean;
  /** Null: never used. */
  readonly last_value: string | null;
}

/** Numbers left free where nothing asks for more: what the old site gave out and never sent must not be given out again. */
export const leastGap = 1000n;

/**
 * Where a sequence has to stand so that it repeats no number in `seen`: a gap past the furthest of them, as large as the sequence has room
 * for. Values that are no numbers, or outside the sequence's range, are ignored. Undefined: it stands far enough already, or nothing was seen.
 */
export function nextPosition(
  sequence: SequenceForm,
  seen: readonly (string | null | undefined)[],
  gap: bigint = leastGap,
): bigint | undefined {
  const furthest = furthestOf(sequence, seen);
  if (furthest === undefined) return undefined;
  const { step, minimum, maximum } = numbersOf(sequence);
  const fitting = fittingGap(sequence, furthest, gap);
  const current = sequence.last_value === null ? undefined : BigInt(sequence.last_value);
  if (sequence.cycles === true) {
    const target = minimum + modulo(furthest - minimum + fitting * step, maximum - minimum + 1n);
    return current !== undefined && isAhead(sequence, current, furthest, fitting) ? undefined : target;
  }
  const target = furthest + fitting * step;
  if (current === undefined) return target;
  return (step > 0n ? target > current : target < current) ? target : undefined;
}

/** The part of `wanted` that a sequence can spare after `furthest`: never more than half of the numbers that it has left. */
export function fittingGap(sequence: SequenceForm, furthest: bigint, wanted: bigint): bigint {
  const { step, size, minimum, maximum } = numbersOf(sequence);
  const room = sequence.cycles === true ? maximum - minimum : step > 0n ? maximum - furthest : furthest - minimum;
  const half = room / size / 2n;
  return wanted < half ? wanted : half;
}

/** The last of the numbers in the direction that the sequence counts. */
export function furthestOf(sequence: SequenceForm, seen: readonly (string | null | undefined)[]): bigint | undefined {
  const { step, minimum, maximum } = numbersOf(sequence);
  const usable = seen.map(wholeNumber).filter((value) => value !== undefined && value >= minimum && value <= maximum);
  return usable.reduce((a, b) => (a === undefined || (b !== undefined && step > 0n === b > a) ? b : a), undefined);
}

/** Cycling numbers have no order: the shorter way round decides which of two is ahead. */
function isAhead(sequence: SequenceForm, current: bigint, furthest: bigint, gap: bigint): boolean {
  const { step, size, minimum, maximum } = numbersOf(sequence);
  const range = maximum - minimum + 1n;
  const distance = modulo((current - furthest) * (step > 0n ? 1n : -1n), range);
  return distance >= gap * size && distance <= range / 2n;
}

function numbersOf({ increment, minimum, maximum }: SequenceForm) {
  const step = BigInt(increment);
  return { step, size: step > 0n ? step : -step, minimum: BigInt(minimum), maximum: BigInt(maximum) };
}

/** Fractions count as the next whole number away from zero. */
function wholeNumber(text: string | null | undefined): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text ?? "");
  if (match === null) return undefined;
  const [, sign = "", digits = "", fraction = ""] = match;
  const magnitude = BigInt(digits) + (/[1-9]/.test(fraction) ? 1n : 0n);
  return sign === "-" ? -magnitude : magnitude;
}

function modulo(value: bigint, by: bigint): bigint {
  return ((value % by) + by) % by;
}
