import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { autoName } from "../../../sandbox/providers/azure-native/auto-name.ts";
import { kindOf } from "../../../sandbox/providers/azure-native/kind.ts";
import { allMappings } from "../../../sandbox/providers/azure-native/mappings/all.ts";
import { importedInputs, observedInputs } from "../../../sandbox/providers/azure-native/observed-inputs.ts";
import { parametersOf, resourceId } from "../../../sandbox/providers/azure-native/resource-id.ts";
import { toBody, toOutputs } from "../../../sandbox/providers/azure-native/shape.ts";
import { pathParameters } from "../../../sandbox/providers/azure-native/type-mapping.ts";
import { previewOutputs } from "../../../sandbox/providers/preview-outputs.ts";
import { UNKNOWN } from "../../../sandbox/providers/properties.ts";
import { diffProperties } from "../../../sandbox/providers/property-diff.ts";
import { validateInputs } from "../../../sandbox/providers/validate.ts";

const sdk = dirname(createRequire(import.meta.url).resolve("@pulumi/azure-native/package.json"));

function mappingOf(token: string) {
  const found = allMappings.find((mapping) => mapping.token === `azure-native:${token}`);
  if (found === undefined) throw new Error(`no mapping for ${token}`);
  return found;
}

/** What the package itself sends for a type: the inputs in its constructor. */
function packageInputs(token: string): readonly string[] {
  const [, module = "", name = ""] = token.split(":");
  // The package's generator writes a name's leading capitals small, but for the last of them; of AFD it writes three.
  const file = name
    .replace(/^AFD(.)/, (_, first: string) => `afd${first.toLowerCase()}`)
    .replace(/^./, (first) => first.toLowerCase());
  const text = readFileSync(join(sdk, module, `${file}.js`), "utf8");
  expect(text).toContain(`__pulumiType = '${token}'`);
  const [first = ""] = text.slice(text.indexOf("constructor(")).split("else {");
  return [...first.matchAll(/resourceInputs\["(\w+)"\] = (.*);/g)]
    .filter(([, , value]) => !value?.includes("/*out*/"))
    .map(([, input]) => input ?? "");
}

describe("tables", () => {
  it.each(allMappings.map((mapping) => [mapping.token, mapping] as const))(
    "%s has the package's inputs",
    (token, mapping) => {
      const table = new Set([...Object.values(mapping.inputs).flat(), ...pathParameters(mapping)]);
      table.delete("subscriptionId");
      expect([...table].sort()).toEqual([...packageInputs(token)].sort());
    },
  );

  it.each(allMappings.map((mapping) => [mapping.token, mapping] as const))(
    "%s replaces on its path",
    (_token, mapping) => {
      const { replaceOnChanges } = kindOf(mapping);
      for (const name of pathParameters(mapping).filter((name) => name !== "subscriptionId")) {
        expect(diffProperties({ [name]: "a" }, { [name]: "b" }, replaceOnChanges)).toMatchObject([{ replaces: true }]);
      }
    },
  );

  it.each([
    ["dbforpostgresql:Server", { administratorLogin: "a" }, { administratorLogin: "b" }, true],
    ["dbforpostgresql:Server", { version: "17" }, { version: "18" }, false],
    ["storage:StorageAccount", { kind: "StorageV2" }, { kind: "BlobStorage" }, true],
    ["storage:StorageAccount", { accessTier: "Hot" }, { accessTier: "Cool" }, false],
    [
      "containerservice:ManagedCluster",
      { networkProfile: { podCidr: "a" } },
      { networkProfile: { podCidr: "b" } },
      true,
    ],
    ["containerservice:ManagedCluster", { networkProfile: { x: "a" } }, { networkProfile: { x: "b" } }, false],
    [
      "containerservice:ManagedCluster",
      { agentPoolProfiles: [{ count: 1 }] },
      { agentPoolProfiles: [{ count: 2 }] },
      false,
    ],
    ["trafficmanager:Endpoint", { endpointStatus: "Enabled" }, { endpointStatus: "Disabled" }, false],
    ["network:PublicIPAddress", { sku: { name: "Basic" } }, { sku: { name: "Standard" } }, true],
    ["authorization:RoleAssignment", { principalId: "a" }, { principalId: "b" }, true],
    ["network:VirtualNetwork", { location: "a" }, { location: "b" }, true],
  ])("%s %o to %o replaces: %s", (token, old, now, replaces) => {
    const changes = diffProperties(old, now, kindOf(mappingOf(token)).replaceOnChanges);
    expect(changes.some((change) => change.replaces)).toBe(replaces);
  });
});

