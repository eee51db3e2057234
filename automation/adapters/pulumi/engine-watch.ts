import type { EngineEvent, OpType } from "@pulumi/pulumi/automation/index.js";
import { systemTimer } from "../../lib/timer.ts";
import type { ResourceChanges } from "../../ports/infrastructure.ts";
import { plain } from "./classify.ts";

/** Milliseconds of silence after which an update counts as hung. */
export interface SilenceLimits {
  /** While a resource is being worked on: the slowest cloud resource there is. */
  readonly busy: number;
  /** While nothing is: the program computes, or the engine hangs. */
  readonly idle: number;
}

const verbs: Readonly<Partial<Record<OpType, string>>> = {
  create: "creating",
  update: "updating",
  delete: "deleting",
  replace: "replacing",
  "create-replacement": "creating replacement",
  "delete-replaced": "deleting replaced",
  import: "importing",
  refresh: "refreshing",
  read: "reading",
};

/** Follows the events of one run: progress lines, error diagnostics, the summary, and how long nothing was heard. */
export class EngineWatch {
  readonly errors: string[] = [];
  changes: ResourceChanges | undefined;
  readonly #onProgress: ((line: string) => void) | undefined;
  readonly #underWay = new Set<string>();
  #heardAt = systemTimer.monotonic();

  constructor(onProgress: ((line: string) => void) | undefined) {
    this.#onProgress = onProgress;
  }

  hear(event: EngineEvent): void {
    this.#heardAt = systemTimer.monotonic();
    const { resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, summaryEvent } = event;
    if (resourcePreEvent) this.#begin(resourcePreEvent.metadata.op, resourcePreEvent.metadata.urn);
    if (resOutputsEvent) this.#underWay.delete(resOutputsEvent.metadata.urn);
    if (resOpFailedEvent) {
      this.#underWay.delete(resOpFailedEvent.metadata.urn);
      this.#onProgress?.(`failed ${resourceName(resOpFailedEvent.metadata.urn)}`);
    }
    if (diagnosticEvent?.severity === "error") {
      const where =
        diagnosticEvent.urn === undefined || diagnosticEvent.urn === "" ? "" : `${resourceName(diagnosticEvent.urn)}: `;
      this.errors.push(`${where}${plain(diagnosticEvent.message)}`);
    }
    if (summaryEvent) this.changes = toChanges(summaryEvent.resourceChanges);
  }

  /** Milliseconds by which the silence is over its limit; 0 when all is well. */
  overdue(limits: SilenceLimits): number {
    const limit = this.#underWay.size > 0 ? limits.busy : limits.idle;
    return Math.max(0, systemTimer.monotonic().since(this.#heardAt) - limit);
  }

  #begin(operation: OpType, urn: string): void {
    const verb = verbs[operation];
    if (verb === undefined) return;
    this.#underWay.add(urn);
    this.#onProgress?.(`${verb} ${resourceName(urn)}`);
  }
}

export function toChanges(counts: Readonly<Partial<Record<OpType, number>>>): ResourceChanges {
  return {
    create: counts.create ?? 0,
    update: counts.update ?? 0,
    replace: counts.replace ?? 0,
    delete: counts.delete ?? 0,
    same: counts.same ?? 0,
  };
}

/** `urn:pulumi:stack::project::parent$type::name` as `type name`. */
function resourceName(urn: string): string {
  const [, , type = "", ...name] = urn.split("::");
  return `${type.slice(type.lastIndexOf("$") + 1)} ${name.join("::")}`;
}
