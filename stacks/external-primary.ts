import { ExternalPrimary } from "../components/external/external-primary.ts";
import type { ExternalPrimaryConfig } from "./config.ts";
import { declaredRoots } from "./database-roots.ts";
import { serviceEndpoint, workloads } from "./endpoints.ts";
import { exportPrimary } from "./exports.ts";

/** A primary that runs somewhere else: declared by its endpoints, checked, never created or changed. */
export function externalPrimary(config: ExternalPrimaryConfig): Record<string, unknown> {
  const { external, database, publicName, zoneName } = config;
  const { publicHost, internalHosts, objects } = external;
  const site = new ExternalPrimary("external", {
    reach: external.reach,
    database: {
      host: external.databaseHost,
      port: external.databasePort,
      tls: database.sslMode === "require",
      adminUser: external.adminUser,
      adminPassword: config.externalAdminPassword,
      appPassword: config.externalAppPassword,
    },
    publicHost,
    publicPort: config.servicePort,
    internalHosts,
    networkCidr: config.primaryCidr,
    otherNetworks: { standbyCidr: config.standbyCidr },
    ...(objects ? { objects } : {}),
  });
  const { host, port, adminUser, adminPassword, appPassword } = site.database;
  const watched = config.services.filter(({ name, role }) => role === "public" || name in internalHosts);
  return exportPrimary({
    contract: 1,
    site: "primary",
    provider: "external",
    application: config.application,
    environment: config.environment,
    region: config.region,
    database: {
      engine: database.engine,
      additional: database.additional,
      host,
      port,
      name: database.name,
      adminUser,
      adminPassword,
      appUser: database.appUser,
      appPassword,
      sslMode: database.sslMode,
      ...declaredRoots(config),
    },
    workloads: workloads(config),
    ...(objects ? { objects: { kind: "s3" as const, ...objects } } : {}),
    endpoints: watched.map((service) =>
      serviceEndpoint(config, service, service.role === "public" ? publicHost : (internalHosts[service.name] ?? "")),
    ),
    dns: { zoneName, publicName, nameServers: [] },
  });
}
