import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lifecycleRules } from "../../components/azure/blob-lifecycle.ts";
import { flexibleServerSku, highAvailabilityProblem, skuTier } from "../../components/azure/flexible-server-sku.ts";
import { ObjectStore, type ObjectStoreArgs } from "../../components/azure/object-store.ts";
import { Postgres, type PostgresArgs } from "../../components/azure/postgres.ts";
import { SqlServer, type SqlServerArgs } from "../../components/azure/sql-server.ts";
import { storageNetworkRules } from "../../components/azure/storage-network-rules.ts";
import { Vault, type VaultArgs } from "../../components/azure/vault.ts";
import { formatAddress, overlap, parseCidr } from "../../components/cidr.ts";
import { azure, place } from "./support/azure-clouds.ts";
import { holdersOf, inputsOf, namesOf, one, protectedNames, type Recording, record } from "./support/component.ts";

/** Each of these children waits for the one before it. */
function expectChain(made: Recording, names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    const before = names[index - 1];
    if (before === undefined) continue;
    const child = made.resources.find((resource) => resource.name === name && !resource.type.startsWith("pilotlight"));
    expect(
      child?.dependencies.map((urn) => urn.split("::").at(-1)),
      name,
    ).toContain(before);
  }
}

describe("PostgreSQL", () => {
  const args: PostgresArgs = {
    ...place,
    serverName: "shop-test-x7k2p9",
    version: "16",
    sku: "Standard_B1ms",
    storageGib: 128,
    databaseName: "mas",
    allowedCidrs: ["203.0.113.0/28"],
    clusterAddress: "20.0.0.1",
    protectData: true,
  };
  const postgres = (more: Partial<PostgresArgs> = {}) =>
    record(() => {
      const { serverId, host, port, adminUser, adminPassword } = new Postgres("database", { ...args, ...more });
      return { serverId, host, port, adminUser, adminPassword };
    }, azure);

  it("is what the reference asks for", async () => {
    const made = await postgres();
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({
      serverId: "database-server-id",
      host: "shop-test-x7k2p9.postgres.database.azure.com",
      port: 5432,
      adminUser: "pilotlight_admin",
      adminPassword: "password-of-database-admin",
    });
    expect(made.secrets).toEqual(["adminPassword"]);
    expect(holdersOf("password-of-", made)).toEqual({ all: ["database-server"], open: [] });
  });

  it("takes every option, and leaves the names that are there", async () => {
    const more = await postgres({
      sku: "Standard_D2ds_v5",
      additionalDatabases: ["mindex", "audit_log"],
      extensions: ["hstore", "pgcrypto"],
      allowAzureServices: true,
      highAvailability: true,
      backupDays: 35,
      geoRedundantBackup: true,
    });
    expect(namesOf(more)).toEqual(expect.arrayContaining(namesOf(await postgres())));
    expect(one(more, "azure-native:dbforpostgresql:Server", "database-server").inputs).toMatchObject({
      backup: { backupRetentionDays: 35, geoRedundantBackup: "Enabled" },
      highAvailability: { mode: "ZoneRedundant" },
      sku: { name: "Standard_D2ds_v5", tier: "GeneralPurpose" },
    });
    expect(one(more, "azure-native:dbforpostgresql:FirewallRule", "database-azure-services").inputs).toMatchObject({
      startIpAddress: "0.0.0.0",
      endIpAddress: "0.0.0.0",
    });
    expect(one(more, "azure-native:dbforpostgresql:Configuration", "database-azure-extensions").inputs).toMatchObject({
      configurationName: "azure.extensions",
      value: "hstore,pgcrypto",
    });
    expectChain(more, [
      "database-server",
      "database-database",
      "database-database-mindex",
      "database-database-audit-log",
      "database-wal-level",
      "database-max-worker-processes",
      "database-azure-extensions",
      "database-cluster",
      "database-azure-services",
      "database-allowed-203-0-113-0-28",
    ]);
  });

  it("knows no cluster where a container group is", async () => {
    const { clusterAddress: _, ...without } = args;
    const made = await record(() => ({ host: new Postgres("database", without).host }), azure);
    expect(namesOf(made)).not.toContain("azure-native:dbforpostgresql:FirewallRule database-cluster");
  });

  it("protects what holds data, unless told otherwise", async () => {
    const all = ["database-admin", "database-database", "database-database-mindex", "database-server"];
    expect(protectedNames(await postgres({ additionalDatabases: ["mindex"] }))).toEqual(all);
    expect(protectedNames(await postgres({ protectData: false }))).toEqual([]);
  });

  it("refuses what Azure refuses", async () => {
    await expect(postgres({ highAvailability: true })).rejects.toThrow(
      "highAvailability: Standard_B1ms is burstable, and high availability needs a general purpose",
    );
    await expect(postgres({ allowedCidrs: ["203.0.113.1/28"] })).rejects.toThrow("203.0.113.1/28 is not an IPv4 block");
  });

  it("grows with the tier", () => {
    const sizes = (["cold", "pilot-light", "warm"] as const).map(flexibleServerSku);
    expect(sizes).toEqual(["Standard_B1ms", "Standard_B2s", "Standard_D2ds_v5"]);
    expect(sizes.map(skuTier)).toEqual(["Burstable", "Burstable", "GeneralPurpose"]);
    expect(sizes.map((sku) => highAvailabilityProblem(sku) === undefined)).toEqual([false, false, true]);
  });
});

