import { secret } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { Alerts, type AlertsArgs } from "../../components/azure/alerts.ts";
import { Diagnostics } from "../../components/azure/diagnostics.ts";
import { LogAnalytics } from "../../components/azure/log-analytics.ts";
import { azure, place } from "./support/azure-clouds.ts";
import { holdersOf, inputsOf, namesOf, one, record } from "./support/component.ts";

describe("the workspace", () => {
  const workspace = (more: object = {}, key = false) =>
    record(() => {
      const made = new LogAnalytics("logs", { ...place, workspaceName: "shop-test-logs", ...more });
      return { id: made.workspaceId, customer: made.customerId, ...(key ? { key: made.sharedKey() } : {}) };
    }, azure);

  it("keeps logs for thirty days", async () => {
    const made = await workspace();
    expect(inputsOf(made)).toMatchSnapshot();
    expect(made.outputs).toEqual({ id: "logs-workspace-id", customer: "customer-1" });
    expect(made.calls).toEqual([]);
  });

  it("takes its options", async () => {
    const made = await workspace({ retentionDays: 90, dailyQuotaGb: 1 });
    expect(one(made, "azure-native:operationalinsights:Workspace", "logs-workspace").inputs).toMatchObject({
      retentionInDays: 90,
      workspaceCapping: { dailyQuotaGb: 1 },
    });
    await expect(workspace({ retentionDays: 7 })).rejects.toThrow(
      "retentionDays: 7; a workspace keeps logs for 30 to 730",
    );
  });

  it("gives its key as a secret, and only when asked", async () => {
    const made = await workspace({}, true);
    expect(made.outputs).toMatchObject({ key: "workspace-key-1" });
    expect(made.secrets).toEqual(["key"]);
  });
});

describe("diagnostics", () => {
  const diagnostics = (sources: object) =>
    record(() => {
      new Diagnostics("diagnostics", { workspaceId: "logs-1", sources });
      return {};
    }, azure);

  it("sends what each service has to say", async () => {
    expect(
      inputsOf(await diagnostics({ vault: "vault-1", postgres: "server-1", cluster: "cluster-1" })),
    ).toMatchSnapshot();
  });

  it("changes nothing of a source when another one joins", async () => {
    const few = inputsOf(await diagnostics({ postgres: "server-1" }));
    expect(inputsOf(await diagnostics({ vault: "vault-1", postgres: "server-1" }))).toMatchObject(few);
  });
});

describe("alerts", () => {
  const alerts = (more: Partial<AlertsArgs> = {}) =>
    record(() => {
      const { resourceGroupName, tags } = place;
      const made = new Alerts("alerts", {
        resourceGroupName,
        tags,
        name: "shop-test-driver",
        shortName: "shoptest",
        webhookUrl: secret("https://driver.example/hooks/azure?token=open-sesame"),
        ...more,
      });
      return { group: made.actionGroupId };
    }, azure);

  it("tell the driver, whose address is a secret", async () => {
    const made = await alerts({
      postgres: { serverId: "server-1", sku: "Standard_B1ms" },
      trafficManagerId: "profile-1",
    });
    expect(inputsOf(made)).toMatchSnapshot();
    expect(holdersOf("open-sesame", made)).toEqual({ all: ["alerts-driver"], open: [] });
    expect(made.outputs).toEqual({ group: "alerts-driver-id" });
  });

  it("know how many connections a size has", async () => {
    const threshold = async (sku: string) => {
      const made = await alerts({ postgres: { serverId: "server-1", sku } });
      const { criteria } = one(made, "azure-native:monitor:MetricAlert", "alerts-database-connections").inputs;
      return Object(criteria).allOf[0].threshold;
    };
    expect([await threshold("Standard_B1ms"), await threshold("Standard_D2ds_v5")]).toEqual([40, 687]);
  });

  it("keep their names when another source is watched", async () => {
    const more = await alerts({ frontDoorId: "profile-2", trafficManagerId: "profile-1" });
    expect(namesOf(more)).toEqual(expect.arrayContaining(namesOf(await alerts({ trafficManagerId: "profile-1" }))));
  });
});
