import type { OperationRecord } from "../../domain/operation.ts";
import type { OperationRun } from "../admission/operation-runner.ts";

/** What the watch may start or ask for. Every operation is started as automatic, for the reason given; each resolves when it has ended. */
export interface Operations {
  /** A forced failover. `firstFailedAt` (ISO): since when the application has failed; recovery time counts from there. */
  failover(reason: string, firstFailedAt: string): Promise<OperationRecord>;
  /** Restarts one service. */
  selfHeal(service: string, reason: string): Promise<OperationRecord>;
  /** Leaves a zone; with `reopen`, lets its nodes take pods again. */
  zonalRecovery(zone: string, reason: string, reopen: boolean): Promise<OperationRecord>;
  /** Zones that a recovery left and that nobody has opened since. */
  evacuatedZones(): Promise<readonly string[]>;
  /** Lights the standby ahead of a failover. */
  warmUp(reason: string): Promise<OperationRecord>;
  /** Scales down what a warm-up lit. */
  standDown(reason: string): Promise<OperationRecord>;
  /** The operation that is under way, and who runs it. */
  open(): Promise<OperationRun | undefined>;
  /** `seize`: also from a driver of another host, which the caller knows is gone. */
  resume(operationId: string, seize: boolean): Promise<OperationRecord>;
  abort(operationId: string, reason: string): Promise<void>;
  /** The newest operation that lit the standby or scaled it down. */
  newestLighting(): Promise<OperationRecord | undefined>;
}
