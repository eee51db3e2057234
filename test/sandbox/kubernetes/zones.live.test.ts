import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { KubeClient as DriverClient } from "../../../automation/adapters/kubernetes/kube-client.ts";
import { cordonNodes, evictPods, uncordonNodes, zoneNodes } from "../../../automation/adapters/kubernetes/zones.ts";
import { zonesOf } from "../../../automation/domain/zone-health.ts";
import type { KubernetesService } from "../../../sandbox/contracts/contracts.ts";
import { prepareWorld } from "../../../sandbox/contracts/world.ts";
import { KubeClient } from "../../../sandbox/kubernetes/api/kube-client.ts";
import { createKubernetes } from "../../../sandbox/kubernetes/create-kubernetes.ts";
import { Supervisor } from "../../../sandbox/supervise/supervisor.ts";
import { ensureToolchain } from "../../../sandbox/toolchain/toolchain.ts";

const spec = { cloud: "aws", name: "zones" } as const;
/** Beside the ones of other tests. */
const instance = Number(process.env["PILOTLIGHT_SANDBOX_INSTANCE"] ?? 9);
const soon = () => AbortSignal.timeout(30_000);
const mergePatch = "application/merge-patch+json";
const budget = { zone: "eu-west-1a", namespace: "default" };

let directory = "";
let supervisor: Supervisor;
let kubernetes: KubernetesService;
let client: KubeClient;
let driver: DriverClient;

const zoneLabel = (zone: string) => ({ "topology.kubernetes.io/zone": zone });
const label = (node: string, zone: string) =>
  client.request("PATCH", `/api/v1/nodes/${node}`, {
    body: { metadata: { labels: zoneLabel(zone) } },
    contentType: mergePatch,
  });
const nodes = async () => zoneNodes(driver, soon());
/** Where the pods of the deployment are that are not on their way out. */
const placed = async () => {
  const { items } = (await client.get("/api/v1/namespaces/default/pods")) as {
    items: { metadata: { deletionTimestamp?: string }; spec: { nodeName?: string }; status: { phase?: string } }[];
  };
  return items
    .filter(({ metadata, status }) => metadata.deletionTimestamp === undefined && status.phase === "Running")
    .map(({ spec: { nodeName } }) => nodeName)
    .toSorted();
};

beforeAll(async () => {
  const binary = process.env["PILOTLIGHT_KUBERNETES"] ?? (await ensureToolchain()).kubernetes;
  directory = await mkdtemp(join(tmpdir(), "pilotlight-zones-"));
  const world = { directory: join(directory, ".sandbox"), projectRoot: directory, instance };
  prepareWorld(world);
  supervisor = new Supervisor(world);
  kubernetes = createKubernetes(supervisor.context, { binary });
  await supervisor.start([[{ name: "kubernetes", module: kubernetes }]]);
  const access = await kubernetes.ensureCluster(spec);
  await kubernetes.setNodePool(spec, "system", 2);
  client = new KubeClient({
    server: access.endpoint,
    tls: { ca: Buffer.from(access.certificateAuthorityData, "base64") },
    headers: () => ({ authorization: `Bearer ${access.token}` }),
  });
  driver = new DriverClient(access.kubeconfig);
  await label("system-0", "eu-west-1a");
  await label("system-1", "eu-west-1b");
  // A machine that never reported: no agent is there for it.
  await client.request("POST", "/api/v1/nodes", {
    body: { apiVersion: "v1", kind: "Node", metadata: { name: "dead", labels: zoneLabel("eu-west-1c") } },
  });
}, 900_000);

afterAll(async () => {
  client?.close();
  await supervisor?.stop();
  await rm(directory, { recursive: true, force: true });
});

it("sees zones by the nodes that report and those that do not", async () => {
  expect(zonesOf(await nodes())).toMatchObject([
    { zone: "eu-west-1a", nodes: 1, ready: 1, impaired: false },
    { zone: "eu-west-1b", nodes: 1, ready: 1, impaired: false },
    { zone: "eu-west-1c", nodes: 1, ready: 0, impaired: true },
  ]);
});

