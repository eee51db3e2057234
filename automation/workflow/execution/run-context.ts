import type { OperationRecord, StageRecord } from "../../domain/operation.ts";
import { listedRests, type Rests } from "../../lib/retry.ts";
import type { Plan } from "../plans/plan.ts";
import type { Ports } from "../ports.ts";
import type { DriverSettings } from "../settings.ts";
import type { Cancellation } from "./cancellation.ts";
import type { OnEvent } from "./events.ts";
import type { OperationLog } from "./operation-log.ts";
import type { OperatorAnswers } from "./operator-answers.ts";
import type { WitnessSession } from "./witness-session.ts";

/** What the parts of one run share. */
export interface RunContext {
  readonly plan: Plan;
  readonly ports: Ports;
  readonly settings: DriverSettings;
  readonly log: OperationLog;
  readonly session: WitnessSession;
  readonly answers: OperatorAnswers;
  readonly stop: Cancellation;
  /** From outside: the process must stop. */
  readonly interrupt: AbortSignal;
  readonly emit: OnEvent;
  /** 0 up to 1, for jitter. */
  readonly random: () => number;
  /** The point of no return is about to be written down, or is: from here a failure elsewhere stops nobody. */
  committed: boolean;
}

export function stageRecord(record: OperationRecord, name: string): StageRecord {
  const found = record.stages.find((stage) => stage.name === name);
  if (found === undefined) throw new Error(`operation ${record.id} has no stage ${name}`);
  return found;
}

/** As the settings say; `most`: no more retries than that. */
export function restsOf({ settings }: RunContext, most = Number.POSITIVE_INFINITY): Rests {
  return listedRests(settings.retrySeconds.slice(0, most).map((seconds) => seconds * 1000));
}