describe("Azure SQL", () => {
  const args: SqlServerArgs = {
    ...place,
    serverName: "shop-test-x7k2p9",
    databaseName: "app",
    allowedCidrs: ["203.0.113.7/32"],
    protectData: true,
  };
  const sql = (more: Partial<SqlServerArgs> = {}) =>
    record(() => {
      const { serverId, host, port, adminUser, adminPassword } = new SqlServer("database", { ...args, ...more });
      return { serverId, host, port, adminUser, adminPassword };
    }, azure);

  it("is server 12.0 with a Basic database, its password in the vault", async () => {
    const made = await sql({ subnetId: "vnet-1/subnets/aks", vaultName: "shop-vault" });
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({
      serverId: "database-server-id",
      host: "shop-test-x7k2p9.database.windows.net",
      port: 1433,
      adminUser: "pilotlight_admin",
      adminPassword: "password-of-database-admin",
    });
    expect(made.secrets).toEqual(["adminPassword"]);
    expect(holdersOf("password-of-", made)).toEqual({ all: ["database-secret", "database-server"], open: [] });
    expect(protectedNames(made)).toEqual(["database-admin", "database-database", "database-server"]);
  });

  it("keeps its names when options change", async () => {
    const more = await sql({
      sku: "S3",
      additionalDatabases: ["audit"],
      allowAzureServices: true,
      geoRedundantBackup: true,
    });
    expect(namesOf(more)).toEqual(expect.arrayContaining(namesOf(await sql())));
    expect(one(more, "azure-native:sql:Database", "database-database").inputs).toMatchObject({
      sku: { name: "S3", tier: "Standard" },
      requestedBackupStorageRedundancy: "Geo",
    });
  });
});

