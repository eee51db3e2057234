import { DriverError } from "./errors.ts";

/** A node as the cluster shows it. */
export interface ZoneNode {
  readonly name: string;
  readonly zone: string;
  /** Its kubelet reports, and says that it can run pods. */
  readonly ready: boolean;
  /** New pods may go there. */
  readonly schedulable: boolean;
  /** The zonal recovery that closed it; undefined: none did. */
  readonly heldBy: string | undefined;
}

export interface ZoneHealth {
  readonly zone: string;
  readonly nodes: number;
  readonly ready: number;
  /** More than half of its nodes are not ready: one broken machine of several is no broken zone. */
  readonly impaired: boolean;
  /** Nodes that a zonal recovery keeps closed. */
  readonly held: readonly string[];
}

/** Every zone that has a node, by name. */
export function zonesOf(nodes: readonly ZoneNode[]): readonly ZoneHealth[] {
  return [...Map.groupBy(nodes, ({ zone }) => zone)]
    .map(([zone, mine]) => {
      const ready = mine.filter((node) => node.ready).length;
      const held = mine.filter(({ heldBy }) => heldBy !== undefined).map(({ name }) => name);
      return { zone, nodes: mine.length, ready, impaired: ready * 2 < mine.length, held };
    })
    .toSorted((a, b) => a.zone.localeCompare(b.zone));
}

/** Zones to recover from: none where all are impaired, which is no zone's trouble. */
export function impairedZones(zones: readonly ZoneHealth[]): readonly ZoneHealth[] {
  const impaired = zones.filter((each) => each.impaired);
  return impaired.length < zones.length ? impaired : [];
}

/** Throws `refused` where moving out of `zone` would help nobody: it is well, it is not there, or there is nowhere to go. */
export function requireImpaired(zones: readonly ZoneHealth[], zone: string): ZoneHealth {
  const found = requireZone(zones, zone);
  if (zones.every(({ impaired }) => impaired)) {
    throw refused(
      zone,
      `all zones are impaired (${inWords(zones)}): there is none to move to; fail over instead`,
      "another zone that is well",
    );
  }
  if (!found.impaired) {
    const others = impairedZones(zones).map((each) => each.zone);
    const expected =
      others.length > 0 ? others.join(", ") : "a zone of which more than half of the nodes are not ready";
    throw refused(zone, `${zone} is not impaired (${inWords(zones)})`, expected);
  }
  return found;
}

/** Throws `refused` where there is nothing to open, or the zone is still impaired. */
export function requireRecovered(zones: readonly ZoneHealth[], zone: string): ZoneHealth {
  const found = requireZone(zones, zone);
  if (found.held.length === 0) {
    const held = zones.filter((each) => each.held.length > 0).map((each) => each.zone);
    throw refused(
      zone,
      `no zonal recovery keeps nodes of ${zone} closed`,
      held.join(", ") || "a zone that was recovered from",
    );
  }
  if (found.impaired) throw refused(zone, `${zone} is still impaired (${inWords(zones)})`, "a zone that is well again");
  return found;
}

function requireZone(zones: readonly ZoneHealth[], zone: string): ZoneHealth {
  const found = zones.find((each) => each.zone === zone);
  if (found !== undefined) return found;
  if (zones.length === 0)
    throw refused(
      zone,
      "the primary shows no node that says in which zone it is",
      "a cluster with nodes in several zones",
    );
  throw refused(zone, `no node is in ${zone}`, zones.map((each) => each.zone).join(", "));
}

export function inWords(zones: readonly ZoneHealth[]): string {
  return zones.map(({ zone, nodes, ready }) => `${zone} ${ready} of ${nodes} nodes ready`).join(", ");
}

function refused(zone: string, why: string, expected: string): DriverError {
  return new DriverError("refused", `zonal recovery refused: ${why}`, { field: "zone", value: zone, expected });
}
