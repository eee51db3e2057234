import type { Site } from "../../stacks/outputs.ts";
import type { HealthScore } from "../domain/health-score.ts";
import { isEnded, type OperationState, type PlanName, planNameSchema } from "../domain/operation.ts";
import type { OperationSummary } from "../ports/journal.ts";
import type { Metric, Sample } from "./exposition.ts";

/** What the driver knows at the moment of a scrape. Undefined: not known now, so its series are missing rather than wrong. */
export interface MetricsSnapshot {
  /** The last evaluation, if it is recent. */
  readonly health: HealthScore | undefined;
  readonly activeSite: Site | undefined;
  /** Of the site that follows. `seconds` undefined: no heartbeat ever arrived. */
  readonly replication: { readonly name: Site; readonly seconds: number | undefined } | undefined;
  /** Every operation that the journal holds: counted there, so a restart of the driver loses none. */
  readonly operations: readonly Pick<OperationSummary, "plan" | "state">[] | undefined;
}

const sites: readonly Site[] = ["primary", "standby"];
const outcomes: readonly OperationState[] = ["succeeded", "failed", "aborted"];

/** The driver's metrics. Rules and dashboards (components/kubernetes/observability) read these names; a test holds the two together. */
export function driverMetrics({ health, activeSite, replication, operations }: MetricsSnapshot): readonly Metric[] {
  const signals = health?.contributions ?? [];
  const lag = replication?.seconds;
  return [
    {
      name: "pilotlight_health_score",
      kind: "gauge",
      help: "Sum of the points of all signals: 4 self-heal, 8 zonal recovery, 11 failover.",
      samples: health === undefined ? [] : [{ value: health.score }],
    },
    {
      name: "pilotlight_signal_points",
      kind: "gauge",
      help: "Points that one signal adds to the health score.",
      samples: signals.map(({ kind, name, points }) => ({ labels: { kind, name }, value: points })),
    },
    {
      name: "pilotlight_signal_unknown",
      kind: "gauge",
      help: "1 where a signal could not be read.",
      samples: signals.map(({ kind, name, unknown }) => ({ labels: { kind, name }, value: unknown ? 1 : 0 })),
    },
    {
      name: "pilotlight_replication_lag_seconds",
      kind: "gauge",
      help: "Age of the newest heartbeat of the active site that has arrived at the site named.",
      samples:
        replication === undefined || lag === undefined ? [] : [{ labels: { name: replication.name }, value: lag }],
    },
    {
      name: "pilotlight_active_site",
      kind: "gauge",
      help: "1 for the site that may write, else 0.",
      samples:
        activeSite === undefined ? [] : sites.map((site) => ({ labels: { site }, value: site === activeSite ? 1 : 0 })),
    },
    {
      name: "pilotlight_operation_running",
      kind: "gauge",
      help: "1 while an operation of this plan runs or waits for a person.",
      samples: operations === undefined ? [] : planNameSchema.options.map((plan) => running(plan, operations)),
    },
    {
      name: "pilotlight_operations_total",
      kind: "counter",
      help: "Operations that have ended.",
      samples: operations === undefined ? [] : planNameSchema.options.flatMap((plan) => ended(plan, operations)),
    },
  ];
}

type Operations = NonNullable<MetricsSnapshot["operations"]>;

function running(plan: PlanName, operations: Operations): Sample {
  // One that needs an operator neither runs nor has ended; the newest alone may run at all.
  const [newest] = operations;
  const runs = newest?.plan === plan && (newest.state === "running" || newest.state === "waiting");
  return { labels: { plan }, value: runs ? 1 : 0 };
}

/** From zero on: `increase` does not see a counter's first value. */
function ended(plan: PlanName, operations: Operations): readonly Sample[] {
  const ofPlan = operations.filter((each) => each.plan === plan && isEnded(each.state));
  return outcomes.map((outcome) => ({
    labels: { plan, outcome },
    value: ofPlan.filter(({ state }) => state === outcome).length,
  }));
}
