import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LiveBench, until } from "./support/live-bench.ts";

let bench: LiveBench;
beforeAll(async () => {
  bench = await LiveBench.open([3, 9]);
});
afterAll(() => bench.close());

const processOf = (start: string) => bench.azure.context.processes.list().find(({ name }) => name.startsWith(start));

const groupPath = "Microsoft.ContainerInstance/containerGroups/apps";
const publicName = "live-apps.westeurope.azurecontainer.io";
const groupBody = (image: string) => ({
  location: "westeurope",
  properties: {
    osType: "Linux",
    restartPolicy: "Always",
    containers: [
      {
        name: "web",
        properties: {
          image,
          resources: { requests: { cpu: 1, memoryInGB: 1 } },
          ports: [{ port: 8001 }],
          environmentVariables: [
            { name: "PORT", value: "8001" },
            { name: "ECHO", secureValue: "said in secret" },
          ],
          volumeMounts: [{ name: "secrets", mountPath: "/var/run/secrets/pilotlight" }],
        },
      },
    ],
    ipAddress: { type: "Public", dnsNameLabel: "live-apps", ports: [{ port: 8001 }] },
    volumes: [{ name: "secrets", secret: { "database-password": Buffer.from("hunter2").toString("base64") } }],
  },
});
const stateOf = async () => (await bench.properties<{ instanceView: { state: string } }>(groupPath)).instanceView.state;
const containerOf = async () => JSON.stringify((await bench.properties<{ containers: unknown }>(groupPath)).containers);

describe("a container group", () => {
  it("runs, answers by its public name, and finds its secrets as files", async () => {
    await bench.put(groupPath, groupBody("pilotlight/echo:1"));
    expect(await stateOf()).toBe("Running");
    expect(await bench.askUntil(publicName, 8001, "said")).toContain("said in secret");
    const environment = readFileSync(`/proc/${processOf("aci-apps-web")?.pid}/environ`, "utf8").split("\0");
    const secrets = environment.find((line) => line.startsWith("SECRETS_DIR="))?.slice("SECRETS_DIR=".length) ?? "";
    expect(readFileSync(join(secrets, "database-password"), "utf8")).toBe("hunter2");
    expect(environment).toContain("PILOTLIGHT_SANDBOX_SITE=azure");
  });

  it("restarts what ends", async () => {
    await bench.ask(publicName, 8001, "/fail");
    expect(await until(containerOf, (shown) => shown.includes('"restartCount":1'))).toContain('"exitCode":3');
    expect(await bench.askUntil(publicName, 8001, "said")).toContain("said in secret");
  });

  it("stops, and starts again with a PUT or an action", async () => {
    await bench.post(groupPath, "stop");
    expect([await stateOf(), await bench.ask(publicName, 8001)]).toEqual(["Stopped", "refused"]);
    await bench.post(groupPath, "start");
    expect(await bench.askUntil(publicName, 8001, "said")).toContain("said in secret");
    await bench.post(groupPath, "stop");
    await bench.put(groupPath, groupBody("pilotlight/echo:1"));
    expect(await stateOf()).toBe("Running");
  });

  it("is down with its region, and back with it", async () => {
    const down = await bench.withoutRegion(async () => [await bench.ask(publicName, 8001), processOf("aci-")?.state]);
    expect(down).toEqual(["timeout", "frozen"]);
    expect(await bench.askUntil(publicName, 8001, "said")).toContain("said in secret");
  });

  it("waits for an image that it cannot have, and says so", async () => {
    const other = "Microsoft.ContainerInstance/containerGroups/lost";
    const body = groupBody("docker.io/nobody/nothing:1");
    await bench.put(other, { ...body, properties: { ...body.properties, ipAddress: undefined } });
    expect(await bench.show(other)).toMatchObject({
      properties: {
        provisioningState: "Succeeded",
        instanceView: { state: "Pending" },
        containers: [
          {
            properties: {
              instanceView: {
                currentState: { state: "Waiting", detailStatus: expect.stringContaining("ErrImagePull") },
                events: [
                  {
                    name: "Failed",
                    type: "Warning",
                    message: expect.stringContaining("not in the sandbox's catalogue"),
                  },
                ],
              },
            },
          },
        ],
      },
    });
    await bench.delete(other);
  });

  it("refuses to change what Azure cannot change", async () => {
    const body = groupBody("pilotlight/echo:1");
    const changed = bench.put(groupPath, { ...body, properties: { ...body.properties, restartPolicy: "Never" } });
    await expect(changed).rejects.toThrow(/InvalidContainerGroupUpdate/);
  });
});

