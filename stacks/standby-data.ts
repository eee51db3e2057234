import type { Output } from "@pulumi/pulumi";
import { ObjectStore } from "../components/azure/object-store.ts";
import { flexibleServerSku, Postgres } from "../components/azure/postgres.ts";
import { PrivateAccess } from "../components/azure/private-access.ts";
import type { PublicIp } from "../components/azure/public-ip.ts";
import { SqlServer } from "../components/azure/sql-server.ts";
import { Vault } from "../components/azure/vault.ts";
import type { StandbyConfig } from "./config.ts";
import type { StandbyBase } from "./standby-base.ts";

/** Of the failover state; Azure's table names have no underscore. */
const STATE_TABLE = "failoverstate";
/** In the vault: what senders of alerts show to the driver. */
export const DRIVER_TOKEN_SECRET = "driver-token";

/** What holds data, lit or dark. */
export interface StandbyData {
  readonly database: Postgres | SqlServer;
  /** Size of a flexible server; undefined for Azure SQL. */
  readonly serverSku: string | undefined;
  readonly objects: ObjectStore;
  readonly vault: Vault;
}

/** Who uses the data, as far as firewalls and roles must know. */
export interface DataUsers {
  /** Where the cluster's traffic leaves from; undefined: a container group, which has no address of its own. */
  readonly egress: PublicIp | undefined;
  /** Object id of the application's identity, which may read the vault. */
  readonly application: Output<string> | undefined;
}

/** Database, objects and secrets of the standby, and by option their private addresses. */
export function standbyData(config: StandbyConfig, base: StandbyBase, users: DataUsers): StandbyData {
  const { names, suffix, place, scope, network, primary } = base;
  const { protectData, alertToken, objects: lifecycle } = config;
  const objects = new ObjectStore("objects", {
    ...place,
    accountName: suffix.apply(names.storageAccount),
    containerName: "objects",
    stateTable: STATE_TABLE,
    lifecycle: {
      coolAfterDays: lifecycle.coolDays,
      ...(lifecycle.archiveDays === undefined ? {} : { archiveAfterDays: lifecycle.archiveDays }),
      deleteVersionsAfterDays: lifecycle.expireVersionsDays,
    },
    // Container groups and functions come from addresses of Azure's own.
    ...(users.egress && !config.failoverFunctions.enabled
      ? { access: { allowedCidrs: config.allowedCidrs, subnetIds: [network.aksSubnetId] } }
      : {}),
    protectData,
  });
  const vault = new Vault("vault", {
    ...place,
    vaultName: suffix.apply(names.vault),
    tenantId: base.tenantId,
    secrets: {
      "database-app-password": primary.appPassword,
      ...(alertToken === undefined ? {} : { [DRIVER_TOKEN_SECRET]: alertToken }),
    },
    ...(users.application ? { readers: { application: users.application }, subscriptionId: scope.subscriptionId } : {}),
    protectData,
  });
  const { database, serverSku } = standbyDatabase(config, base, users, vault);
  if (config.privateEndpoints) {
    new PrivateAccess("private", {
      ...place,
      vnetId: network.vnetId,
      subnetId: network.privateSubnetId,
      namePrefix: names.privateEndpoints,
      targets: {
        [config.database.engine === "postgres" ? "postgres" : "sql"]: database.serverId,
        blob: objects.accountId,
        vault: vault.vaultId,
      },
    });
  }
  return { database, serverSku, objects, vault };
}

function standbyDatabase(
  config: StandbyConfig,
  base: StandbyBase,
  users: DataUsers,
  vault: Vault,
): Pick<StandbyData, "database" | "serverSku"> {
  const { names, suffix, place, network } = base;
  const { engine, sku, name, additional, extensions, ...options } = config.database;
  const common = {
    ...place,
    databaseName: name,
    additionalDatabases: additional,
    allowedCidrs: config.allowedCidrs,
    allowAzureServices: users.egress === undefined,
    protectData: config.protectData,
  };
  if (engine === "sqlserver") {
    const database = new SqlServer("database", {
      ...common,
      serverName: suffix.apply(names.sqlServer),
      ...(sku === undefined ? {} : { sku }),
      ...(users.egress ? { subnetId: network.aksSubnetId } : {}),
      vaultName: vault.vaultName,
    });
    return { database, serverSku: undefined };
  }
  const serverSku = sku ?? flexibleServerSku(config.tier);
  const database = new Postgres("database", {
    ...common,
    ...options,
    sku: serverSku,
    extensions,
    serverName: suffix.apply(names.database),
    ...(users.egress ? { clusterAddress: users.egress.address } : {}),
  });
  return { database, serverSku };
}
