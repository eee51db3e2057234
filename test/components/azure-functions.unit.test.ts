import { asset } from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { FailoverFunctions, type FailoverFunctionsArgs } from "../../components/azure/failover-functions.ts";
import { failoverWorkflow } from "../../components/azure/failover-workflow.ts";
import { functionsPackage } from "../../components/azure/functions-package.ts";
import { azure, place } from "./support/azure-clouds.ts";
import { holdersOf, inputsOf, namesOf, one, record } from "./support/component.ts";

const functions = (more: Partial<FailoverFunctionsArgs> = {}) =>
  record(() => {
    const made = new FailoverFunctions("functions", {
      ...place,
      appName: "shop-test-x7k2p9",
      planName: "shop-test-plan",
      workflowName: "shop-test-watch",
      identityName: "shop-test-functions",
      subscriptionId: "sub-1",
      code: new asset.StringAsset("zip"),
      codeVersion: "abc123",
      accountName: "shoptestx7k2p9",
      accountId: "account-1",
      blobEndpoint: "https://shoptestx7k2p9.blob.core.windows.net/",
      tableEndpoint: "https://shoptestx7k2p9.table.core.windows.net/",
      tableName: "failoverstate",
      settings: { PRIMARY_ENDPOINT: "https://app.shop.example" },
      ...more,
    });
    const { appName, host, workflow, functionKey, principalId } = made;
    return { appName, host, workflow, functionKey, principalId };
  }, azure);

describe("the decision functions", () => {
  it("are an app that is someone, and a Logic App that calls it", async () => {
    const made = await functions();
    const { "azure-native:storage:Blob functions-package": blob, ...inputs } = inputsOf(made);
    expect(inputs).toMatchSnapshot();
    expect(blob).toMatchObject({ blobName: "failover-abc123.zip", containerName: "functions", type: "Block" });
    expect(made.outputs).toEqual({
      appName: "shop-test-x7k2p9",
      host: "shop-test-x7k2p9.azurewebsites.net",
      workflow: "shop-test-watch",
      functionKey: "function-key-1",
      principalId: "principal-of-functions-identity",
    });
    expect(made.secrets).toEqual(["functionKey"]);
  });

  it("give the keys to the Logic App alone, as secrets", async () => {
    const made = await functions();
    expect(holdersOf("function-key-1", made)).toEqual({ all: ["functions-workflow"], open: [] });
    const { parameters } = one(made, "azure-native:logic:Workflow", "functions-workflow").inputs;
    expect(Object(parameters).doFailoverKey).toEqual({ type: "SecureString", value: "function-key-1" });
  });

  it("have their rights before they start", async () => {
    const { dependencies } = one(await functions(), "azure-native:web:WebApp", "functions-app");
    const names = dependencies.map((urn) => urn.split("::").at(-1));
    expect(names).toEqual(expect.arrayContaining(["functions-table", "functions-blob", "functions-queue"]));
  });

  it("take new code by a new name of the package, under the same resources", async () => {
    const [before, after] = [await functions(), await functions({ codeVersion: "def456" })];
    expect(namesOf(after)).toEqual(namesOf(before));
    const setting = Object(one(after, "azure-native:web:WebApp", "functions-app").inputs["siteConfig"]).appSettings;
    expect(setting).toContainEqual({
      name: "WEBSITE_RUN_FROM_PACKAGE",
      value: "https://shoptestx7k2p9.blob.core.windows.net/functions/failover-def456.zip",
    });
  });

  it("read secret settings from the vault by their role", async () => {
    const token = "https://shop-vault.vault.azure.net/secrets/driver-token";
    const made = await functions({ vaultId: "vault-1", vaultSettings: { FAILOVER_DRIVER_WEBHOOK_TOKEN: token } });
    expect(namesOf(made)).toEqual(expect.arrayContaining(namesOf(await functions())));
    const setting = Object(one(made, "azure-native:web:WebApp", "functions-app").inputs["siteConfig"]).appSettings;
    expect(setting).toContainEqual({
      name: "FAILOVER_DRIVER_WEBHOOK_TOKEN",
      value: `@Microsoft.KeyVault(SecretUri=${token})`,
    });
    expect(one(made, "azure-native:authorization:RoleAssignment", "functions-vault").inputs["scope"]).toBe("vault-1");
    await expect(functions({ vaultSettings: { TOKEN: token } })).rejects.toThrow("vaultSettings need vaultId");
  });

  it("are the driver's own code, the same on every machine", () => {
    const { code, codeVersion } = functionsPackage();
    expect(codeVersion).toMatch(/^[0-9a-f]{12}$/);
    expect(functionsPackage().codeVersion).toBe(codeVersion);
    expect(asset.Archive.isInstance(code)).toBe(true);
  });

  it("can wait", async () => {
    const { state } = one(
      await functions({ enabled: false }),
      "azure-native:logic:Workflow",
      "functions-workflow",
    ).inputs;
    expect(state).toBe("Disabled");
  });
});

describe("the workflow", () => {
  it("asks each minute and moves only on `healthy: false`", () => {
    const { triggers, actions } = failoverWorkflow();
    expect(triggers.every_minute).toMatchObject({ recurrence: { frequency: "Minute", interval: 1 } });
    expect(actions.condition).toMatchObject({
      expression: { and: [{ equals: ["@body('health_check')?['healthy']", false] }] },
      runAfter: { health_check: ["Succeeded"] },
    });
    expect(Object.keys(actions)).toEqual(["health_check", "condition"]);
  });

  it("shows no key in its history", () => {
    const calls = JSON.stringify(failoverWorkflow()).match(/"secureData":\{"properties":\["inputs"\]\}/g);
    expect(calls).toHaveLength(2);
  });
});
