import type { JournalEntry } from "../../automation/domain/journal-entry.ts";
import { replay } from "../../automation/domain/journal-state.ts";
import { isEnded } from "../../automation/domain/operation.ts";
import { hasAuxiliary, isLighting } from "../../automation/domain/protection.ts";
import type { WitnessRecord } from "../../automation/domain/witness-record.ts";
import type { Answer } from "../../automation/ports/journal.ts";
import type { Site } from "../../stacks/outputs.ts";

/** A write that a user was told is safe, and that is at one site only. */
export interface Row {
  readonly key: string;
  readonly at: string;
  /** Of a table whose first copy has not arrived: the stream does not carry it. */
  readonly copying: boolean;
}

export interface ModelSite {
  up: boolean;
  /** The driver can reach it. */
  reachable: boolean;
  /** The application's role may log in. */
  open: boolean;
  following: boolean;
  workloads: boolean;
  lit: boolean;
  /** Newest heartbeat that it has: `0/<number>`, and how old in seconds it was when the world was put to rest. */
  heartbeat: { lsn: string; at: string } | undefined;
  /** A new table's rows have not arrived here. */
  copying: boolean;
  rows: Row[];
}

/** What is so, whatever the driver thinks; the invariants are judged by this. */
export interface Truth {
  /** A move ended a short while ago. */
  cooling: boolean;
  /** A person said that the old site was down, and it was: what it takes when it returns is theirs to answer for. */
  excused: boolean;
  /** The operation that made a site a source of its own last. */
  promotedBy: string | undefined;
  /** Rows that a copy wiped, of the move that stranded them. */
  wiped: { readonly operationId: string; readonly key: string }[];
}

/** Everything that outlives a driver; plain JSON. */
export interface State {
  sites: Record<Site, ModelSite>;
  link: boolean;
  witnessUp: boolean;
  /** Clients that kept the primary's address. */
  stale: boolean;
  /** So many times the cloud refuses to light the standby. */
  refusals: number;
  traffic: Record<Site, boolean>;
  declared: Record<Site, { drActive: boolean; activeSite: Site }>;
  /** The standby's switches were changed: a file from before that is old. */
  moved: boolean;
  record: WitnessRecord | undefined;
  /** Left by a process that is gone. */
  lock: string | undefined;
  /** As `lock`, of an auxiliary operation. */
  auxiliary: string | undefined;
  journal: [string, JournalEntry[]][];
  answers: [string, Answer[]][];
  paused: boolean;
  approved: boolean;
  /** One of the primary's zones: its node is not ready; the driver keeps it closed. */
  zone: { down: boolean; held: boolean };
  /** Of the primary's service no pod is ready; `halted`: a driver stopped it alone. */
  sick: boolean;
  halted: boolean;
  /** A drill's copy is beside the standby's replica. */
  drillCopy: boolean;
  truth: Truth;
}

const site = (active: boolean): ModelSite => ({
  up: true,
  reachable: true,
  open: active,
  following: false,
  workloads: active,
  lit: active,
  heartbeat: undefined,
  copying: false,
  rows: [],
});

/** Both stacks up, nothing protected yet. */
export const pristine: State = {
  sites: { primary: site(true), standby: site(false) },
  link: true,
  witnessUp: true,
  stale: false,
  refusals: 0,
  traffic: { primary: true, standby: false },
  declared: {
    primary: { drActive: false, activeSite: "primary" },
    standby: { drActive: false, activeSite: "primary" },
  },
  moved: false,
  record: undefined,
  lock: undefined,
  auxiliary: undefined,
  journal: [],
  answers: [],
  paused: false,
  approved: false,
  zone: { down: false, held: false },
  sick: false,
  halted: false,
  drillCopy: false,
  truth: { cooling: false, excused: false, promotedBy: undefined, wiped: [] },
};

/** Where every step begins. */
export const base = Date.parse("2026-01-01T00:00:00Z");

const instants = /"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"/g;
const operationIds =
  /\b(failover|failback|reprotect|warm-up|stand-down|drill|self-heal|zonal-recovery)-20\d{6}t\d{6}z-[0-9a-f]{4}\b/g;
const positions = /\b0\/(\d+)\b/g;
const writes = /"w(\d+)"/g;

/**
 * A state as text, the same for states that no driver can tell apart: of instants, log positions, names of writes and of operations
 * only the order is kept; what has a length (age of a heartbeat, cooldown) was rounded by `rest` before.
 */
export function canonical(state: State): string {
  let text = JSON.stringify(state);
  text = byOrder(
    text,
    instants,
    (a, b) => Date.parse(a) - Date.parse(b),
    (rank, count) => {
      return `"${new Date(base - 7_200_000 - (count - rank) * 1000).toISOString()}"`;
    },
  );
  text = byOrder(
    text,
    positions,
    (a, b) => Number(a) - Number(b),
    (rank) => `0/${rank + 1}`,
  );
  text = byOrder(
    text,
    writes,
    (a, b) => Number(a) - Number(b),
    (rank) => `"w${rank + 1}"`,
  );
  const names = new Map<string, string>();
  return text.replace(operationIds, (id, plan: string) => {
    const name = names.get(id) ?? `${plan}-20200101t000000z-${(names.size + 1).toString(16).padStart(4, "0")}`;
    names.set(id, name);
    return name;
  });
}

function byOrder(
  text: string,
  pattern: RegExp,
  compare: (a: string, b: string) => number,
  name: (rank: number, count: number) => string,
): string {
  const found = [...new Set([...text.matchAll(pattern)].map((match) => match[1] ?? ""))].sort(compare);
  if (found.length === 0) return text;
  // The same instant may be written with and without milliseconds.
  const ranks = new Map<string, number>();
  let rank = -1;
  found.forEach((each, index) => {
    const before = found[index - 1];
    if (before === undefined || compare(before, each) !== 0) rank += 1;
    ranks.set(each, rank);
  });
  return text.replace(pattern, (_, each: string) => name(ranks.get(each) ?? 0, rank + 1));
}

/** Of journals only what is still needed is kept: the newest operation while it is open, and what reports are made of. */
export function compactJournal(state: State): void {
  const newest = state.journal.at(-1)?.[0];
  const promotion = state.record?.promotion?.operationId;
  const light = state.journal.findLast(([, entries]) => isLighting(replay(entries).plan))?.[0];
  state.truth.wiped = state.truth.wiped.filter((each) => each.operationId === promotion);
  state.journal = state.journal.flatMap(([id, entries]): [string, JournalEntry[]][] => {
    const record = replay(entries);
    // One that the witness never heard of leaves the one before it to be resumed.
    const last = id === newest || id === state.record?.lastOperation?.id;
    if (last && !isEnded(record.state)) return [[id, entries]];
    // What the next failover takes over is read off it.
    if (id === light && hasAuxiliary(state.record?.protection ?? "unprotected")) return [[id, entries]];
    const salvage = record.evidence.salvage;
    const tells = salvage !== undefined && salvage["operationId"] === promotion && promotion !== undefined;
    if (!last && id !== promotion && !tells) return [];
    const short = {
      ...record,
      stages: [],
      questions: [],
      overrides: [],
      evidence: salvage === undefined || !tells ? {} : { salvage },
    };
    const { cause: _, ...operation } = short;
    return [
      [id, [{ operationId: id, sequence: 1, body: { type: "operation-started", at: record.startedAt, operation } }]],
    ];
  });
  const open = new Set(state.journal.filter(([, entries]) => !isEnded(replay(entries).state)).map(([id]) => id));
  state.answers = state.answers.filter(([id]) => open.has(id));
}
