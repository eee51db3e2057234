import type { Container, Probe } from "../api/objects.ts";
import { afterResult, judge, type ProbeState, undecided } from "./probe-state.ts";
import { runProbe } from "./run-probe.ts";

export interface HealthCheckHandlers {
  /** `started` or `ready` has changed. */
  readonly change: (state: { readonly started: boolean; readonly ready: boolean }) => void;
  /** A startup or liveness probe has failed for good: the container is to be restarted. */
  readonly kill: (which: "startup" | "liveness", message: string) => void;
  /** The first failure after a success or after the start. */
  readonly failing: (which: string, message: string) => void;
}

type Which = "startup" | "readiness" | "liveness";

/** For this long after its start, a container that is not yet up is looked at more often than its probes ask for. */
const eagerMs = 10_000;
const eagerPeriodMs = 300;

/**
 * Probes one running container until stopped. Deviation from a kubelet: within the first 10 s, startup and readiness
 * probes also run every 300 ms until they pass; only what fails at the probe's own period counts as a failure.
 */
export class HealthCheck {
  readonly #container: Container;
  readonly #host: string;
  readonly #handlers: HealthCheckHandlers;
  readonly #states = new Map<Which, ProbeState>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #startedAt = Date.now();
  #stopped = false;
  #said = { started: false, ready: false };

  constructor(container: Container, host: string, handlers: HealthCheckHandlers) {
    this.#container = container;
    this.#host = host;
    this.#handlers = handlers;
  }

  start(): void {
    const { startupProbe, readinessProbe, livenessProbe } = this.#container;
    if (readinessProbe !== undefined) this.#states.set("readiness", undecided);
    if (livenessProbe !== undefined) this.#states.set("liveness", undecided);
    if (startupProbe === undefined) this.#startOthers();
    else {
      this.#states.set("startup", undecided);
      this.#schedule("startup", startupProbe, startupProbe.initialDelaySeconds * 1000);
    }
    this.#tell();
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #startOthers(): void {
    const { readinessProbe, livenessProbe } = this.#container;
    if (readinessProbe !== undefined)
      this.#schedule("readiness", readinessProbe, readinessProbe.initialDelaySeconds * 1000);
    if (livenessProbe !== undefined)
      this.#schedule("liveness", livenessProbe, livenessProbe.initialDelaySeconds * 1000);
  }

  #schedule(which: Which, probe: Probe, delayMs: number, lastCountedAt = 0): void {
    if (this.#stopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void this.#probe(which, probe, lastCountedAt);
    }, delayMs);
    this.#timers.add(timer);
  }

  async #probe(which: Which, probe: Probe, lastCountedAt: number): Promise<void> {
    const at = Date.now();
    const failure = await runProbe(probe, this.#container, this.#host);
    if (this.#stopped) return;
    const before = this.#states.get(which) ?? undecided;
    const periodMs = probe.periodSeconds * 1000;
    const counts = failure === undefined || at - lastCountedAt >= periodMs;
    const after = counts ? afterResult(before, failure === undefined, probe) : before;
    this.#states.set(which, after);
    if (failure !== undefined && after.failures === 1 && before.failures === 0) this.#handlers.failing(which, failure);
    const verdict = this.#tell();
    if (verdict.kill !== undefined) {
      this.stop();
      this.#handlers.kill(verdict.kill, failure ?? "");
      return;
    }
    if (which === "startup" && after.verdict === "success") {
      this.#startOthers();
      return;
    }
    const eager = which !== "liveness" && after.verdict !== "success" && at - this.#startedAt < eagerMs;
    const pauseMs = eager ? Math.min(eagerPeriodMs, periodMs) : Math.max(0, at + periodMs - Date.now());
    this.#schedule(which, probe, pauseMs, counts ? at : lastCountedAt);
  }

  #tell(): ReturnType<typeof judge> {
    const verdict = judge({
      startup: this.#states.get("startup"),
      readiness: this.#states.get("readiness"),
      liveness: this.#states.get("liveness"),
    });
    const { started, ready } = verdict;
    if (started !== this.#said.started || ready !== this.#said.ready) {
      this.#said = { started, ready };
      this.#handlers.change({ started, ready });
    }
    return verdict;
  }
}
