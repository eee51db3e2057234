import fc from "fast-check";
import { codes, faultable, faultableBeside } from "./faults.ts";

/** What happens to the world between operations, or in the middle of one. */
export const events = [
  "primary-down",
  "primary-up",
  "standby-down",
  "standby-up",
  "cut-off",
  "reachable",
  "link-cut",
  "link-up",
  "witness-down",
  "witness-up",
  "stale-clients",
  "hour",
  "refuse-capacity",
  "new-table",
  "pause",
  "unpause",
  "approve",
] as const;
/** What auxiliary plans are for: no pod of the primary's service is ready; one of its zones is broken, and well again. */
export const besideEvents = ["sick", "zone-broken", "zone-well"] as const;
/** A person runs `pulumi up` of the standby with a file from before the first move. */
export const handEvent = "old-file";
export type Event = (typeof events)[number] | (typeof besideEvents)[number] | typeof handEvent;

/** What is started; the last three by the watch: allowed, in mode `approve`, and against the advice. */
export const operations = [
  "reprotect",
  "planned",
  "forced",
  "failback",
  "failback-forced",
  "resume",
  "auto",
  "unapproved",
  "ill-advised",
] as const;
/** Auxiliary operations. */
export const auxiliary = ["warm-up", "stand-down", "drill", "self-heal", "zonal-recovery", "zonal-return"] as const;
export type Start = (typeof operations)[number] | (typeof auxiliary)[number];

/** What a person does when the operation asks: breaks the guard where that is right (`careful`: only that of the fence), declines, or kills the driver. */
export type Reply = "override" | "careful" | "abort" | "leave";

/**
 * `die` leaves the operation, `die-resume` goes on with it at once; `freeze`: another driver takes over, and then it wakes; `overtake`:
 * another one fails over, which may take over an auxiliary operation.
 */
export type Trouble =
  | { readonly kind: "die" | "die-resume" | "freeze" | "race" | "overtake" | Event; readonly at: number }
  | {
      readonly kind: "fault";
      readonly call: (typeof faultable)[number] | (typeof faultableBeside)[number];
      readonly code: (typeof codes)[number];
      readonly times: number;
      readonly late: boolean;
    };

export type Action =
  | { readonly event: Event }
  | { readonly start: Start; readonly reply: Reply; readonly trouble?: Trouble }
  /** Everything is mended, what is open is brought to an end, and the inactive site is made to follow. */
  | { readonly settle: true };

/** What matters most in the middle of an operation. */
const meanwhile = [
  "primary-down",
  "primary-up",
  "standby-down",
  "cut-off",
  "link-cut",
  "witness-down",
  "new-table",
  "new-table",
  "stale-clients",
] as const satisfies readonly Event[];

/** Steps of a driver at which something may happen; the longest operation has fewer than the last. */
const lastStep = 150;

/** `every`: only each so-manieth step of a driver, beginning with `first`: the others are another run's. */
export function historyOf(every: number, first: number): fc.Arbitrary<readonly Action[]> {
  const at = fc.nat(Math.floor((lastStep - first - 1) / every)).map((index) => 1 + first + index * every);
  // Most is decided before the promotion.
  const early = (step: number): number =>
    step > 40 ? 1 + first + ((step - 1 - first) % (every * Math.ceil(40 / every))) : step;
  const trouble: fc.Arbitrary<Trouble> = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom("die", "die-resume", "die-resume", "freeze", "freeze", "freeze", "race"),
        at,
      }),
    },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom(...meanwhile), at: fc.oneof(at, at.map(early)) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("fault" as const),
        call: fc.constantFrom(...faultable),
        code: fc.constantFrom(...codes),
        times: fc.constantFrom(1, 5),
        late: fc.boolean(),
      }),
    },
  );
  const start = fc.record({
    start: fc.constantFrom(...operations, "planned", "forced", "resume"),
    reply: fc.constantFrom("override", "override", "careful", "careful", "abort", "leave"),
  });
  const action: fc.Arbitrary<Action> = fc.oneof(
    { weight: 3, arbitrary: fc.record({ event: fc.constantFrom(...events) }) },
    { weight: 3, arbitrary: start },
    { weight: 4, arbitrary: fc.tuple(start, trouble).map(([what, how]) => ({ ...what, trouble: how })) },
  );
  // Most of what can go wrong goes wrong in a world that is protected, or that has moved.
  const beginning = fc.constantFrom<readonly (Start | Event)[]>(
    [],
    ["reprotect"],
    ["reprotect", "primary-down"],
    ["reprotect", "link-cut"],
    ["reprotect", "link-cut", "hour", "primary-down"],
    ["reprotect", "refuse-capacity", "primary-down"],
    ["reprotect", "planned"],
    ["reprotect", "primary-down", "forced"],
    ["reprotect", "planned", "reprotect"],
    ["reprotect", "planned", "reprotect", "link-cut"],
    ["reprotect", "planned", "reprotect", "new-table"],
    ["reprotect", "planned", "reprotect", "failback-forced"],
  );
  return fc
    .tuple(beginning, fc.array(action, { maxLength: 5 }))
    .map(([starts, rest]) => [
      ...starts.map((each): Action => (isEvent(each) ? { event: each } : { start: each, reply: "careful" })),
      ...rest,
      { settle: true },
    ]);
}