describe("inputs", () => {
  it("names an unknown property, a wrong type and a missing parent", () => {
    const { inputs } = kindOf(mappingOf("network:Subnet"));
    const failures = validateInputs(inputs, {
      resourceGroupName: "rg",
      adressPrefix: "x",
      addressPrefixes: "10.0.0.0/8",
    });
    expect(failures.map(({ property }) => property).sort()).toEqual([
      "addressPrefixes",
      "adressPrefix",
      "virtualNetworkName",
    ]);
  });

  it("names resources as azure-native does", () => {
    expect(autoName(mappingOf("network:VirtualNetwork"), "net")).toMatch(/^net[0-9a-f]{8}$/);
    expect(autoName(mappingOf("network:Subnet"), "aks")).toBe("aks");
    expect(autoName(mappingOf("storage:BlobServiceProperties"), "x")).toBe("default");
    expect(autoName(mappingOf("authorization:RoleAssignment"), "x")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("keeps the name of an earlier update", () => {
    const { defaults } = kindOf(mappingOf("network:VirtualNetwork"));
    const given = { resourceGroupName: "rg", location: "West Europe" };
    expect(defaults?.(given, { name: "net", old: { virtualNetworkName: "net12345678" } })).toEqual({
      ...given,
      location: "westeurope",
      virtualNetworkName: "net12345678",
    });
  });
});

describe("shape", () => {
  it("puts path parameters into the id and the rest into properties, lists of resources too", () => {
    const mapping = mappingOf("network:VirtualNetwork");
    const inputs = {
      resourceGroupName: "rg",
      virtualNetworkName: "net",
      location: "westeurope",
      tags: { a: "b" },
      addressSpace: { addressPrefixes: ["10.0.0.0/8"] },
      subnets: [{ name: "a", addressPrefix: "10.0.0.0/24", delegations: [{ name: "d", serviceName: "s" }] }],
    };
    const body = toBody(mapping, inputs);
    expect(body).toEqual({
      location: "westeurope",
      tags: { a: "b" },
      properties: {
        addressSpace: { addressPrefixes: ["10.0.0.0/8"] },
        subnets: [
          {
            name: "a",
            properties: {
              addressPrefix: "10.0.0.0/24",
              delegations: [{ name: "d", properties: { serviceName: "s" } }],
            },
          },
        ],
      },
    });
    const { resourceGroupName: _, virtualNetworkName: __, ...rest } = inputs;
    expect(toOutputs(mapping, { id: "/x", name: "net", ...body })).toMatchObject({ ...rest, name: "net" });
    const id = resourceId(mapping, inputs, "sub");
    expect(id).toBe("/subscriptions/sub/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/net");
    expect(parametersOf(mapping, id)).toEqual({ resourceGroupName: "rg", virtualNetworkName: "net" });
  });

  it("translates names that differ and leaves the properties of vaults alone", () => {
    const account = mappingOf("storage:StorageAccount");
    const body = toBody(account, { enableHttpsTrafficOnly: true, networkRuleSet: {}, kind: "StorageV2" });
    expect(body).toEqual({ kind: "StorageV2", properties: { supportsHttpsTrafficOnly: true, networkAcls: {} } });
    expect(toOutputs(account, body)).toMatchObject({ enableHttpsTrafficOnly: true, networkRuleSet: {} });
    expect(toBody(mappingOf("keyvault:Secret"), { properties: { value: "v" } })).toEqual({
      properties: { value: "v" },
    });
  });

  it("takes a scope with slashes for role assignments", () => {
    const mapping = mappingOf("authorization:RoleAssignment");
    const scope = "/subscriptions/s/resourceGroups/rg";
    const id = resourceId(mapping, { scope, roleAssignmentName: "g" }, "s");
    expect(id).toBe(`${scope}/providers/Microsoft.Authorization/roleAssignments/g`);
    expect(parametersOf(mapping, id)).toEqual({ scope: scope.slice(1), roleAssignmentName: "g" });
  });

  it("refuses the id of another type", () => {
    expect(() => parametersOf(mappingOf("network:Subnet"), "/subscriptions/s/resourceGroups/rg")).toThrow(
      /is not the id/,
    );
  });
});

describe("refresh and import", () => {
  const mapping = mappingOf("trafficmanager:Profile");
  const inputs = { resourceGroupName: "rg", profileName: "tm", monitorConfig: { port: 1 }, tags: { a: "b" } };
  const outputs = {
    monitorConfig: { port: 1, intervalInSeconds: 30, profileMonitorStatus: "Online" },
    tags: { a: "b" },
  };

  it("does not take what Azure fills in, or changes by itself, for drift", () => {
    const now = { ...outputs, monitorConfig: { ...outputs.monitorConfig, profileMonitorStatus: "Degraded" } };
    expect(observedInputs(mapping, { inputs, outputs }, now)).toEqual(inputs);
  });

  it("takes over what was changed or added from outside", () => {
    const now = { monitorConfig: { ...outputs.monitorConfig, port: 2 }, tags: { a: "c", d: "e" } };
    expect(observedInputs(mapping, { inputs, outputs }, now)).toEqual({
      ...inputs,
      monitorConfig: { port: 2 },
      tags: { a: "c", d: "e" },
    });
  });

  it("keeps what Azure never tells", () => {
    const server = mappingOf("dbforpostgresql:Server");
    const old = { inputs: { administratorLoginPassword: "p", version: "18" }, outputs: { version: "18" } };
    expect(observedInputs(server, old, { version: "18", state: "Ready" })).toEqual(old.inputs);
  });

  it("imports the inputs and the path", () => {
    const id = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/trafficmanagerprofiles/tm";
    expect(importedInputs(mapping, id, { ...outputs, name: "tm", type: "t" })).toEqual({
      resourceGroupName: "rg",
      profileName: "tm",
      monitorConfig: { port: 1, intervalInSeconds: 30 },
      tags: { a: "b" },
    });
  });
});

describe("previews", () => {
  const { computed = [] } = kindOf(mappingOf("keyvault:Vault"));
  const inputs = { vaultName: "keys", properties: { tenantId: "t" } };

  it("do not know what Azure works out inside an object of the program", () => {
    const { properties } = previewOutputs(inputs, computed);
    expect(properties).toEqual({ tenantId: "t", vaultUri: UNKNOWN });
    expect(previewOutputs({ properties: UNKNOWN }, computed)).toEqual({ properties: UNKNOWN });
    expect(previewOutputs({ vaultName: "keys" }, computed)).toEqual({ vaultName: "keys" });
  });

  it("of an update keep it", () => {
    const outputs = { name: "keys", type: "vault", properties: { tenantId: "t", vaultUri: "https://keys" } };
    const next = { ...inputs, properties: { tenantId: "u" } };
    expect(previewOutputs(next, computed, { inputs, outputs })).toEqual({
      name: "keys",
      type: "vault",
      vaultName: "keys",
      properties: { tenantId: "u", vaultUri: "https://keys" },
    });
  });
});
