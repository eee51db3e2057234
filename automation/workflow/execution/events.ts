import type { SerialisedError } from "../../domain/errors.ts";
import type { Guard } from "../../domain/guards.ts";
import type { Evidence, OperationRecord, OperationState } from "../../domain/operation.ts";

/** Progress of an operation, for people. The journal, not these, is the record. */
export type DriverEvent =
  | { readonly type: "operation-started"; readonly operation: OperationRecord; readonly resumed: boolean }
  | {
      readonly type: "operation-state";
      readonly operationId: string;
      readonly state: OperationState;
      readonly error?: SerialisedError;
    }
  | { readonly type: "operation-compensating"; readonly operationId: string; readonly cause: SerialisedError }
  | { readonly type: "operation-interrupted"; readonly operationId: string; readonly reason: string }
  | { readonly type: "stage-started"; readonly stage: string; readonly attempt: number }
  | {
      readonly type: "stage-finished";
      readonly stage: string;
      readonly already: boolean;
      readonly evidence: Evidence;
      readonly seconds: number;
    }
  | {
      readonly type: "stage-failed";
      readonly stage: string;
      readonly error: SerialisedError;
      readonly retrying: boolean;
    }
  /** A person must answer `guard` (see `Driver.answer`); the stage also tries again by itself. */
  | { readonly type: "stage-waiting"; readonly stage: string; readonly operationId: string; readonly guard: Guard }
  | {
      readonly type: "stage-released";
      readonly stage: string;
      readonly guard: string;
      readonly how: "override" | "cleared";
    }
  | { readonly type: "stage-compensating"; readonly stage: string }
  | { readonly type: "stage-compensated"; readonly stage: string }
  | { readonly type: "log"; readonly stage: string; readonly text: string };

export type OnEvent = (event: DriverEvent) => void;
