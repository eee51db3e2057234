import type { Site } from "../../../stacks/outputs.ts";
import { DriverError } from "../../domain/errors.ts";
import { pause } from "../../lib/interruption.ts";
import { systemTimer } from "../../lib/timer.ts";
import type { VerifyOptions, VerifyResult } from "../../ports/database-audit.ts";
import { compareTable } from "./compare-tables.ts";
import type { ComparedCounts, ComparedSide, RowDifference } from "./comparison.ts";
import { lagOf, lastApplied, writeHeartbeat } from "./heartbeat.ts";
import { lsn } from "./lsn.ts";
import { isNamed, shownName, type TableShape, tableShapes, toRow } from "./row-text.ts";
import type { Session } from "./session.ts";
import { Side } from "./table-side.ts";

/** Differences that are looked at again together. */
const batchSize = 500;
/** How often a row is looked at that changes all the time. */
const looks = 10;
const arrivalMs = 120_000;
/** How long a receiver may be without its stream before it counts as cut off, in milliseconds. */
const streamMs = 10_000;

export interface VerifiedSites {
  readonly source: Session;
  readonly receiver: Session;
}

type Shaped = ComparedSide & { readonly shape: TableShape };

/** See the port: `DatabaseAudit.verify`. Errors: `refused` where nothing is received, so that a difference could never pass. */
export async function verifySites(
  { source, receiver }: VerifiedSites,
  { from, to, rowsPerSecond, only, take }: VerifyOptions,
  signal: AbortSignal,
): Promise<VerifyResult> {
  const [here, there] = await Promise.all([tableShapes(source), tableShapes(receiver)]);
  const wanted = (table: TableShape): boolean => only === undefined || isNamed(table, only);
  const others = new Map(there.map((each) => [shownName(each), each]));
  const known = new Set(here.map(shownName));
  const counts: ComparedCounts = { rows: 0, rightOnly: 0 };
  const paced = pacer(rowsPerSecond, signal);
  const arrived = (): Promise<void> => awaitArrival(source, receiver, from, to, signal);
  let [differences, unsettled, tables] = [0, 0, 0];
  const absent = there
    .filter((each) => wanted(each) && !known.has(shownName(each)))
    .map((each) => ({ table: shownName(each), at: from }));
  for (const shape of here.filter(wanted)) {
    const table = shownName(shape);
    const other = others.get(table);
    if (other === undefined) {
      absent.push({ table, at: to });
      continue;
    }
    tables += 1;
    const sides = { left: { session: source, shape }, right: { session: receiver, shape: other } };
    const found = isKeyed(shape, other)
      ? confirmKeyed(sides, compareTable(sides.left, sides.right, { both: true, paced }, counts), arrived)
      : confirmUnkeyed(() => compareTable(sides.left, sides.right, { both: true, paced }, counts), arrived);
    for await (const difference of found) {
      if (difference === "unsettled") unsettled += 1;
      else {
        differences += 1;
        take({ table, ...difference });
      }
    }
  }
  return { tables, rows: counts.rows, differences, absent, unsettled };
}

function isKeyed(shape: TableShape, other: TableShape): boolean {
  return shape.key.length > 0 && shape.key.every((name) => other.columns.includes(name));
}

/**
 * A row differs where the follower still lacks what the source had before the follower caught up, and the source has not changed it since.
 */
async function* confirmKeyed(
  { left, right }: { readonly left: Shaped; readonly right: Shaped },
  candidates: AsyncIterable<RowDifference>,
  arrived: () => Promise<void>,
): AsyncGenerator<RowDifference | "unsettled"> {
  const { shape } = left;
  const here = new Side(left.session, shape, shape.keyTypes, shape.columns);
  const there = new Side(right.session, shape, right.shape.keyTypes, right.shape.columns);
  const confirm = async (keys: readonly (readonly string[])[]): Promise<(RowDifference | "unsettled")[]> => {
    const lasting: (RowDifference | "unsettled")[] = [];
    let open = keys;
    for (let look = 0; look < looks && open.length > 0; look++) {
      const before = await here.lookUp(open);
      await arrived();
      const other = await there.lookUp(open);
      const now = await here.lookUp(open);
      const moving: (readonly string[])[] = [];
      for (const [place, key] of open.entries()) {
        const [was, is, follower] = [before.get(place), now.get(place), other.get(place)];
        if (textOf(was) !== textOf(is)) moving.push(key);
        else if (textOf(is) !== textOf(follower)) {
          const rows = {
            ...(is && { left: here.rowOf(is) }),
            ...(follower && { right: here.rowOf(follower) }),
          };
          lasting.push({ key: toRow(shape.key, key), ...rows });
        }
      }
      open = moving;
    }
    return [...lasting, ...open.map(() => "unsettled" as const)];
  };
  let batch: (readonly string[])[] = [];
  for await (const { key } of candidates) {
    batch.push(shape.key.map((name) => key[name] ?? ""));
    if (batch.length < batchSize) continue;
    yield* await confirm(batch);
    batch = [];
  }
  if (batch.length > 0) yield* await confirm(batch);
}

/** Where nothing identifies a row: what differs both before and after the follower caught up. */
async function* confirmUnkeyed(
  look: () => AsyncIterable<RowDifference>,
  arrived: () => Promise<void>,
): AsyncGenerator<RowDifference> {
  const first = new Map<string, number>();
  const identity = ({ key, left }: RowDifference): string =>
    `${left === undefined ? "right" : "left"} ${JSON.stringify(key)}`;
  for await (const each of look()) first.set(identity(each), (first.get(identity(each)) ?? 0) + 1);
  if (first.size === 0) return;
  await arrived();
  for await (const each of look()) {
    const count = first.get(identity(each)) ?? 0;
    if (count === 0) continue;
    first.set(identity(each), count - 1);
    yield each;
  }
}

function textOf(row: readonly (string | null)[] | undefined): string {
  return row === undefined ? "" : JSON.stringify(row);
}

/** Everything that the source has written by now has been applied at the receiver. */
async function awaitArrival(
  source: Session,
  receiver: Session,
  from: Site,
  to: Site,
  signal: AbortSignal,
): Promise<void> {
  const beat = await writeHeartbeat(source, from, "beat");
  for (const began = systemTimer.monotonic(); ; ) {
    const last = await lastApplied(receiver, to);
    if (last !== undefined && lsn.parse(last.lsn) >= lsn.parse(beat.lsn)) return;
    const waitedMs = systemTimer.monotonic().since(began);
    if (!(await lagOf(receiver, to)).streaming && waitedMs > streamMs) {
      throw new DriverError(
        "refused",
        `${receiver.where} receives nothing from the ${from} site: what differs cannot be told from what is late`,
      );
    }
    if (waitedMs > arrivalMs)
      throw new DriverError("timeout", `${receiver.where} did not catch up within ${arrivalMs / 1000} s`);
    await pause("arrival of what was written", 100, signal);
  }
}

/** Sleeps after each range, so that no more rows are read in a second than that. */
function pacer(rowsPerSecond: number | undefined, signal: AbortSignal): (rows: number) => Promise<void> {
  if (rowsPerSecond === undefined) return async () => {};
  const began = systemTimer.monotonic();
  let dueMs = 0;
  return async (rows) => {
    const passedMs = systemTimer.monotonic().since(began);
    // What was not used is not kept for more than a second: no burst after a pause.
    dueMs = Math.max(dueMs, passedMs - 1000) + (rows / rowsPerSecond) * 1000;
    const wait = dueMs - passedMs;
    if (wait > 0) await pause("the next range", wait, signal);
  };
}
