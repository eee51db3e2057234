import type { OperationReport } from "../../automation/workflow/stages/operation-report.ts";
import { type AuditedDatabase, auditMove } from "../client/audit.ts";
import type { AcknowledgedWrite } from "../client/ledger.ts";
import type { WriteClient } from "../client/write-client.ts";
import type { DemoReport, Move } from "./report.ts";

export interface MoveMeasurement {
  readonly operation: OperationReport;
  readonly client: WriteClient;
  readonly stale: WriteClient;
  /** Writes acknowledged in this span belong to the move. */
  readonly from: Date;
  readonly until: Date;
  /** When the outage began: the fault of a forced move; undefined: the last acknowledgement of the old site. */
  readonly faultAt: Date | undefined;
  readonly databases: { readonly old: AuditedDatabase; readonly surviving: AuditedDatabase };
}

/** One move of the report: what the clients saw, beside what the driver says. */
export async function measureMove(measurement: MoveMeasurement): Promise<Move> {
  const { operation, client, stale, databases } = measurement;
  const { direction } = operation;
  const claimed = {
    ...operation.claimed,
    lostWrites: operation.claimed.lostWrites.map(writeId),
    splitBrainWrites: operation.claimed.splitBrainWrites.map(writeId),
  };
  const within = (write: AcknowledgedWrite) => {
    const at = Date.parse(write.ackAt);
    return at >= measurement.from.getTime() && at < measurement.until.getTime();
  };
  const own = client.acknowledged.filter(within);
  const others = stale.acknowledged.filter(within);
  const firstAtNew = own.find((write) => write.site === direction.to);
  if (firstAtNew === undefined) {
    throw new Error(`${operation.operation}: the client had no write acknowledged at the ${direction.to} site`);
  }
  const openedAt = new Date(firstAtNew.ackAt);
  const audit = (acknowledged: readonly AcknowledgedWrite[]) =>
    auditMove({
      acknowledged,
      from: { site: direction.from },
      to: { site: direction.to, database: databases.surviving },
      promotedAt: openedAt,
    });
  const [mine, theirs] = [await audit(own), await audit(others)];
  const splitBrain = new Set([...mine.splitBrainWrites, ...theirs.splitBrainWrites]);
  const lost = [...mine.lostWrites, ...theirs.lostWrites].filter((id) => !splitBrain.has(id));

  const acknowledged = new Set([...own, ...others].map((write) => write.id));
  const sent = new Set([...client.unacknowledged, ...stale.unacknowledged].map((write) => write.id));
  const stranded = [...claimed.lostWrites, ...claimed.splitBrainWrites];
  const neverAcknowledged = stranded.filter((id) => !acknowledged.has(id) && sent.has(id));
  const told = (ids: readonly string[]) => ids.filter((id) => !neverAcknowledged.includes(id));

  return {
    plan: operation.plan,
    mode: operation.mode,
    operation: operation.operation,
    stages: operation.stages.map(({ name, startedAt, endedAt, state, needs }) => ({
      name,
      startedAt: startedAt ?? null,
      endedAt: endedAt ?? null,
      state,
      needs: [...needs],
    })),
    measured: {
      rtoSeconds: (openedAt.getTime() - outageBegan(measurement, own).getTime()) / 1000,
      acknowledgedWrites: own.length,
      lostWrites: lost,
      splitBrainWrites: [...mine.splitBrainWrites],
    },
    staleClient: { acknowledgedWrites: others.length, splitBrainWrites: [...theirs.splitBrainWrites] },
    claimed: {
      rtoSeconds: claimed.rtoSeconds ?? null,
      lostWrites: claimed.lostWrites,
      splitBrainWrites: claimed.splitBrainWrites,
      proofToken: claimed.proofToken ?? null,
    },
    neverAcknowledged,
    agree: sameIds(told([...claimed.lostWrites, ...claimed.splitBrainWrites]), [...lost, ...splitBrain]),
    overrides: operation.overrides.map(({ guard, reason, by, at }) => ({ guard, reason, by, at })),
  };
}

/** The driver names a row by its table and key columns, the client by the id alone. */
function writeId({ key }: { readonly key: Readonly<Record<string, string | null>> }): string {
  return key["id"] ?? "";
}

function outageBegan({ faultAt, operation }: MoveMeasurement, own: readonly AcknowledgedWrite[]): Date {
  if (faultAt !== undefined) return faultAt;
  const last = own.findLast((write) => write.site === operation.direction.from);
  return new Date(last?.ackAt ?? operation.startedAt);
}

function sameIds(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [new Set(one), new Set(other)];
  return a.size === b.size && [...a].every((id) => b.has(id));
}

/** Acknowledged and failed writes of a client, for each second of its life. */
export function trafficBySecond(client: WriteClient): DemoReport["traffic"] {
  const seconds = new Map<number, { primary: number; standby: number; failed: number }>();
  const count = (iso: string, kind: "primary" | "standby" | "failed") => {
    const second = Math.floor(Date.parse(iso) / 1000);
    const counts = seconds.get(second) ?? { primary: 0, standby: 0, failed: 0 };
    counts[kind] += 1;
    seconds.set(second, counts);
  };
  for (const write of client.acknowledged) count(write.ackAt, write.site === "standby" ? "standby" : "primary");
  for (const write of client.unacknowledged) count(write.failedAt, "failed");
  const known = [...seconds.keys()];
  const first = Math.min(...known);
  const length = known.length === 0 ? 0 : Math.max(...known) - first + 1;
  return Array.from({ length }, (_, i) => ({
    at: new Date((first + i) * 1000).toISOString(),
    ...(seconds.get(first + i) ?? { primary: 0, standby: 0, failed: 0 }),
  }));
}
