import type { JournalEntry } from "../../automation/domain/journal-entry.ts";
import { otherSite } from "../../automation/domain/protection.ts";
import type { Answer } from "../../automation/ports/journal.ts";
import type { Site } from "../../stacks/outputs.ts";
import { FakeClock } from "../support/fake-clock.ts";
import type { ModelProcess } from "./process.ts";
import { base, canonical, compactJournal, type State } from "./state.ts";

/** The bound of the model's driver, in seconds; a heartbeat ages in steps of two thirds of it. */
export const rpoSeconds = 600;
const ageStep = 400;

/** An error for the next calls of a name. `late`: the effect happens, and then the error. */
export interface Fault {
  readonly error: Error;
  readonly late: boolean;
}

export interface ModelLock {
  readonly operationId: string;
  readonly process: ModelProcess | undefined;
}

const sites = ["primary", "standby"] as const;

/** A state in motion: what one action does is done here; every effect is followed by `judge`. */
export class World {
  readonly clock = new FakeClock();
  readonly state: State;
  readonly journal: Map<string, JournalEntry[]>;
  readonly answers: Map<string, Answer[]>;
  readonly faults = new Map<string, Fault[]>();
  readonly violations = new Set<string>();
  /** Journal, events and notices: whatever is written for people or the disk. */
  readonly said: string[] = [];
  listeners: (() => void)[] = [];
  /** The witness was lost before anything began. */
  readonly blind: boolean;
  /** When the first copy of a new table began to be waited for. */
  copyingSince = base;
  /** The one that a person's approval was used for. */
  approvedOperation: string | undefined;
  lock: ModelLock | undefined;
  /** As `lock`, of an auxiliary operation. */
  auxiliary: ModelLock | undefined;
  /** When the witness was last written, in milliseconds. */
  movedAt = Number.NEGATIVE_INFINITY;
  #counter: number;

  constructor(text: string) {
    this.state = JSON.parse(text) as State;
    this.blind = !this.state.witnessUp;
    this.journal = new Map(this.state.journal);
    this.answers = new Map(this.state.answers);
    this.#counter = 1000;
    if (this.state.auxiliary !== undefined) this.auxiliary = { operationId: this.state.auxiliary, process: undefined };
    if (this.state.lock !== undefined) this.lock = { operationId: this.state.lock, process: undefined };
    // Ages were kept in the order of instants only; these two have a length.
    for (const name of sites) {
      const { heartbeat } = this.state.sites[name];
      if (heartbeat === undefined) continue;
      const [lsn = "", age = "0"] = heartbeat.lsn.split("@");
      Object.assign(heartbeat, { lsn, at: this.#ago(Number(age)) });
    }
    const { record } = this.state;
    if (record?.cooldownUntil !== undefined)
      this.state.record = {
        ...record,
        cooldownUntil: new Date(base + (this.state.truth.cooling ? 1_800_000 : -1)).toISOString(),
      };
  }

  /** To rest: canonical text of what is left. */
  freeze(): string {
    const { state } = this;
    this.stream();
    for (const name of sites) {
      const each = state.sites[name];
      if (each.heartbeat === undefined) continue;
      const fresh = state.sites[otherSite(name)].following && this.flows(otherSite(name));
      const mine = !each.following;
      const age = (this.clock.now().getTime() - Date.parse(each.heartbeat.at)) / 1000;
      const rounded = mine || fresh || this.flows(name) ? 0 : Math.min(1200, ageStep * (1 + Math.floor(age / ageStep)));
      each.heartbeat = { lsn: `${each.heartbeat.lsn}@${rounded}`, at: new Date(base).toISOString() };
    }
    state.lock = this.lock?.operationId;
    state.auxiliary = this.auxiliary?.operationId;
    state.journal = [...this.journal];
    state.answers = [...this.answers];
    if (state.record?.cooldownUntil !== undefined) {
      const cooling = Date.parse(state.record.cooldownUntil) > this.clock.now().getTime();
      state.truth.cooling &&= cooling;
      state.record = { ...state.record, cooldownUntil: new Date(base).toISOString() };
    }
    if (state.record !== undefined) state.record = { ...state.record, epoch: 100 };
    compactJournal(state);
    return canonical(state);
  }

  at(name: Site) {
    return this.state.sites[name];
  }

  /** The process works for the application, or in an auxiliary operation of it. */
  holds(process: ModelProcess): boolean {
    return this.lock?.process === process || this.auxiliary?.process === process;
  }

  nextPosition(): string {
    this.#counter += 1;
    return `0/${this.#counter}`;
  }

  now(): string {
    return this.clock.now().toISOString();
  }

  writable(name: Site): boolean {
    return this.at(name).open && this.at(name).up;
  }

  /** The stream to `receiver` carries. */
  flows(receiver: Site): boolean {
    return this.at(receiver).following && this.state.link && this.at(receiver).up && this.at(otherSite(receiver)).up;
  }

  /** Users write wherever they get to; at most one row is kept for each site and each site that was active meanwhile. */
  write(): void {
    for (const name of sites) {
      const here = this.at(name);
      const served = this.state.traffic[name] && here.workloads;
      if (!this.writable(name) || !(served || (this.state.stale && name === "primary"))) continue;
      const since = this.state.record?.promotion?.at;
      const follower = this.at(otherSite(name));
      const copying = follower.following && follower.copying;
      if (this.flows(otherSite(name)) && !copying) continue;
      const known = here.rows.some((row) => row.copying === copying && (since === undefined || row.at > since));
      if (known) continue;
      this.#counter += 1;
      here.rows.push({ key: `w${this.#counter}`, at: this.now(), copying });
    }
    this.stream();
  }

  /** What a source has, its follower gets. */
  stream(): void {
    for (const to of sites) {
      if (!this.flows(to)) continue;
      const source = this.at(otherSite(to));
      source.rows = source.rows.filter((row) => row.copying && this.at(to).copying);
      this.at(to).heartbeat = source.heartbeat ?? this.at(to).heartbeat;
    }
  }

  blame(invariant: number, text: string): void {
    this.violations.add(`${invariant}: ${text}`);
  }

  #ago(seconds: number): string {
    return new Date(base - seconds * 1000).toISOString();
  }
}
