import type { DriverEvent } from "../workflow/execution/events.ts";

/** One event in words; undefined for what only a live picture needs. */
export function describe(event: DriverEvent): string | undefined {
  switch (event.type) {
    case "operation-started": {
      const { operation, resumed } = event;
      return `${operation.id}: ${operation.mode} ${operation.plan} of ${operation.application} ${resumed ? "resumed" : "started"}`;
    }
    case "operation-state":
      return `${event.operationId}: ${event.state}${event.error === undefined ? "" : `: ${event.error.message}`}`;
    case "operation-compensating":
      return `${event.operationId}: undoing, because ${event.cause.message}`;
    case "operation-interrupted":
      return `${event.operationId}: interrupted (${event.reason}); \`pilotlight resume\` continues`;
    case "stage-started":
      return `${event.stage}: started${event.attempt > 1 ? ` (attempt ${event.attempt})` : ""}`;
    case "stage-finished":
      return `${event.stage}: done in ${event.seconds.toFixed(1)} s${event.already ? " (was done already)" : ""}`;
    case "stage-failed":
      return `${event.stage}: ${event.error.message}${event.retrying ? "; trying again" : ""}`;
    case "stage-waiting":
      return `${event.stage}: waits for a person: ${event.guard.reason}`;
    case "stage-released":
      return `${event.stage}: continues, ${event.guard} ${event.how === "override" ? "overridden" : "cleared by itself"}`;
    case "stage-compensating":
      return `${event.stage}: undoing`;
    case "stage-compensated":
      return `${event.stage}: undone`;
    case "log":
      return `${event.stage}: ${event.text}`;
  }
}
