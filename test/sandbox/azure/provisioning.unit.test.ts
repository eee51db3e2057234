import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { parseArmId } from "../../../sandbox/azure/arm/arm-id.ts";
import type { ResourceType } from "../../../sandbox/azure/arm/resource-type.ts";
import { timedTypes } from "../../../sandbox/azure/arm/timed-types.ts";
import { ProvisioningClock } from "../../../sandbox/provisioning/clock.ts";
import { PROVISIONING_TIMES } from "../../../sandbox/provisioning/times.ts";
import { fakeAzure, groups } from "./support/fake-azure.ts";

const aks = "Microsoft.ContainerService/managedClusters";
const group = `${groups}/rg`;
const address = `${group}/providers/Microsoft.Network/publicIPAddresses/ip`;
const cluster = `${group}/providers/${aks}/c`;
const wanted = {
  location: "westeurope",
  identity: { type: "SystemAssigned" },
  properties: { dnsPrefix: "c", agentPoolProfiles: [{ name: "nodes", count: 1, mode: "System" }] },
};

it("names every change once, with a source, and the documentation shows each number", () => {
  const keys = PROVISIONING_TIMES.map(({ resource, change }) => `${resource} ${change}`);
  expect(new Set(keys).size).toBe(keys.length);
  const page = readFileSync(join(import.meta.dirname, "../../../docs/bench-rto.md"), "utf8");
  for (const { resource, change, seconds, source, assumption } of PROVISIONING_TIMES) {
    expect(seconds).toBeGreaterThan(0);
    expect(page).toContain(`| ${resource} | ${change} | ${seconds} | ${assumption ? "assumed: " : ""}${source} |`);
  }
});

it("divides by the scale, and is off without one", () => {
  const table = PROVISIONING_TIMES.find(({ resource, change }) => resource === aks && change === "create");
  const seconds = table?.seconds ?? 0;
  expect(new ProvisioningClock(60).milliseconds(aks, "create")).toBeCloseTo((seconds * 1000) / 60);
  expect(new ProvisioningClock(60).milliseconds("Microsoft.Storage/storageAccounts", "create")).toBe(0);
  expect(new ProvisioningClock().milliseconds(aks, "create")).toBe(0);
  expect(() => new ProvisioningClock(0)).toThrow(/above 0/);
});

it("lets nothing wait that begins before it starts, and breaks off at the end", async () => {
  const clock = new ProvisioningClock(1);
  await clock.begin(aks, "create")();
  clock.start();
  const passed = clock.begin(aks, "create")();
  clock.stop();
  await expect(passed).rejects.toThrow(/the sandbox stops/);
});

it("keeps a creation in progress until its time has passed", async () => {
  const clock = new ProvisioningClock(1000);
  clock.start();
  const azure = await fakeAzure(clock);
  await azure.put(group, { location: "westeurope" });
  const began = performance.now();
  const { operation = "" } = await azure.service.put(parseArmId(cluster), wanted);
  expect(azure.service.operations.status(operation)).toMatchObject({ status: "InProgress" });
  expect(azure.get(cluster)).toMatchObject({ properties: { provisioningState: "Creating" } });
  await azure.service.operations.idle();
  expect(performance.now() - began).toBeGreaterThanOrEqual(clock.milliseconds(aks, "create") - 2);
  expect(azure.get(cluster)).toMatchObject({ properties: { provisioningState: "Succeeded" } });
});

it("makes an operation of what else is done at once", async () => {
  const clock = new ProvisioningClock(1000);
  clock.start();
  const azure = await fakeAzure(clock);
  await azure.put(group, { location: "westeurope" });
  const ip = { location: "westeurope", sku: { name: "Standard" }, properties: { publicIPAllocationMethod: "Static" } };
  const first = await azure.service.put(parseArmId(address), ip);
  expect(first.operation).toBeDefined();
  await azure.service.operations.idle();
  const removed = await azure.service.delete(parseArmId(address));
  expect(removed).toMatchObject({ status: 202 });
  expect(azure.get(address)).toMatchObject({ properties: { provisioningState: "Deleting" } });
  await azure.service.operations.idle();
  const off = await fakeAzure();
  await off.put(group, { location: "westeurope" });
  expect((await off.service.put(parseArmId(address), ip)).operation).toBeUndefined();
});

it("a creation that the stop of the sandbox breaks off has failed", async () => {
  const clock = new ProvisioningClock(1);
  clock.start();
  const azure = await fakeAzure(clock);
  await azure.put(group, { location: "westeurope" });
  const { operation = "" } = await azure.service.put(parseArmId(cluster), wanted);
  clock.stop();
  await azure.service.operations.idle();
  expect(azure.service.operations.status(operation)).toMatchObject({ status: "Failed" });
  expect(azure.get(cluster)).toMatchObject({ properties: { provisioningState: "Failed" } });
});

it("passes the time of what serves at once before it is made, and that of a start as a long action", async () => {
  const done: string[] = [];
  const containers: ResourceType = {
    type: "Microsoft.ContainerInstance/containerGroups",
    name: { pattern: /./, text: "any" },
    location: "none",
    properties: z.record(z.string(), z.unknown()),
    servesAtOnce: true,
    apply: async ({ properties }) => {
      done.push("made");
      return { properties };
    },
    actions: { start: async () => void done.push("started"), stop: async () => void done.push("stopped") },
  };
  const clock = new ProvisioningClock(1000);
  clock.start();
  const [type] = timedTypes([containers], clock);
  const id = parseArmId(`${group}/providers/${containers.type}/g`);
  const record = { id: id.id, status: "Succeeded" as const, top: {}, properties: {} };
  const around = { find: () => undefined, children: () => [], all: () => [], secrets: () => ({}) };
  const began = performance.now();
  const making = type?.apply?.({ id, top: {}, properties: {}, previous: undefined }, around);
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done).toEqual([]);
  await making;
  expect(performance.now() - began).toBeGreaterThanOrEqual(clock.milliseconds(containers.type, "create") - 2);
  expect(type?.longActions).toEqual(["start"]);
  const starting = type?.actions?.start?.(id, record, {}, around);
  await type?.actions?.stop?.(id, record, {}, around);
  expect(done).toEqual(["made", "stopped"]);
  await starting;
  expect(done).toEqual(["made", "stopped", "started"]);
  expect(timedTypes([containers], new ProvisioningClock())).toEqual([containers]);
});