describe("the object store", () => {
  const args: ObjectStoreArgs = {
    ...place,
    accountName: "shoptestx7k2p9",
    containerName: "objects",
    protectData: true,
  };
  const store = (more: Partial<ObjectStoreArgs> = {}) =>
    record(() => {
      const made = new ObjectStore("objects", { ...args, ...more });
      const { accountId, account, endpoint, tableEndpoint, container, accountKey, stateTable } = made;
      return { accountId, account, endpoint, tableEndpoint, container, accountKey, stateTable };
    }, azure);

  it("is private and keeps versions", async () => {
    const made = await store();
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({
      accountId: "objects-account-id",
      account: "shoptestx7k2p9",
      endpoint: "https://shoptestx7k2p9.blob.core.windows.net/",
      tableEndpoint: "https://shoptestx7k2p9.table.core.windows.net/",
      container: "objects",
      accountKey: "account-key",
      stateTable: undefined,
    });
    expect(made.secrets).toEqual(["accountKey"]);
  });

  it("takes every option, and leaves the names that are there", async () => {
    const made = await store({
      additionalContainers: ["backups"],
      lifecycle: { coolAfterDays: 30, archiveAfterDays: 90, deleteVersionsAfterDays: 60 },
      softDeleteDays: 14,
      stateTable: "failoverstate",
      access: { allowedCidrs: ["203.0.113.0/28", "198.51.100.7/32"], subnetIds: ["vnet-1/subnets/aks"] },
    });
    expect(inputsOf(made)).toMatchSnapshot();
    expect(namesOf(made)).toEqual(expect.arrayContaining(namesOf(await store())));
    expect(protectedNames(made)).toEqual([
      "objects-account",
      "objects-container",
      "objects-container-backups",
      "objects-state",
    ]);
    expect(made.outputs).toMatchObject({ stateTable: "failoverstate" });
  });

  it("closes for those outside only where it can tell them apart", () => {
    expect(storageNetworkRules(["203.0.113.0/28", "198.51.100.7/32", "198.51.100.8/31"])).toEqual({
      defaultAction: "Deny",
      ipRules: ["203.0.113.0/28", "198.51.100.7", "198.51.100.8", "198.51.100.9"],
    });
    for (const open of ["0.0.0.0/0", "127.0.0.0/8", "10.2.0.0/16", "192.168.1.0/24", "8.0.0.0/5"]) {
      expect(storageNetworkRules(["203.0.113.0/28", open]), open).toEqual({ defaultAction: "Allow", ipRules: [] });
    }
    expect(() => storageNetworkRules(["203.0.113.1/24"])).toThrow("is not an IPv4 block");
  });

  it("writes every rule as an account takes it", () => {
    const address = fc.nat(0xffffffff);
    fc.assert(
      fc.property(fc.array(fc.tuple(address, fc.integer({ min: 0, max: 32 })), { maxLength: 6 }), (blocks) => {
        const texts = blocks.map(([first, prefix]) => {
          const size = 2 ** (32 - prefix);
          return `${formatAddress(first - (first % size))}/${prefix}`;
        });
        const { ipRules } = storageNetworkRules(texts);
        for (const rule of ipRules) {
          const block = parseCidr(rule.includes("/") ? rule : `${rule}/32`);
          expect(block && (block.prefix <= 30 || !rule.includes("/"))).toBe(true);
          const ten = parseCidr("10.0.0.0/8");
          if (block && ten) expect(overlap(block, ten)).toBe(false);
        }
      }),
    );
  });

  it("makes blobs cool before it archives them", () => {
    expect(lifecycleRules({})[0]?.definition.actions).toEqual({
      baseBlob: { tierToCool: { daysAfterModificationGreaterThan: 30 } },
      version: { delete: { daysAfterCreationGreaterThan: 90 } },
    });
    expect(() => lifecycleRules({ archiveAfterDays: 30 })).toThrow(
      "archiveAfterDays: 30 must be more than coolAfterDays, 30",
    );
  });
});

describe("the vault", () => {
  const args: VaultArgs = {
    ...place,
    vaultName: "shop-vault",
    tenantId: "tenant-1",
    secrets: { "database-app-password": "open-sesame" },
    protectData: true,
  };
  const vault = (more: Partial<VaultArgs> = {}) =>
    record(() => {
      const { vaultId, vaultName, uri } = new Vault("vault", { ...args, ...more });
      return { vaultId, vaultName, uri };
    }, azure);

  it("holds secrets as secrets", async () => {
    const made = await vault();
    expect(inputsOf(made)).toMatchSnapshot();
    expect(holdersOf("open-sesame", made)).toEqual({ all: ["vault-database-app-password"], open: [] });
    expect(protectedNames(made)).toEqual(["vault-vault"]);
    expect(made.secrets).toEqual([]);
  });

  it("lets readers read, each by its own key", async () => {
    const made = await vault({ readers: { application: "principal-a" }, subscriptionId: "sub-1" });
    const more = await vault({
      readers: { driver: "principal-b", application: "principal-a" },
      subscriptionId: "sub-1",
    });
    expect(inputsOf(more)).toMatchObject(inputsOf(made));
    expect(one(made, "azure-native:authorization:RoleAssignment", "vault-reader-application").inputs).toEqual({
      principalId: "principal-a",
      principalType: "ServicePrincipal",
      roleAssignmentName: expect.stringMatching(/^[0-9a-f-]{36}$/),
      roleDefinitionId:
        "/subscriptions/sub-1/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6",
      scope: "vault-vault-id",
    });
    await expect(vault({ readers: { a: "principal-a" } })).rejects.toThrow("needs subscriptionId");
  });
});
