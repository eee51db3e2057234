import { DriverError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import { pause } from "../../lib/interruption.ts";
import { systemTimer } from "../../lib/timer.ts";
import type { WorkloadStatus } from "../../ports/workloads.ts";
import type { ArmClient } from "../azure/arm-client.ts";
import { armOperation } from "../azure/arm-operation.ts";
import {
  type ContainerGroupState,
  type ContainerGroupTarget,
  groupPath,
  groupStatus,
  groupText,
  hasEnded,
  isRunning,
  readGroup,
} from "./container-group.ts";

export interface ContainerGroupWorkloadsOptions {
  readonly arm: ArmClient;
  readonly target: (signal: AbortSignal) => Promise<ContainerGroupTarget>;
  /** Milliseconds until every container runs; images are pulled anew at every start. Default 300,000. */
  readonly startTimeoutMs?: number;
  /** Milliseconds until none does. Default 120,000. */
  readonly stopTimeoutMs?: number;
  /** Milliseconds between two looks. Default 1,000. */
  readonly pollMs?: number;
}

/** The application as one Azure container group, started and stopped as a whole. */
export class ContainerGroupWorkloads {
  readonly #options: ContainerGroupWorkloadsOptions;

  constructor(options: ContainerGroupWorkloadsOptions) {
    this.#options = options;
  }

  /** Resolves when every container runs. Errors: `not-found` without the group or one of the services in it. */
  start(signal: AbortSignal): Promise<readonly WorkloadStatus[]> {
    return this.#until("start", this.#options.startTimeoutMs ?? 300_000, signal, (group, target) => {
      if (group === undefined) throw new DriverError("not-found", `there is no container group ${target.name}`);
      const missing = target.services.find((name) => !group.containers.has(name));
      if (missing !== undefined)
        throw new DriverError("not-found", `container group ${target.name} has no container ${missing}`);
      if (hasEnded(group)) return "act";
      return isRunning(group) ? "done" : "wait";
    });
  }

  /** Resolves when no container is left. */
  stop(signal: AbortSignal): Promise<readonly WorkloadStatus[]> {
    let asked = false;
    return this.#until("stop", this.#options.stopTimeoutMs ?? 120_000, signal, (group) => {
      if (group === undefined || hasEnded(group)) return "done";
      if (asked) return "wait";
      asked = true;
      return "act";
    });
  }

  status(signal: AbortSignal): Promise<readonly WorkloadStatus[]> {
    return withDeadline({ what: "status of the container group", milliseconds: 16_000, signal }, async (inner) => {
      const target = await this.#options.target(inner);
      return groupStatus(target, await readGroup(this.#options.arm, target, inner));
    });
  }

  /** Looks, acts where `next` says so, and looks again. At the end of `limit` the error says how the group was last seen. */
  async #until(
    verb: "start" | "stop",
    limit: number,
    signal: AbortSignal,
    next: (group: ContainerGroupState | undefined, target: ContainerGroupTarget) => "done" | "act" | "wait",
  ): Promise<readonly WorkloadStatus[]> {
    const { arm, pollMs = 1000 } = this.#options;
    const target = await this.#options.target(signal);
    const what = `${verb} of container group ${target.name}`;
    const end = systemTimer.monotonic().plus(limit);
    for (;;) {
      const group = await readGroup(arm, target, signal);
      const step = next(group, target);
      if (step === "done") return groupStatus(target, group);
      const left = end.since(systemTimer.monotonic());
      if (left <= 0)
        throw new DriverError(
          "timeout",
          `${what}: after ${limit} ms it is ${group === undefined ? "gone" : groupText(group)}`,
        );
      if (step === "act") await this.#act(verb, target, left, signal);
      await pause(what, Math.min(pollMs, Math.max(left, 1)), signal);
    }
  }

  async #act(
    verb: "start" | "stop",
    target: ContainerGroupTarget,
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const { arm, pollMs = 1000 } = this.#options;
    const operation = { method: "POST", path: groupPath(target, `/${verb}`), timeoutMs, pollMs } as const;
    await armOperation(arm, operation, signal).catch((error: unknown) => {
      // It is still on its way from one state to another: the next look tells where it came to.
      if (!(error instanceof DriverError) || error.code !== "conflict") throw error;
    });
  }
}
