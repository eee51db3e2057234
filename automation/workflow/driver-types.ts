import type { Site } from "../../stacks/outputs.ts";
import type { Advice, ControlState } from "../domain/application-facts.ts";
import type { Compute } from "../domain/compute.ts";
import type { GuardName, Override } from "../domain/guards.ts";
import type { Mode, OperationRecord, PlanName, Trigger } from "../domain/operation.ts";
import type { Protection, WitnessRecord } from "../domain/witness-record.ts";
import type { Lag } from "../ports/database.ts";
import type { LockState } from "../ports/journal.ts";
import type { OperationRunner } from "./admission/operation-runner.ts";
import type { OnEvent } from "./execution/events.ts";
import type { Ports } from "./ports.ts";
import type { DriverSettingsInput } from "./settings.ts";

export interface DriverOptions {
  readonly environment: string;
  readonly application: string;
  readonly ports: Ports;
  /** Parsed here; `invalid-input` names what is wrong. Default: all defaults. */
  readonly settings?: DriverSettingsInput;
  /** Progress of operations that this driver runs. Must not throw. */
  readonly onEvent?: OnEvent;
  /** Who runs this driver, for journals; default `pid@host`. */
  readonly identity?: string;
  /** Resolves when the watch is to look at once (an alert came in); see `healthWatch`. */
  readonly wake?: (signal: AbortSignal) => Promise<void>;
  /** Jitter; default Math.random. */
  readonly random?: () => number;
}

export interface StartOptions {
  /** Default: manual, by this driver's identity. */
  readonly trigger?: Trigger;
  /** Given beforehand, each for one guard of this one operation. */
  readonly overrides?: readonly Override[];
  /** The advisor's opinion: without its support no automatic failover starts. Default: no advisor was asked. */
  readonly advice?: Advice;
  /** SIGTERM: the operation stops at once and stays resumable (`interrupted` is thrown). */
  readonly signal?: AbortSignal;
}

export interface FailoverOptions extends StartOptions {
  readonly mode: Mode;
}

export interface ResumeOptions {
  /** A person says that the owner on another host is gone. */
  readonly seize?: boolean;
  readonly signal?: AbortSignal;
}

export interface WatchOptions {
  /** This driver holds the application's lease for as long as it watches: no other driver watches it. Default false. */
  readonly leased?: boolean;
}

/** An answer to a waiting operation. `operationId` default: the one that runs now, or was left. */
export interface AnswerOptions {
  readonly operationId?: string;
  readonly guard: GuardName;
  readonly reason: string;
  readonly by: string;
}

export interface AbortOptions {
  readonly operationId?: string;
  readonly reason: string;
  readonly by: string;
}

export interface DriverStatus {
  readonly application: string;
  readonly environment: string;
  readonly protection: Protection;
  readonly activeSite: Site;
  /** Undefined: this application was never protected. */
  readonly witness: WitnessRecord | undefined;
  /** Plans that may begin now. */
  readonly plans: readonly PlanName[];
  /** Why plans that would fit may not begin: the estate holds what this driver does not move. */
  readonly unsupported: readonly string[];
  /** What runs the application at each site, lit or not. Undefined: the site was never deployed. */
  readonly compute: Readonly<Record<Site, Compute | undefined>>;
  /** The newest operation, whatever became of it; its open `questions` are what it waits for. */
  readonly operation: OperationRecord | undefined;
  readonly holder: LockState | undefined;
  /** Who runs the operation that is under way, or that nobody does and the command. Undefined: none is under way. */
  readonly runner: OperationRunner | undefined;
  /** Pause, approval and proposal as they stand now. */
  readonly controls: ControlState;
  /** Of the site that follows, asked with a short deadline. */
  readonly replication: Lag | { readonly error: string };
}
