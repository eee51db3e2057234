import type { RowText } from "../../ports/database.ts";
import type { TableShape } from "./row-text.ts";
import type { Session } from "./session.ts";

/** One row that is not the same on both sides. `left` undefined: only the right side has it. */
export interface RowDifference {
  readonly key: RowText;
  readonly left?: RowText | undefined;
  readonly right?: RowText | undefined;
}

/** One side of a comparison. `shape` undefined: the table is not there. */
export interface ComparedSide {
  readonly session: Session;
  readonly shape: TableShape | undefined;
}

export interface CompareOptions {
  /** Also reads rows that only the right side has; false: they are counted. */
  readonly both: boolean;
  /** Called after each range with the rows that were read there: the place to slow down. */
  readonly paced?: (rows: number) => Promise<void>;
}

/** What is counted on the way. */
export interface ComparedCounts {
  rows: number;
  /** Rows that only the right side has. */
  rightOnly: number;
}
