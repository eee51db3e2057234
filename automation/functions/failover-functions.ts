import type { FailoverState, Target } from "../domain/failover-state.ts";
import type { Signal } from "../domain/health-score.ts";
import type { Clock } from "../ports/clock.ts";
import type { StateStore } from "./state-store.ts";

/** What one request is answered with. */
export interface FunctionAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A toggle that was made, for whoever moves the application. */
export interface Toggle {
  readonly from: Target;
  readonly to: Target;
  readonly count: number;
  readonly at: string;
}

export interface FunctionDependencies {
  readonly store: StateStore;
  readonly clock: Clock;
  /** Asks `<endpoint>/health` once, with a deadline; never throws for what the endpoint does. */
  readonly probe: (endpoint: string, signal: AbortSignal) => Promise<Extract<Signal, { readonly kind: "service" }>>;
  /** Tells the driver; absent where none is configured. */
  readonly notify?: (toggle: Toggle, signal: AbortSignal) => Promise<void>;
  readonly rules: FunctionRules;
}

export interface FunctionRules {
  /** What a new entity starts from, and what the endpoints of an existing one are brought to. */
  readonly endpoints: Pick<FailoverState, "primary_endpoint" | "secondary_endpoint">;
  /** How long after one toggle no second one is accepted. */
  readonly cooldownSeconds: number;
  /** Probes in a row that must fail before a target counts as unhealthy. */
  readonly probeAttempts: number;
  /** Rest between two of them. */
  readonly probePauseSeconds: number;
}
