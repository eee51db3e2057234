import { beforeEach, describe, expect, it } from "vitest";
import { Capacity } from "../../../sandbox/azure/capacity.ts";
import { codeOf, fakeAzure, groups } from "./support/fake-azure.ts";

const group = `${groups}/rg`;
const id = `${group}/providers/Microsoft.ContainerService/managedClusters/aks`;
const cluster = (vmSize: string, count = 2) => ({
  location: "westeurope",
  identity: { type: "SystemAssigned" },
  properties: { dnsPrefix: "aks", agentPoolProfiles: [{ name: "default", mode: "System", count, vmSize }] },
});

describe("capacity", () => {
  it("is refused by size, whatever its case, or for all, until healed", () => {
    const capacity = new Capacity();
    expect(capacity.hasRoomFor("Standard_D2s_v3")).toBe(true);
    capacity.set("Standard_D2s_v3", "refuse");
    expect([capacity.hasRoomFor("standard_d2S_V3"), capacity.hasRoomFor("Standard_D2s_v5")]).toEqual([false, true]);
    capacity.set("all", "refuse");
    expect([capacity.hasRoomFor("Standard_D2s_v5"), capacity.refused()]).toEqual([false, ["Standard_D2s_v3", "all"]]);
    capacity.set("all", "heal");
    expect([capacity.hasRoomFor("Standard_D2s_v3"), capacity.refused()]).toEqual([true, []]);
  });
});

describe("a cluster where there is no room", () => {
  let azure: Awaited<ReturnType<typeof fakeAzure>>;
  beforeEach(async () => {
    azure = await fakeAzure();
    await azure.put(group, { location: "westeurope" });
  });

  it("is taken on, fails, and is left behind in the state Failed without nodes", async () => {
    azure.capacity.set("Standard_D2s_v3", "refuse");
    await expect(azure.put(id, cluster("Standard_D2s_v3"))).rejects.toThrow(/"AllocationFailed".*'Standard_D2s_v3'/);
    expect(azure.get(id)).toMatchObject({ properties: { provisioningState: "Failed" } });
    expect(azure.pools).toEqual([]);
    // The size of a pool stays, so another size takes another cluster.
    expect(await codeOf(() => azure.put(id, cluster("Standard_D2s_v5")))).toBe("400 PropertyChangeNotAllowed");
    await azure.delete(id);
    await azure.put(id, cluster("Standard_D2s_v5"));
    expect(azure.pools.at(-1)).toEqual(["aks", "default", 2]);
  });

  it("keeps the nodes that it has, and gets no more", async () => {
    await azure.put(id, cluster("Standard_D2s_v3", 2));
    azure.capacity.set("all", "refuse");
    await azure.put(id, cluster("Standard_D2s_v3", 2));
    await expect(azure.put(id, cluster("Standard_D2s_v3", 3))).rejects.toThrow("AllocationFailed");
    expect(azure.pools.at(-1)).toEqual(["aks", "default", 2]);
    azure.capacity.set("all", "heal");
    await azure.put(id, cluster("Standard_D2s_v3", 3));
    expect(azure.pools.at(-1)).toEqual(["aks", "default", 3]);
  });
});