it("closes a zone, evicts its pods as the disruption budget allows, and opens what it closed", async () => {
  const labels = { app: "echo" };
  const container = {
    name: "echo",
    image: "registry.example/pilotlight/echo:1",
    readinessProbe: { httpGet: { path: "/", port: 8080 } },
  };
  await client.request("POST", "/apis/apps/v1/namespaces/default/deployments", {
    body: {
      metadata: { name: "echo" },
      spec: {
        replicas: 2,
        selector: { matchLabels: labels },
        template: {
          metadata: { labels },
          spec: {
            containers: [container],
            topologySpreadConstraints: [
              {
                maxSkew: 1,
                topologyKey: "kubernetes.io/hostname",
                // One on each, and a closed node is none of them.
                whenUnsatisfiable: "DoNotSchedule",
                nodeTaintsPolicy: "Honor",
                labelSelector: { matchLabels: labels },
              },
            ],
          },
        },
      },
    },
  });
  const ready = async () =>
    ((await client.get("/apis/apps/v1/namespaces/default/deployments/echo")) as { status: { readyReplicas?: number } })
      .status.readyReplicas;
  await expect.poll(ready, { timeout: 60_000 }).toBe(2);
  expect(await placed()).toEqual(["system-0", "system-1"]);
  await client.request("POST", "/apis/policy/v1/namespaces/default/poddisruptionbudgets", {
    body: { metadata: { name: "echo" }, spec: { minAvailable: 2, selector: { matchLabels: labels } } },
  });
  const settled = async () =>
    (
      (await client.get("/apis/policy/v1/namespaces/default/poddisruptionbudgets/echo")) as {
        status?: { currentHealthy?: number };
      }
    ).status?.currentHealthy;
  await expect.poll(settled, { timeout: 20_000 }).toBe(2);

  expect(await cordonNodes(driver, "eu-west-1a", "zonal-recovery-1", soon())).toEqual(["system-0"]);
  expect(await cordonNodes(driver, "eu-west-1a", "zonal-recovery-2", soon())).toEqual(["system-0"]);
  expect((await nodes()).find(({ name }) => name === "system-0")).toMatchObject({
    schedulable: false,
    heldBy: "zonal-recovery-1",
  });
  expect(await evictPods(driver, budget, soon())).toEqual([
    { pod: expect.stringMatching(/^echo-/), node: "system-0", kept: expect.stringContaining("disruption budget") },
  ]);
  expect(await placed()).toEqual(["system-0", "system-1"]);

  await client.request("PATCH", "/apis/policy/v1/namespaces/default/poddisruptionbudgets/echo", {
    body: { spec: { minAvailable: 1 } },
    contentType: mergePatch,
  });
  await expect
    .poll(async () => (await evictPods(driver, budget, soon())).filter(({ kept }) => kept !== undefined), {
      timeout: 30_000,
    })
    .toEqual([]);
  await expect.poll(placed, { timeout: 60_000 }).toEqual(["system-1", "system-1"]);
  expect(await evictPods(driver, budget, soon())).toEqual([]);

  expect(await uncordonNodes(driver, "eu-west-1a", ["system-0"], soon())).toEqual([]);
  expect(await uncordonNodes(driver, "eu-west-1a", [], soon())).toEqual(["system-0"]);
  expect(await uncordonNodes(driver, "eu-west-1a", [], soon())).toEqual([]);
  expect((await nodes()).find(({ name }) => name === "system-0")).toMatchObject({
    schedulable: true,
    heldBy: undefined,
  });
});

it("leaves closed what a person closed", async () => {
  await client.request("PATCH", "/api/v1/nodes/system-1", {
    body: { spec: { unschedulable: true } },
    contentType: mergePatch,
  });
  expect(await cordonNodes(driver, "eu-west-1b", "zonal-recovery-3", soon())).toEqual([]);
  expect(await uncordonNodes(driver, "eu-west-1b", [], soon())).toEqual([]);
  expect((await nodes()).find(({ name }) => name === "system-1")).toMatchObject({ schedulable: false });
});
