/** One reading. `unknown` is an error of the observer: shown, counted 0. */
export type Signal =
  | {
      readonly kind: "service";
      readonly name: string;
      readonly reading: "healthy" | "degraded" | "unhealthy" | "failure" | "unknown";
      readonly reason?: string;
    }
  | {
      readonly kind: "external-uptime";
      readonly name: string;
      readonly reading: "up" | "down" | "unknown";
      readonly reason?: string;
    }
  | {
      readonly kind: "standby-probe";
      readonly name: string;
      readonly reading: "up" | "down" | "unknown";
      readonly reason?: string;
    }
  /** Seconds; undefined: unknown. */
  | {
      readonly kind: "replication-lag";
      readonly name: string;
      readonly reading: number | undefined;
      readonly reason?: string;
    }
  /** Node groups that are not healthy; undefined: unknown. */
  | {
      readonly kind: "node-groups";
      readonly name: string;
      readonly reading: number | undefined;
      readonly reason?: string;
    }
  | {
      readonly kind: "second-region-api";
      readonly name: string;
      readonly reading: "up" | "degraded" | "unreachable" | "unknown";
      readonly reason?: string;
    };

/** 0: none. 1: self-heal. 2: zonal recovery and warm-up. 3: failover. */
export type Level = 0 | 1 | 2 | 3;

export interface Contribution {
  readonly kind: Signal["kind"];
  readonly name: string;
  readonly reading: string;
  readonly points: number;
  readonly unknown: boolean;
  readonly reason?: string;
}

export interface HealthScore {
  readonly score: number;
  readonly level: Level;
  /** Every signal, worst first; unknown ones too. */
  readonly contributions: readonly Contribution[];
}

/** Lowest score of levels 1, 2 and 3. */
export const levelBounds = { selfHeal: 4, zonalRecovery: 8, failover: 11 } as const;

const serviceWeight = { healthy: 0, degraded: 2, unhealthy: 5, failure: 5, unknown: 0 } as const;
const secondRegionWeight = { up: 0, degraded: 2, unreachable: 3, unknown: 0 } as const;

function points(signal: Signal): number {
  switch (signal.kind) {
    case "service":
      return serviceWeight[signal.reading];
    case "external-uptime":
      return signal.reading === "down" ? 3 : 0;
    case "standby-probe":
      return signal.reading === "down" ? 4 : 0;
    case "replication-lag":
      if (signal.reading === undefined || signal.reading < 5) return 0;
      return signal.reading <= 30 ? 1 : 3;
    case "node-groups":
      if (signal.reading === undefined || signal.reading < 1) return 0;
      return signal.reading === 1 ? 2 : 4;
    case "second-region-api":
      return secondRegionWeight[signal.reading];
  }
}

function isUnknown(signal: Signal): boolean {
  return signal.reading === undefined || signal.reading === "unknown";
}

export function levelOf(score: number): Level {
  if (score >= levelBounds.failover) return 3;
  if (score >= levelBounds.zonalRecovery) return 2;
  return score >= levelBounds.selfHeal ? 1 : 0;
}

/**
 * Adds up the signals. What ails the standby is in the sum but never makes it a failover: level 3 needs
 * 11 points without the standby's probe.
 */
export function score(signals: readonly Signal[]): HealthScore {
  const contributions = signals
    .map(
      (signal): Contribution => ({
        kind: signal.kind,
        name: signal.name,
        reading: signal.reading === undefined ? "unknown" : String(signal.reading),
        points: points(signal),
        unknown: isUnknown(signal),
        ...(signal.reason === undefined ? {} : { reason: signal.reason }),
      }),
    )
    .sort((a, b) => b.points - a.points);
  const sum = (list: readonly Contribution[]): number => list.reduce((total, each) => total + each.points, 0);
  const total = sum(contributions);
  const withoutStandby = sum(contributions.filter((each) => each.kind !== "standby-probe"));
  const level = levelOf(total);
  return { score: total, level: level === 3 && levelOf(withoutStandby) < 3 ? 2 : level, contributions };
}
