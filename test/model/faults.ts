import { DriverError } from "../../automation/domain/errors.ts";
import { secret } from "./judge.ts";
import type { Fault } from "./world.ts";

export const faultable = [
  "database.heartbeat",
  "database.lag",
  "database.fence",
  "database.awaitToken",
  "database.promote",
  "database.openWrites",
  "database.isWritable",
  "database.replicate",
  "database.stranded",
  "workloads.start",
  "traffic.route",
  "infrastructure.apply",
  "objects.sync",
  "probe.services",
  "witness.read",
  "witness.write",
] as const;

/** Calls of the auxiliary plans. */
export const faultableBeside = [
  "database.makeDrillCopies",
  "database.dropDrillCopies",
  "database.lag",
  "workloads.start",
  "workloads.stop",
  "workloads.status",
  "infrastructure.apply",
  "probe.services",
  "zones.nodes",
  "zones.cordon",
  "zones.uncordon",
  "zones.evict",
  "witness.read",
  "witness.write",
] as const;

/** `foreign`: an error of a library, which quotes a secret. */
export const codes = ["unreachable", "denied", "foreign"] as const;

export function faultsOf(code: (typeof codes)[number], times: number, late: boolean): Fault[] {
  const make = (): Error =>
    code === "foreign"
      ? new Error(`cannot connect to postgres://admin:${secret}@db/app`)
      : new DriverError(code, `injected ${code}`);
  return Array.from({ length: times }, () => ({ error: make(), late }));
}
