/** The form of `/health` that the driver's probe reads. */
export interface Health {
  readonly status: "healthy" | "degraded" | "unhealthy";
  readonly site: string;
  readonly checks: Readonly<Record<string, { readonly status: "ok" | "failed"; readonly error?: string }>>;
}

export interface HealthCheck {
  /** What a failure makes of the whole. */
  readonly failure: "degraded" | "unhealthy";
  readonly run: () => Promise<void>;
}

/** A result is used again for this long, so that many probes do not make a crowd at the database. */
const freshMs = 500;

/** Runs the checks side by side; the worst failure gives the status. */
export class HealthMonitor {
  readonly #site: string;
  readonly #checks: Readonly<Record<string, HealthCheck>>;
  /** `at`: when it was done; undefined while it runs. */
  #latest: { readonly at: number | undefined; readonly health: Promise<Health> } | undefined;

  constructor(site: string, checks: Readonly<Record<string, HealthCheck>>) {
    this.#site = site;
    this.#checks = checks;
  }

  /** One examination at a time: whoever asks while it runs gets its result. */
  now(): Promise<Health> {
    const latest = this.#latest;
    if (latest !== undefined && (latest.at === undefined || performance.now() - latest.at < freshMs))
      return latest.health;
    const next: { at: number | undefined; readonly health: Promise<Health> } = {
      at: undefined,
      health: this.#examine(),
    };
    this.#latest = next;
    void next.health.finally(() => {
      next.at = performance.now();
    });
    return next.health;
  }

  async #examine(): Promise<Health> {
    const names = Object.keys(this.#checks);
    const results = await Promise.all(
      Object.values(this.#checks).map(async ({ run, failure }) => {
        try {
          await run();
          return undefined;
        } catch (error) {
          return { failure, error: error instanceof Error ? error.message || error.name : String(error) };
        }
      }),
    );
    const failures = new Set(results.map((result) => result?.failure));
    return {
      status: failures.has("unhealthy") ? "unhealthy" : failures.has("degraded") ? "degraded" : "healthy",
      site: this.#site,
      checks: Object.fromEntries(
        names.map((name, index) => {
          const failed = results[index];
          return [name, failed === undefined ? { status: "ok" } : { status: "failed", error: failed.error }];
        }),
      ),
    };
  }
}