describe("a deployment script", () => {
  const scriptPath = "Microsoft.Resources/deploymentScripts/switch";
  const identityPath = "Microsoft.ManagedIdentity/userAssignedIdentities/switch";
  const run = (scriptContent: string, forceUpdateTag: string) =>
    bench.put(scriptPath, {
      location: "westeurope",
      kind: "AzureCLI",
      identity: { type: "UserAssigned", userAssignedIdentities: { [bench.id(identityPath)]: {} } },
      properties: {
        azCliVersion: "2.77.0",
        retentionInterval: "P1D",
        timeout: "PT1M",
        scriptContent: `set -euo pipefail\n${scriptContent}`,
        forceUpdateTag,
        environmentVariables: [{ name: "GROUP", value: "apps" }],
      },
    });
  const log = async () => (await bench.properties<{ log: string }>(`${scriptPath}/logs/default`)).log;
  const statusOf = async () => (await bench.properties<{ status: unknown }>(scriptPath)).status;

  beforeAll(async () => {
    const identity = await bench.put(identityPath, { location: "westeurope" });
    const { principalId } = identity.properties as { principalId: string };
    const role = "Microsoft.Authorization/roleDefinitions/11111111-2222-4333-8444-555555555555";
    await bench.put(role, {
      properties: {
        roleName: "switch",
        assignableScopes: [bench.id("")],
        permissions: [
          {
            actions: [
              "Microsoft.ContainerInstance/containerGroups/read",
              "Microsoft.ContainerInstance/containerGroups/stop/action",
              "Microsoft.ContainerRegistry/registries/read",
              "Microsoft.ContainerRegistry/registries/importImage/action",
            ],
          },
        ],
      },
    });
    await bench.put("Microsoft.Authorization/roleAssignments/21111111-2222-4333-8444-555555555555", {
      properties: { principalId, principalType: "ServicePrincipal", roleDefinitionId: bench.id(role) },
    });
    await bench.put("Microsoft.ContainerRegistry/registries/liveimages", {
      location: "westeurope",
      sku: { name: "Basic" },
    });
  });

  it("stops a group as its own identity, and hands on its outputs", async () => {
    const done = await run(
      `az login --identity --output none
      state=$(az container show -g live -n "$GROUP" --query instanceView.state -o tsv)
      az container stop --resource-group live --name "$GROUP"
      echo "{\\"before\\": \\"$state\\"}" > "$AZ_SCRIPTS_OUTPUT_PATH"; echo done`,
      "1",
    );
    expect(done).toMatchObject({ properties: { provisioningState: "Succeeded", outputs: { before: "Running" } } });
    expect([await stateOf(), await log()]).toEqual(["Stopped", "done\n"]);
  });

  it("does not run again unless told to", async () => {
    const again = await run("echo two; exit 0", "1").then(log);
    expect(again).toBe("two\n");
    const status = await statusOf();
    await run("echo two; exit 0", "1");
    expect(await statusOf()).toEqual(status);
    await run("echo two; exit 0", "2");
    expect(await statusOf()).not.toEqual(status);
  });

  it("fails with what its role does not allow, and what our az does not know", async () => {
    await expect(run('az container start -g live -n "$GROUP"', "3")).rejects.toThrow(
      /AuthorizationFailed.*start\/action/,
    );
    expect(await bench.show(scriptPath)).toMatchObject({
      properties: { provisioningState: "Failed", status: { error: { code: "DeploymentScriptError" } } },
    });
    await expect(run("az vm list", "4")).rejects.toThrow(/exit code 2.*'az vm list' is not in the sandbox's az/);
    await expect(run("az container stop -g live -n apps --force", "4")).rejects.toThrow(
      /unrecognized argument '--force'/,
    );
  });

  it("imports an image, which anybody can then see", async () => {
    const image =
      "az acr import --name liveimages --source docker.io/pilotlight/echo:7 --image pilotlight/echo:7 --force";
    await run(`${image}\naz acr repository show -n liveimages --image pilotlight/echo:7 --query name -o tsv`, "5");
    expect(await log()).toBe("7\n");
    expect(JSON.parse(await bench.ask("liveimages.azurecr.io", 5000, "/v2/pilotlight/echo/tags/list"))).toEqual({
      name: "pilotlight/echo",
      tags: ["7"],
    });
    await bench.put(groupPath, groupBody("liveimages.azurecr.io/pilotlight/echo:7"));
    expect(await bench.askUntil(publicName, 8001, "said")).toContain("said in secret");
    await bench.put(groupPath, groupBody("liveimages.azurecr.io/pilotlight/echo:8"));
    expect(await containerOf()).toContain("pilotlight/echo:8 is not in the registry");
    expect(readdirSync(join(bench.directory, "azure/scripts"))).toEqual([]);
  });
});

describe("after down and up", () => {
  it("a group runs again, or stays stopped", async () => {
    await bench.put(groupPath, groupBody("liveimages.azurecr.io/pilotlight/echo:7"));
    await bench.restart();
    expect(await bench.askUntil(publicName, 8001, "said")).toContain("said in secret");
    await bench.post(groupPath, "stop");
    await bench.restart();
    expect(await stateOf()).toBe("Stopped");
  });

  it("goes with its resource group", async () => {
    await bench.delete("");
    expect(await bench.ask(publicName, 8001)).toBe("no such name");
    expect(bench.azure.context.processes.list()).toEqual([]);
  });
});