/** As `historyOf`, of auxiliary plans among the others. */
export function auxiliaryHistoryOf(every: number, first: number): fc.Arbitrary<readonly Action[]> {
  const at = fc.nat(Math.floor((lastStep - first - 1) / every)).map((index) => 1 + first + index * every);
  const trouble: fc.Arbitrary<Trouble> = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constantFrom("die", "die-resume", "die-resume", "freeze", "race", "overtake", "overtake", "overtake"),
        at,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom(
          "primary-down",
          "standby-down",
          "cut-off",
          "link-cut",
          "witness-down",
          "zone-well",
          "sick",
        ),
        at,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constant("fault" as const),
        call: fc.constantFrom(...faultableBeside),
        code: fc.constantFrom(...codes),
        times: fc.constantFrom(1, 5),
        late: fc.boolean(),
      }),
    },
  );
  const start = fc.record({
    start: fc.constantFrom(
      ...auxiliary,
      "drill",
      "self-heal",
      "zonal-recovery",
      "planned",
      "forced",
      "resume",
      "reprotect",
    ),
    reply: fc.constantFrom("override", "careful", "abort", "leave"),
  });
  const happening = fc.constantFrom(
    ...besideEvents,
    ...besideEvents,
    "primary-down",
    "link-cut",
    "refuse-capacity",
    "pause",
    "hour",
  );
  const action: fc.Arbitrary<Action> = fc.oneof(
    { weight: 2, arbitrary: fc.record({ event: happening }) },
    { weight: 3, arbitrary: start },
    { weight: 5, arbitrary: fc.tuple(start, trouble).map(([what, how]) => ({ ...what, trouble: how })) },
  );
  const beginning = fc.constantFrom<readonly (Start | Event)[]>(
    ["reprotect"],
    ["reprotect", "sick"],
    ["reprotect", "zone-broken"],
    ["reprotect", "warm-up"],
    ["reprotect", "zone-broken", "zonal-recovery"],
    ["reprotect", "link-cut"],
    ["reprotect", "refuse-capacity"],
    ["reprotect", "planned"],
    ["sick"],
  );
  return fc
    .tuple(beginning, fc.array(action, { minLength: 1, maxLength: 5 }))
    .map(([starts, rest]) => [
      ...starts.map((each): Action => (isEvent(each) ? { event: each } : { start: each, reply: "careful" })),
      ...rest,
      { settle: true },
    ]);
}

/** As `historyOf`, with a person who runs `up` with an old file between operations, and in the middle of one. */
export function handHistoryOf(every: number, first: number): fc.Arbitrary<readonly Action[]> {
  const steps = Math.floor((lastStep - first - 1) / every);
  return fc
    .tuple(historyOf(every, first), fc.array(fc.option(fc.nat(steps)), { minLength: 12, maxLength: 12 }))
    .map(([history, hands]) =>
      history.flatMap((action, index): Action[] => {
        const hand = hands[index] ?? null;
        if (hand === null) return [action];
        if (!("start" in action) || action.trouble !== undefined) return [{ event: handEvent }, action];
        return [{ ...action, trouble: { kind: handEvent, at: 1 + first + hand * every } }, { event: handEvent }];
      }),
    );
}

function isEvent(what: Start | Event): what is Event {
  return [...events, ...besideEvents].some((each) => each === what);
}
