import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { codeOf, fakeAzure, groups } from "./support/fake-azure.ts";

const group = `${groups}/rg`;
const net = `${group}/providers/Microsoft.Network/virtualNetworks/net`;
const server = `${group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/pgdb`;
const password = "Correct-Horse-9";
const serverBody = {
  location: "westeurope",
  sku: { name: "Standard_B1ms", tier: "Burstable" },
  properties: { administratorLogin: "pilot", administratorLoginPassword: password, version: "18" },
};

let azure: Awaited<ReturnType<typeof fakeAzure>>;

beforeEach(async () => {
  azure = await fakeAzure();
  await azure.put(group, { location: "West Europe" });
});

describe("resource groups", () => {
  it("answers 200 to a second PUT and keeps locations without blanks", async () => {
    expect((await azure.put(group, { location: "westeurope", tags: { a: "b" } })).status).toBe(200);
    expect(azure.get(group)).toMatchObject({ name: "rg", location: "westeurope", tags: { a: "b" } });
  });

  it("does not compare names by case", () => {
    expect(azure.get(group.replace("/rg", "/RG"))).toMatchObject({ name: "rg" });
  });

  it("refuses another location", async () => {
    expect(await codeOf(() => azure.put(group, { location: "northeurope" }))).toBe("409 InvalidResourceLocation");
  });

  it("takes everything in it along", async () => {
    await azure.put(server, serverBody);
    await azure.put(`${server}/databases/app`, { properties: {} });
    expect((await azure.delete(group)).status).toBe(202);
    expect(azure.servers.size).toBe(0);
    expect(await codeOf(() => azure.get(server))).toBe("404 ResourceGroupNotFound");
    expect(azure.documents.get("azure-resources")).toBe("{}");
  });
});

describe("errors", () => {
  it.each([
    [`${groups}/nope/providers/Microsoft.Network/virtualNetworks/x`, "404 ResourceGroupNotFound"],
    [`${group}/providers/Microsoft.Network/virtualNetworks/x/subnets/y`, "404 ParentResourceNotFound"],
    [`${group}/providers/Microsoft.Network/loadBalancers/x`, "404 InvalidResourceType"],
    [`${group}/providers/Microsoft.Nothing/things/x`, "404 InvalidResourceNamespace"],
    [
      `${groups.replace("/resourceGroups", "")}/providers/Microsoft.Network/virtualNetworks/x`,
      "400 InvalidResourceScope",
    ],
    [`${group}/providers/Microsoft.Storage/storageAccounts/Has-Dash`, "400 AccountNameInvalid"],
    [`${group}/providers/Microsoft.Storage/storageAccounts/ab`, "400 AccountNameInvalid"],
    [`${group}/providers/Microsoft.KeyVault/vaults/1vault`, "400 VaultNameNotValid"],
    [`${group}/providers/Microsoft.KeyVault/vaults/two--dashes`, "400 VaultNameNotValid"],
    [`${group}/providers/Microsoft.DBforPostgreSQL/flexibleServers/Upper`, "400 InvalidServerName"],
    [`${group}/providers/Microsoft.Authorization/roleAssignments/not-a-guid`, "400 InvalidRoleAssignmentId"],
  ])("PUT %s is %s", async (id, code) => {
    expect(await codeOf(() => azure.put(id, { location: "westeurope", properties: {} }))).toBe(code);
  });

  it("says 404 for what is not there and 204 for deleting it", async () => {
    expect(await codeOf(() => azure.get(net))).toBe("404 ResourceNotFound");
    expect((await azure.delete(net)).status).toBe(204);
    expect(await codeOf(() => azure.list(`${groups}/nope/resources`))).toBe("404 ResourceGroupNotFound");
  });

  it("wants a location where there must be one", async () => {
    expect(await codeOf(() => azure.put(`${groups}/other`, {}))).toBe("400 LocationRequired");
  });
});

describe("virtual networks", () => {
  const body = (subnets?: unknown[]) => ({
    location: "westeurope",
    properties: { addressSpace: { addressPrefixes: ["10.1.0.0/16"] }, ...(subnets === undefined ? {} : { subnets }) },
  });

  it("shows subnets that were made by themselves and keeps them when a PUT does not name subnets", async () => {
    await azure.put(net, body());
    await azure.put(`${net}/subnets/a`, { properties: { addressPrefix: "10.1.0.0/24" } });
    await azure.put(net, body());
    expect(azure.get(net)).toMatchObject({ properties: { subnets: [{ name: "a" }] } });
    await azure.put(net, body([{ name: "b", properties: { addressPrefix: "10.1.1.0/24" } }]));
    expect(azure.get(net)).toMatchObject({ properties: { subnets: [{ name: "b" }] } });
    expect(azure.list(`${net}/subnets`)).toMatchObject({ value: [{ name: "b" }] });
  });

  it("refuses subnets that overlap or lie outside", async () => {
    const pair = (second: string) => [
      { name: "a", properties: { addressPrefix: "10.1.0.0/24" } },
      { name: "b", properties: { addressPrefix: second } },
    ];
    expect(await codeOf(() => azure.put(net, body(pair("10.1.0.128/25"))))).toBe("400 NetcfgSubnetRangesOverlap");
    expect(await codeOf(() => azure.put(net, body(pair("10.2.0.0/24"))))).toBe("400 NetcfgInvalidSubnet");
    expect(await codeOf(() => azure.get(net))).toBe("404 ResourceNotFound");
  });
});

