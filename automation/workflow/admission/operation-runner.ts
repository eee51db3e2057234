import type { OperationRecord } from "../../domain/operation.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import type { Journal, LockOwner, LockState } from "../../ports/journal.ts";
import { lockName } from "./lock.ts";
import { knownOperation, latestOperation } from "./operation-history.ts";

/**
 * Who runs an operation that has not ended. `process`: one that lives. `nobody`: its process is gone, or was told to stop. `unknown`: its
 * process is on another host, and cannot be asked from here. `elsewhere`: another machine's journal has it.
 */
export type OperationRunner =
  | { readonly kind: "process"; readonly operationId: string; readonly owner: LockOwner; readonly since: string }
  | {
      readonly kind: "nobody";
      readonly operationId: string;
      /** Undefined: it ended in order and left no lock. */
      readonly owner: LockOwner | undefined;
      /** What goes on with it. */
      readonly command: string;
    }
  | {
      readonly kind: "unknown";
      readonly operationId: string;
      readonly owner: LockOwner;
      readonly since: string;
      /** For a person who knows that the owner is gone. */
      readonly command: string;
    }
  | { readonly kind: "elsewhere"; readonly operationId: string; readonly command: string };

/** An operation that has not ended, and who runs it. */
export interface OperationRun {
  /** Undefined: another machine's journal has it. */
  readonly record: OperationRecord | undefined;
  readonly runner: OperationRunner;
  /** Why nobody may go on with it without looking first. Undefined: resuming it does what was asked for. */
  readonly stale: string | undefined;
}

/** The operation that `resume` would go on with, while it is running or waiting. Undefined: there is none. */
export async function openOperation(
  journal: Journal,
  application: string,
  witness: WitnessRecord | undefined,
): Promise<OperationRun | undefined> {
  const last = witness?.lastOperation;
  const known = await latestOperation(journal, application, witness);
  if (last !== undefined && isOpen(last) && (await knownOperation(journal, last.id)) === undefined) {
    const command = `pilotlight resume ${last.id}`;
    return {
      record: undefined,
      runner: { kind: "elsewhere", operationId: last.id, command },
      stale: "another machine's journal has it",
    };
  }
  if (known === undefined || !isOpen(known)) return undefined;
  const holder = await journal.holder(lockName(application, known.plan));
  // Between the two looks it may have ended, in order.
  const record = (await knownOperation(journal, known.id)) ?? undefined;
  if (record === undefined || !isOpen(record)) return undefined;
  const older = (await journal.list(application)).find(({ id }) => id !== record.id)?.id;
  return { record, runner: runnerOf(record, holder), stale: whyStale(record, witness, older) };
}

function isOpen({ state }: Pick<OperationRecord, "state">): boolean {
  return state === "running" || state === "waiting";
}

function runnerOf({ id }: OperationRecord, holder: LockState | undefined): OperationRunner {
  const command = `pilotlight resume ${id}`;
  if (holder === undefined) return { kind: "nobody", operationId: id, owner: undefined, command };
  const { owner, acquiredAt: since } = holder;
  if (holder.liveness === "alive") return { kind: "process", operationId: id, owner, since };
  if (holder.liveness === "dead") return { kind: "nobody", operationId: id, owner, command };
  return { kind: "unknown", operationId: id, owner, since, command: `${command} --seize` };
}

/** `older`: what this journal has before it. */
function whyStale(
  record: OperationRecord,
  witness: WitnessRecord | undefined,
  older: string | undefined,
): string | undefined {
  const last = witness?.lastOperation;
  if (last?.id === record.id)
    return last.state === "needs-operator" ? "it needs an operator, as the witness knows" : undefined;
  // The witness never heard of it: that is its place in the order only where nothing came in between.
  return last?.id === older ? undefined : `${last?.id ?? "another operation"} came in between`;
}

/** For people: who runs it, or the command that goes on with it. */
export function runnerText(runner: OperationRunner): string {
  const process = (owner: LockOwner): string => `process ${owner.pid} on ${owner.host}`;
  switch (runner.kind) {
    case "process":
      return `run by ${process(runner.owner)} since ${runner.since}`;
    case "nobody":
      return `run by nobody (${runner.owner === undefined ? "its driver was told to stop" : `${process(runner.owner)} is gone`}); go on with: ${runner.command}`;
    case "unknown":
      return `taken by ${process(runner.owner)} since ${runner.since}, which cannot be asked from here; if you know that it is gone: ${runner.command}`;
    case "elsewhere":
      return `in the journal of another machine; unless it runs there, go on there with: ${runner.command}`;
  }
}
