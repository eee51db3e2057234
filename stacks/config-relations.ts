import { firstOverlap } from "../components/subnet-plan.ts";
import { isAzureSqlSku, isBurstable, isFlexibleServerSku } from "./config-catalogue.ts";
import type { ConfigProblem } from "./config-error.ts";
import { DEFAULT_PORT, DEFAULT_SERVICE_PORT } from "./config-fields.ts";
import { RIGHT } from "./config-right.ts";
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
  const { region, zones, certificate, loadBalancer, provider, encryptionKey } = values;
  const { strategy, standbyHost } = inside(values, "traffic");
  const { receiver } = inside(values, "alerts");
  const strays = Array.isArray(zones) ? zones.filter((zone) => !String(zone).startsWith(String(region))) : [];
  const route53 = typeof strategy === "string" && strategy.startsWith("route53");
  const external = provider === "external";
  return [
    wrong(strays.length > 0 && typeof region === "string", "zones", zones, () => {
      return `zones of region ${region}, e.g. [${region}a, ${region}b]`;
    }),
    wrong(
      certificate === true && loadBalancer !== "application",
      "certificate",
      true,
      () => "false, or loadBalancer: application, which is what terminates TLS",
    ),
    wrong(
      certificate === true && route53,
      "certificate",
      true,
      () => `false with ${strategy}: the record needs the load balancer, and the load balancer the certificate`,
    ),
    wrong(
      route53 && external,
      "traffic.strategy",
      strategy,
      () => "traffic-manager or front-door: an external primary has no zone here",
    ),
    wrong(
      (route53 || strategy === "front-door") && !external && standbyHost === undefined,
      "traffic.standbyHost",
      undefined,
      () =>
        route53
          ? `the standby's public DNS name, which ${strategy} points to`
          : "Front Door's own name, which the public name points to: traffic.fqdn among the standby stack's outputs",
    ),
    wrong(
      receiver !== undefined && encryptionKey === false,
      "alerts.receiver",
      receiver,
      () => "to leave it out, or encryptionKey: true, by which alarms may publish to an encrypted topic",
    ),
    tokenMissing(values, inside(values, "observability").charts === true),
    ...writeLease(values),
  ];
}

function standby(values: Values): readonly (Found | undefined)[] {
  const { engine, sku, highAvailability } = inside(values, "database");
  const sql = engine === "sqlserver";
  const wrongKind = typeof sku === "string" && (sql ? isFlexibleServerSku(sku) : isAzureSqlSku(sku));
  const burstable = sku === undefined ? values.tier !== "warm" : typeof sku === "string" && isBurstable(sku);
  return [
    wrong(wrongKind, "database.sku", sku, () =>
      sql ? "an Azure SQL size, e.g. Basic or S1" : "a flexible server size, e.g. Standard_B1ms",
    ),
    wrong(
      highAvailability === true && (sql || burstable),
      "database.highAvailability",
      true,
      () => "false, or database.sku of a size that is not burstable, e.g. Standard_D2ds_v5",
    ),
    tokenMissing(values, true),
    ...writeLease(values),
    ...(values.compute === "container-group" ? containerGroup(values) : []),
  ];
}

/** A container group has one address, maps no ports, and is in no network of ours. */
function containerGroup(values: Values): readonly (Found | undefined)[] {
  const services = Array.isArray(values.services) ? values.services.map(Object) : [];
  const ports = services.map(({ port }) => port ?? DEFAULT_SERVICE_PORT);
  const taken = ports.findIndex((port, index) => ports.indexOf(port) < index);
  const open = services.findIndex(({ role }) => role === "public");
  const servicePort = values.servicePort ?? DEFAULT_PORT;
  const { strategy } = inside(values, "traffic");
  const { rules, charts } = inside(values, "observability");
  return [
    wrong(
      values.privateEndpoints === true,
      "privateEndpoints",
      true,
      () => "false with compute: container-group, which is outside the network",
    ),
    wrong(taken >= 0, `services.${taken}.port`, ports[taken], () => "a port that no other container of the group has"),
    wrong(
      open >= 0 && strategy !== "front-door" && ports[open] !== servicePort,
      `services.${open}.port`,
      ports[open],
      () => `servicePort ${servicePort} (a container group maps no ports), or traffic.strategy: front-door`,
    ),
    wrong(
      rules === true || charts === true,
      "observability",
      values.observability,
      () => "to leave it out with compute: container-group, which has no cluster to put rules into",
    ),
  ];
}

/** A lease without somebody who renews it would stop the application. */
function writeLease(values: Values): readonly (Found | undefined)[] {
  const { enabled, image, witness } = inside(values, "writeLease");
  const { store, user } = inside(inside(values, "writeLease"), "witness");
  const on = enabled === true;
  const secret = store === "azure-table" || user !== undefined;
  return [
    wrong(
      on && (values.compute === "container-group" || inside(values, "database").engine === "sqlserver"),
      "writeLease.enabled",
      true,
      () => "false: a write lease needs compute: aks and PostgreSQL",
    ),
    wrong(on && image === undefined, "writeLease.image", undefined, () => RIGHT["writeLease.image"] ?? ""),
    wrong(on && witness === undefined, "writeLease.witness", undefined, () => RIGHT["writeLease.witness"] ?? ""),
    wrong(
      on && secret && values.writeLeaseSecret === undefined,
      "writeLeaseSecret",
      undefined,
      () => RIGHT.writeLeaseSecret ?? "",
    ),
  ];
}

/** Where alerts cannot show who they are from, the driver turns them away. */
function tokenMissing(values: Values, needed: boolean): Found | undefined {
  const { receiver } = inside(values, "alerts");
  return wrong(
    needed && receiver !== undefined && values.alertToken === undefined,
    "alertToken",
    undefined,
    () => `${RIGHT.alertToken}; alerts.receiver asks for it`,
  );
}

function wrong(is: boolean, path: string, value: unknown, right: () => string): Found | undefined {
  return is ? { path, value, right: right() } : undefined;
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
