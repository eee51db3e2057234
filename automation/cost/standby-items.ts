import type { StandbyConfig } from "../../stacks/config.ts";
import type { Tier } from "../../stacks/outputs.ts";
import type { PriceKey } from "./price-list.ts";

/** One thing that is paid for as long as it is there. */
export interface CostItem extends PriceKey {
  /** What people call it. */
  readonly resource: string;
  readonly detail: string;
  /** In the unit of the price. */
  readonly quantity: number;
  /** `lit`: only while the standby's compute runs; on a warm standby that is always. */
  readonly runs: "always" | "lit";
}

/** Size of a PostgreSQL server that the configuration leaves open (a test holds it to components/azure/flexible-server-sku.ts). */
export const TIER_SKUS: Readonly<Record<Tier, string>> = {
  cold: "Standard_B1ms",
  "pilot-light": "Standard_B2s",
  warm: "Standard_D2ds_v5",
};

/** The disk that AKS gives a node unless told otherwise: 128 GiB, premium. */
const NODE_DISK = "P10";
/** Of the Logic App, each minute: its trigger and its call. */
const LOGIC_APP_ACTIONS_AN_HOUR = 60 * 2;

/** Everything of a standby that has a standing price, as its configuration declares it, but in this tier. */
export function standbyItems(config: StandbyConfig, tier: Tier): readonly CostItem[] {
  return [
    ...database(config, tier),
    {
      resource: "Objects",
      detail: `${config.objects.expectedGib} GiB, hot, locally redundant`,
      service: "blob-storage",
      sku: "hot-lrs",
      unit: "GiB-month",
      quantity: config.objects.expectedGib,
      runs: "always",
    },
    ...registry(config),
    ...privateAccess(config),
    ...traffic(config),
    ...failoverFunctions(config),
    ...(config.compute === "aks" ? cluster(config) : containerGroup(config)),
  ];
}

function database(config: StandbyConfig, tier: Tier): readonly CostItem[] {
  const { engine, highAvailability, storageGib } = config.database;
  if (engine === "sqlserver") {
    const sku = config.database.sku ?? "Basic";
    const detail = `${sku}, runs as it is billed: it cannot be stopped`;
    return [item("Azure SQL", detail, "sql-database", sku, "month", 1, "always")];
  }
  const sku = config.database.sku ?? TIER_SKUS[tier];
  const servers = highAvailability ? 2 : 1;
  const twice = highAvailability ? ", twice (high availability)" : "";
  const service = "postgresql-flexible-server";
  return [
    item("PostgreSQL", `${sku}${twice}, runs always: it is the replica`, service, sku, "hour", servers, "always"),
    item(
      "PostgreSQL storage",
      `${storageGib} GiB${twice}`,
      service,
      "storage",
      "GiB-month",
      storageGib * servers,
      "always",
    ),
  ];
}

function registry({ registry }: StandbyConfig): readonly CostItem[] {
  if (!registry.enabled) return [];
  return [item("Container registry", registry.sku, "container-registry", registry.sku, "day", 1, "always")];
}

/** Database, storage and vault: an endpoint and a private DNS zone each. */
function privateAccess({ privateEndpoints }: StandbyConfig): readonly CostItem[] {
  if (!privateEndpoints) return [];
  return [
    item("Private endpoints", "database, storage, vault", "private-link", "endpoint", "hour", 3, "always"),
    item("Private DNS zones", "one for each endpoint", "private-dns", "zone", "month", 3, "always"),
  ];
}

function traffic({ traffic }: StandbyConfig): readonly CostItem[] {
  if (traffic.strategy === "front-door") {
    return [item("Front Door", "Standard, base fee", "front-door", "standard", "month", 1, "always")];
  }
  if (traffic.strategy !== "traffic-manager") return [];
  const service = "traffic-manager";
  const fast = traffic.probeIntervalSeconds === 10;
  return [
    item("Traffic Manager", "probes of the one enabled endpoint", service, "external-endpoint", "month", 1, "always"),
    ...(fast ? [item("Traffic Manager", "every 10 s", service, "fast-interval", "month", 1, "always")] : []),
  ];
}

function failoverFunctions({ failoverFunctions }: StandbyConfig): readonly CostItem[] {
  if (!failoverFunctions.enabled) return [];
  const detail = "each minute: trigger and call; the Function App stays within its free grant";
  return [item("Logic App", detail, "logic-apps", "built-in-action", "event", LOGIC_APP_ACTIONS_AN_HOUR, "always")];
}

function cluster({ cluster }: StandbyConfig): readonly CostItem[] {
  const { nodeCount, nodeType } = cluster;
  return [
    item(
      "Public addresses",
      "entry and egress, kept so that they never change",
      "public-ip",
      "standard-static",
      "hour",
      2,
      "always",
    ),
    item("AKS", "control plane, Standard", "kubernetes-service", "standard", "hour", 1, "lit"),
    item("AKS nodes", `${nodeCount} × ${nodeType}`, "virtual-machine", nodeType, "hour", nodeCount, "lit"),
    item("AKS node disks", `${nodeCount} × ${NODE_DISK}`, "managed-disk", NODE_DISK, "month", nodeCount, "lit"),
    item("Load balancer", "Standard, up to five rules", "load-balancer", "standard", "hour", 1, "lit"),
  ];
}

function containerGroup({ containerGroup }: StandbyConfig): readonly CostItem[] {
  const { cpu, memoryGib } = containerGroup;
  const service = "container-instances";
  return [
    item("Container group", `${cpu} vCPU`, service, "vcpu", "vCPU-hour", cpu, "lit"),
    item("Container group", `${memoryGib} GiB`, service, "memory", "GiB-hour", memoryGib, "lit"),
  ];
}

function item(
  resource: string,
  detail: string,
  service: string,
  sku: string,
  unit: CostItem["unit"],
  quantity: number,
  runs: CostItem["runs"],
): CostItem {
  return { resource, detail, service, sku, unit, quantity, runs };
}
