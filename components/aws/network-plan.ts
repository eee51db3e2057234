import { plannedCidr, planSubnets, type SubnetRequest } from "../subnet-plan.ts";

export type SubnetTier = "private" | "public" | "database";

export interface PlannedSubnet {
  readonly tier: SubnetTier;
  readonly zone: string;
  /** Stable part of the name: `private-a` for eu-central-1a. */
  readonly key: string;
  readonly cidr: string;
}

/** Bits behind the network's prefix: quarters for nodes and pods, small blocks for load balancers and databases. */
const NEW_BITS: Readonly<Record<SubnetTier, number>> = { private: 2, public: 4, database: 8 };
const SLOTS = [0, 1, 2];
const TIERS: readonly SubnetTier[] = ["private", "public", "database"];

/** Regions whose zones are not `a`, `b` and `c`. In us-west-1 the letters are an account's own: where EC2 refuses these, name its zones. */
const ZONE_LETTERS: Readonly<Record<string, readonly string[]>> = {
  "ap-northeast-1": ["a", "c", "d"],
  "ca-central-1": ["a", "b", "d"],
  "us-west-1": ["a", "b"],
};

/** Up to three zones of a region, by a table; asking AWS instead would tie a preview to it. */
export function defaultZones(region: string): readonly string[] {
  return (ZONE_LETTERS[region] ?? ["a", "b", "c"]).map((letter) => region + letter);
}

/** The region of an availability zone, e.g. eu-central-1 of eu-central-1a. Errors: no zone's name. */
export function regionOf(zone: string): string {
  const region = /^[a-z]{2}(-[a-z]+)+-\d+(?=[a-z-])/.exec(zone)?.[0];
  if (!region) throw new Error(`zones: ${zone || "none"}; a zone is named like eu-central-1a`);
  return region;
}

/**
 * Three tiers in each zone, up to three zones. Room is laid out for three whatever the number asked for, so that a
 * third zone later moves no subnet.
 * Errors: a network too small (smaller than /20); more than three zones.
 */
export function planNetwork(cidr: string, zones: readonly string[]): readonly PlannedSubnet[] {
  if (zones.length > SLOTS.length) throw new Error(`zones: ${zones.join(", ")}; at most ${SLOTS.length} have room`);
  const slot = (tier: SubnetTier, index: number) => `${tier} ${index}`;
  const requests = TIERS.flatMap((tier) =>
    SLOTS.map((index): SubnetRequest => ({ key: slot(tier, index), newBits: NEW_BITS[tier] })),
  );
  const plan = planSubnets(cidr, requests);
  return TIERS.flatMap((tier) =>
    zones.map((zone, index): PlannedSubnet => {
      return { tier, zone, key: `${tier}-${suffixOf(zone)}`, cidr: plannedCidr(plan, slot(tier, index)) };
    }),
  );
}

/** `a` of eu-central-1a; the whole name where a zone ends otherwise (local zones). */
function suffixOf(zone: string): string {
  return /\d([a-z])$/.exec(zone)?.[1] ?? zone;
}