describe("flexible servers", () => {
  it("is long, ends Ready, and never shows the password", async () => {
    const answer = await azure.put(server, serverBody);
    expect(answer).toMatchObject({ status: 201, body: { properties: { state: "Provisioning" } } });
    expect(answer.operation).toBeDefined();
    expect(azure.get(server)).toMatchObject({ properties: { state: "Ready", fullyQualifiedDomainName: "127.26.2.1" } });
    const open = JSON.stringify([answer, azure.get(server), [...azure.documents]]);
    expect(open).not.toContain(password);
    const file = join(azure.folder, "secrets.json");
    expect(await readFile(file, "utf8")).toContain(password);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("keeps the password in a PATCH, passes databases and parameters on, resets a deleted database", async () => {
    await azure.put(server, serverBody);
    await azure.put(`${server}/databases/app`, { properties: {} });
    await azure.put(`${server}/configurations/wal_level`, {
      properties: { value: "logical", source: "user-override" },
    });
    await azure.patch(server, { tags: { a: "b" } });
    expect(azure.servers.get("pgdb")).toMatchObject({
      adminPassword: password,
      databases: ["app"],
      parameters: { wal_level: "logical" },
    });
    await azure.put(`${server}/configurations/wal_level`, { properties: { source: "system-default" } });
    await azure.delete(`${server}/databases/app`);
    expect(azure.servers.get("pgdb")).toMatchObject({ databases: [], parameters: {} });
  });

  it("shows parameters that nobody set, and refuses unknown ones and wrong values", async () => {
    await azure.put(server, serverBody);
    expect(azure.get(`${server}/configurations/wal_level`)).toMatchObject({ properties: { value: "replica" } });
    const set = (name: string, value: string) => () =>
      azure.put(`${server}/configurations/${name}`, { properties: { value } });
    expect(await codeOf(set("wal_levle", "logical"))).toBe("400 InvalidParameterName");
    expect(await codeOf(set("wal_level", "minimal"))).toBe("400 InvalidParameterValue");
  });

  it("says that a static parameter pends until a restart, which ends as an operation", async () => {
    await azure.put(server, serverBody);
    await azure.put(`${server}/configurations/wal_level`, { properties: { value: "logical" } });
    const pends = (name: string) => azure.get(`${server}/configurations/${name}`);
    expect(pends("wal_level")).toMatchObject({ properties: { value: "logical", isConfigPendingRestart: true } });
    expect(pends("max_connections")).toMatchObject({ properties: { isConfigPendingRestart: false } });
    const answer = await azure.action(server, "restart");
    expect(answer).toMatchObject({ status: 202, operation: expect.any(String) });
    expect(pends("wal_level")).toMatchObject({ properties: { value: "logical", isConfigPendingRestart: false } });
  });

  it.each([
    [{ administratorLogin: "admin" }, "400 InvalidRequestContent"],
    [{ administratorLoginPassword: "weakweakweak" }, "400 InvalidRequestContent"],
    [{ administratorLoginPassword: "My-pilot-1234" }, "400 InvalidParameterValue"],
    [{ version: "10" }, "400 InvalidRequestContent"],
  ])("refuses %o", async (change, code) => {
    const body = { ...serverBody, properties: { ...serverBody.properties, ...change } };
    expect(await codeOf(() => azure.put(server, body))).toBe(code);
  });

  it("does not change its administrator", async () => {
    await azure.put(server, serverBody);
    const change = { properties: { administratorLogin: "other" } };
    expect(await codeOf(() => azure.patch(server, change))).toBe("409 PropertyChangeNotAllowed");
  });
});

describe("clusters, addresses, vaults, roles", () => {
  it("makes a cluster with its pools and empties a pool that goes", async () => {
    const id = `${group}/providers/Microsoft.ContainerService/managedClusters/aks`;
    const body = (pools: unknown[]) => ({
      location: "westeurope",
      identity: { type: "SystemAssigned" },
      properties: { dnsPrefix: "aks", agentPoolProfiles: pools },
    });
    const system = { name: "system", mode: "System", count: 1 };
    await azure.put(id, body([system, { name: "apps", count: 2 }]));
    await azure.put(id, body([system]));
    expect(azure.pools.at(-1)).toEqual(["aks", "apps", 0]);
    expect(azure.get(id)).toMatchObject({
      identity: { tenantId: expect.any(String) },
      properties: { provisioningState: "Succeeded" },
    });
    const { body: credential } = await azure.action(id, "listClusterUserCredential");
    expect(credential).toEqual({ kubeconfigs: [{ name: "clusterUser", value: Buffer.from("k").toString("base64") }] });
    expect(await codeOf(() => azure.action(id, "reboot"))).toBe("404 InvalidResourceType");
  });

  it("makes no cluster of a version that AKS has left to long-term support", async () => {
    const id = `${group}/providers/Microsoft.ContainerService/managedClusters/old`;
    const body = (kubernetesVersion: string, more = {}) => ({
      location: "westeurope",
      identity: { type: "SystemAssigned" },
      properties: {
        ...{ dnsPrefix: "old", kubernetesVersion, agentPoolProfiles: [{ name: "system", mode: "System" }] },
        ...more,
      },
    });
    expect(await codeOf(() => azure.put(id, body("1.34")))).toBe("400 K8sVersionNotSupported");
    await expect(azure.put(id, body("1.34"))).rejects.toThrow(
      /^Managed cluster old is on version 1\.34, which is only available for Long-Term Support \(LTS\)/,
    );
    await azure.put(id, body("1.35"));
    const premium = { ...body("1.34", { supportPlan: "AKSLongTermSupport" }), sku: { name: "Base", tier: "Premium" } };
    await azure.put(id.replace("old", "lts"), premium);
  });

  it("gives a public address a name and writes the directory for load balancers", async () => {
    const id = (name: string) => `${group}/providers/Microsoft.Network/publicIPAddresses/${name}`;
    const body = {
      location: "westeurope",
      sku: { name: "Standard" },
      properties: { publicIPAllocationMethod: "Static", dnsSettings: { domainNameLabel: "front" } },
    };
    await azure.put(id("pip"), body);
    const fqdn = "front.westeurope.cloudapp.azure.com";
    expect(JSON.parse(azure.documents.get("azure-public-ips") ?? "")).toEqual({ pip: { address: "127.26.1.1", fqdn } });
    expect([...azure.records.values()].flatMap((answer) => answer())).toMatchObject([
      { name: fqdn, data: "127.26.1.1" },
    ]);
    expect(await codeOf(() => azure.put(id("two"), body))).toBe("400 DnsRecordInUse");
    await azure.delete(id("pip"));
    expect(azure.documents.get("azure-public-ips")).toBe("{}");
    expect(azure.records.size).toBe(0);
  });

  it("lists every public address for load balancers, also of those made and removed at the same time", async () => {
    const id = (name: string) => `${group}/providers/Microsoft.Network/publicIPAddresses/${name}`;
    const body = { location: "westeurope", properties: { publicIPAllocationMethod: "Static" } };
    const listed = () => Object.keys(JSON.parse(azure.documents.get("azure-public-ips") ?? ""));
    await Promise.all(["a", "b", "c"].map((name) => azure.put(id(name), body)));
    expect(listed().sort()).toEqual(["a", "b", "c"]);
    await Promise.all(["a", "b"].map((name) => azure.delete(id(name))));
    expect(listed()).toEqual(["c"]);
  });

  it("never shows a vault secret, and gives a new version only to a new value", async () => {
    const vault = `${group}/providers/Microsoft.KeyVault/vaults/keys`;
    const tenantId = "5a9d0c1e-70b1-4a2f-9c0d-000000000002";
    const sku = { family: "A", name: "standard" };
    await azure.put(vault, { location: "westeurope", properties: { tenantId, sku, enableRbacAuthorization: true } });
    const put = async (value: string) => {
      const { body } = await azure.put(`${vault}/secrets/db`, { properties: { value } });
      return JSON.stringify(body);
    };
    const first = await put("hidden-1");
    expect(first).not.toContain("hidden-1");
    expect(await put("hidden-1")).toBe(first);
    expect(await put("hidden-2")).not.toBe(first);
  });

  it("assigns a role once", async () => {
    const id = (n: number) =>
      `${group}/providers/Microsoft.Authorization/roleAssignments/00000000-0000-4000-a000-00000000000${n}`;
    const roleDefinitionId = `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/00000000-0000-4000-a000-000000000009`;
    const properties = { principalId: "00000000-0000-4000-a000-000000000008", roleDefinitionId };
    await azure.put(id(1), { properties });
    expect(await codeOf(() => azure.put(id(2), { properties }))).toBe("409 RoleAssignmentExists");
  });
});
