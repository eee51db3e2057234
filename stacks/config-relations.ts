import { firstOverlap } from "../components/subnet-plan.ts";
import { isAzureSqlSku, isBurstable, isFlexibleServerSku } from "./config-catalogue.ts";
import type { ConfigProblem } from "./config-error.ts";
import { DEFAULT_CIDRS } from "./config-schema.ts";
import type { Site } from "./outputs.ts";

type Values = Readonly<Record<string, unknown>>;
type Found = { readonly path: string; readonly value: unknown; readonly right: string };

/** Blocks inside the AKS cluster (components/azure/aks-cluster.ts), which no network may overlap. */
const RESERVED: Readonly<Record<string, string>> = { "AKS pods": "10.244.0.0/16", "AKS services": "172.16.0.0/16" };

/** What is wrong between keys. Takes values as found: what has the wrong type is some other check's to name. */
export function relationProblems(values: Values, role: Site, namespace: string): readonly ConfigProblem[] {
  const found = [names(values), networks(values), ...(role === "primary" ? primary(values) : standby(values))];
  return found.flatMap((each) =>
    each ? [{ key: `${namespace}:${each.path}`, value: shown(each.value), right: each.right }] : [],
  );
}

function names({ publicName, zoneName }: Values): Found | undefined {
  if (typeof publicName !== "string" || typeof zoneName !== "string" || publicName.endsWith(`.${zoneName}`))
    return undefined;
  return { path: "publicName", value: publicName, right: `a DNS name below zoneName ${zoneName}` };
}

function networks(values: Values): Found | undefined {
  const blocks: Record<string, string> = {
    standbyCidr: text(values.standbyCidr) ?? DEFAULT_CIDRS.standbyCidr,
    primaryCidr: text(values.primaryCidr) ?? DEFAULT_CIDRS.primaryCidr,
    ...RESERVED,
  };
  const [path, other] = firstOverlap(blocks) ?? [];
  if (!path || !other) return undefined;
  return { path, value: blocks[path], right: `a block that does not overlap ${other} (${blocks[other]})` };
}

function primary(values: Values): readonly (Found | undefined)[] {
  const { region, zones, certificate, loadBalancer, provider } = values;
  const { strategy, standbyHost } = inside(values, "traffic");
  const strays = Array.isArray(zones) ? zones.filter((zone) => !String(zone).startsWith(String(region))) : [];
  const route53 = typeof strategy === "string" && strategy.startsWith("route53");
  return [
    strays.length > 0 && typeof region === "string"
      ? { path: "zones", value: zones, right: `zones of region ${region}, e.g. [${region}a, ${region}b]` }
      : undefined,
    certificate === true && loadBalancer !== "application"
      ? { path: "certificate", value: true, right: "false, or loadBalancer: application, which is what terminates TLS" }
      : undefined,
    route53 && provider === "external"
      ? {
          path: "traffic.strategy",
          value: strategy,
          right: "traffic-manager or front-door: an external primary has no zone here",
        }
      : undefined,
    route53 && provider !== "external" && standbyHost === undefined
      ? {
          path: "traffic.standbyHost",
          value: undefined,
          right: `the standby's public DNS name, which ${strategy} points to`,
        }
      : undefined,
  ];
}

function standby(values: Values): readonly (Found | undefined)[] {
  const { engine, sku, highAvailability } = inside(values, "database");
  const sql = engine === "sqlserver";
  const wrongKind = typeof sku === "string" && (sql ? isFlexibleServerSku(sku) : isAzureSqlSku(sku));
  const burstable = sku === undefined ? values.tier !== "warm" : typeof sku === "string" && isBurstable(sku);
  return [
    wrongKind
      ? {
          path: "database.sku",
          value: sku,
          right: sql ? "an Azure SQL size, e.g. Basic or S1" : "a flexible server size, e.g. Standard_B1ms",
        }
      : undefined,
    highAvailability === true && (sql || burstable)
      ? {
          path: "database.highAvailability",
          value: true,
          right: "false, or database.sku of a size that is not burstable, e.g. Standard_D2ds_v5",
        }
      : undefined,
  ];
}

function inside(values: Values, key: string): Values {
  const value = values[key];
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function shown(value: unknown): string | undefined {
  return value === undefined || typeof value === "string" ? value : JSON.stringify(value);
}
