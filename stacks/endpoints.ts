import { type Input, secret } from "@pulumi/pulumi";
import type { ServiceConfig, StackConfig } from "./config.ts";
import { DEFAULT_HEALTH_PATH } from "./config-fields.ts";
import type { Pending } from "./exports.ts";
import type { ServiceEndpoint } from "./outputs.ts";

/** Where a service answers. */
export function serviceEndpoint(
  config: StackConfig,
  service: ServiceConfig,
  host: Input<string>,
  port = config.servicePort,
): Pending<ServiceEndpoint> {
  const { name, role } = service;
  return { service: name, role, protocol: webProtocol(config), host, port, ...healthPathOf(service) };
}

/** For the contract, which leaves the default out. */
export function healthPathOf({ healthPath }: ServiceConfig): { readonly healthPath?: string } {
  return healthPath === DEFAULT_HEALTH_PATH ? {} : { healthPath };
}

/** Where the driver at `address` takes what a sender says. */
export function receiverUrl(address: string, sender: "alertmanager" | "azure-monitor" | "sns"): string {
  return `${address.replace(/\/+$/, "")}/v1/alerts/${sender}`;
}

export function webProtocol(config: StackConfig): "http" | "https" {
  return config.traffic.protocol === "HTTPS" ? "https" : "http";
}

/** The one public service; configuration makes sure that there is exactly one. */
export function publicService(config: StackConfig): ServiceConfig {
  const found = config.services.find(({ role }) => role === "public");
  if (!found) throw new Error("services: none is public; exactly one must be");
  return found;
}

/** What the contract says of Deployments. */
export function workloads(config: StackConfig) {
  return {
    namespace: config.application,
    deployments: config.services.map(({ name, replicas }) => ({ name, replicas })),
  };
}

/** The driver as the cluster's Prometheus and Alertmanager see it. Undefined: no receiver, or no token to show it. */
export function driverTarget({ alerts, alertToken }: StackConfig) {
  const { receiver } = alerts;
  if (receiver === undefined || alertToken === undefined) return undefined;
  const { hostname, port } = new URL(receiver);
  return {
    alertsUrl: receiverUrl(receiver, "alertmanager"),
    metricsTarget: `${hostname}:${port || "443"}`,
    token: secret(alertToken),
  };
}
