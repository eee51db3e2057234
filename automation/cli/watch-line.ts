import type { DriverWatchEvent } from "../workflow/watch/watch-event.ts";

/** One watch event in words. */
export function watchLine(event: DriverWatchEvent): string {
  switch (event.type) {
    case "evaluation": {
      const { evaluation } = event;
      const bad = evaluation.health.contributions.filter((each) => each.points > 0 || each.unknown);
      const why = bad
        .map((each) => `${each.name} ${each.reading}${each.points > 0 ? ` +${each.points}` : ""}`)
        .join(", ");
      return `${evaluation.at} ${evaluation.activeSite}: score ${evaluation.health.score}, level ${evaluation.health.level}, ${evaluation.decision.action}${why === "" ? "" : ` (${why})`}`;
    }
    case "resting":
      return `${event.at} nothing is decided while ${event.operationId ?? "an operation"} is under way (${event.protection}), ${event.runner ?? "who runs it is not known"}`;
    case "abandoned":
      return `${event.at} ${event.operationId}: ${event.text}`;
    case "trouble":
      return `${event.at} trouble: ${event.what}: ${event.reason}`;
    case "recovered":
      return `${event.at} recovered: ${event.what}`;
    case "operation":
      return `${event.record.endedAt ?? event.record.startedAt} ${event.record.id}: ${event.record.state}`;
    case "refused":
      return `${event.at} a failover was decided but not carried out: ${event.error.message}`;
  }
}
