import type { DatabaseEndpoint, PrimaryOutputs, Site, StandbyOutputs, TrafficEndpoint } from "../../stacks/outputs.ts";
import { DriverError } from "./errors.ts";

/** What is deployed, by the saved outputs. Undefined: never deployed. */
export interface Estate {
  readonly primary: PrimaryOutputs | undefined;
  readonly standby: StandbyOutputs | undefined;
}

export type SupportedTraffic = Extract<TrafficEndpoint, { readonly kind: "traffic-manager" | "front-door" }>;

/** `refused` for a database that the driver does not move. */
export function requirePostgres(site: Site, { engine }: Pick<DatabaseEndpoint, "engine">): void {
  if (engine === "postgres") return;
  throw new DriverError(
    "refused",
    `database.engine of the ${site} site is "${engine}": the driver moves PostgreSQL only. ` +
      "Move the data with SQL Server's own means (a failover group, transactional replication or a restored backup)",
    { field: "database.engine", value: engine, expected: "postgres" },
  );
}

/** `refused` where data would have to move that the driver does not move: said before anything is done. */
export function requireMovableData({ primary, standby }: Estate): void {
  if (primary !== undefined) requirePostgres("primary", primary.database);
  if (standby !== undefined) requirePostgres("standby", standby.database);
  if (primary === undefined || standby === undefined) return;
  const [here, there] = [primary, standby].map(({ database }) => database.additional.toSorted().join(", "));
  if (here === there) return;
  throw new DriverError(
    "refused",
    `database.additional differs between the sites (primary: ${here || "none"}; standby: ${there || "none"}): ` +
      "declare the same databases in both stacks, so that none is left behind",
    { field: "database.additional", value: there ?? "", expected: here || "none" },
  );
}

/** `refused` where users are sent by records that the driver does not write: said before anything is done. */
export function requireSupportedTraffic(traffic: TrafficEndpoint): SupportedTraffic {
  if (traffic.kind === "traffic-manager" || traffic.kind === "front-door") return traffic;
  throw new DriverError(
    "refused",
    `traffic.kind is "${traffic.kind}": the driver switches traffic-manager and front-door. ` +
      "Set pilotlight:traffic.strategy of both stacks to one of these and run `pilotlight up`",
    { field: "traffic.kind", value: traffic.kind, expected: "traffic-manager or front-door" },
  );
}
