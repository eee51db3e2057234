import type { Site } from "../../../stacks/outputs.ts";
import type { SerialisedError } from "../../domain/errors.ts";
import type { Decision } from "../../domain/failure-threshold.ts";
import type { HealthScore } from "../../domain/health-score.ts";
import type { OperationRecord } from "../../domain/operation.ts";
import type { Protection } from "../../domain/witness-record.ts";

export interface Evaluation {
  readonly at: string;
  readonly activeSite: Site;
  readonly protection: Protection;
  readonly health: HealthScore;
  readonly decision: Decision;
  /** Made ahead of its time because something woke the watch: seen, and counted nowhere. */
  readonly early: boolean;
}

export type WatchEvent =
  | { readonly type: "evaluation"; readonly evaluation: Evaluation }
  /** An operation is under way: nothing is decided meanwhile. */
  | {
      readonly type: "resting";
      readonly at: string;
      readonly protection: Protection;
      readonly operationId: string | undefined;
      /** Who runs it, in words, or what it waits for. Undefined: that was not looked at. */
      readonly runner?: string;
    }
  | { readonly type: "trouble"; readonly at: string; readonly what: string; readonly reason: string }
  | { readonly type: "recovered"; readonly at: string; readonly what: string };

export type DriverWatchEvent =
  | WatchEvent
  /** An operation under way that nobody runs, and what follows from that. */
  | { readonly type: "abandoned"; readonly at: string; readonly operationId: string; readonly text: string }
  /** An operation that the watch started or resumed has ended. */
  | { readonly type: "operation"; readonly record: OperationRecord }
  /** A failover was decided and could not be started, or broke off. */
  | { readonly type: "refused"; readonly at: string; readonly error: SerialisedError };
