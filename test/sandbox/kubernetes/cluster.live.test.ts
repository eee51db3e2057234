import { mkdtemp, rm } from "node:fs/promises";
import { get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterAccess, KubernetesService } from "../../../sandbox/contracts/contracts.ts";
import { prepareWorld } from "../../../sandbox/contracts/world.ts";
import { KubeClient } from "../../../sandbox/kubernetes/api/kube-client.ts";
import { createKubernetes } from "../../../sandbox/kubernetes/create-kubernetes.ts";
import { Supervisor } from "../../../sandbox/supervise/supervisor.ts";
import { ensureToolchain } from "../../../sandbox/toolchain/toolchain.ts";

const spec = { cloud: "azure", name: "live" } as const;
const deployments = "/apis/apps/v1/namespaces/default/deployments";
const services = "/api/v1/namespaces/default/services";
const pods = "/api/v1/namespaces/default/pods";

let directory = "";
let supervisor: Supervisor;
let kubernetes: KubernetesService;
let binary = "";

function start(): Promise<void> {
  const world = { directory: join(directory, ".sandbox"), projectRoot: directory, instance: 7 };
  prepareWorld(world);
  supervisor = new Supervisor(world);
  kubernetes = createKubernetes(supervisor.context, { binary });
  return supervisor.start([[{ name: "kubernetes", module: kubernetes }]]);
}

function clientOf(access: ClusterAccess): KubeClient {
  return new KubeClient({
    server: access.endpoint,
    tls: { ca: Buffer.from(access.certificateAuthorityData, "base64") },
    headers: () => ({ authorization: `Bearer ${access.token}` }),
  });
}

function fetchJson(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false, signal: AbortSignal.timeout(2000) }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += String(chunk);
      });
      response.on("end", () => resolve(JSON.parse(text)));
    });
    request.on("error", reject);
  });
}

beforeAll(async () => {
  binary = process.env.PILOTLIGHT_KUBERNETES ?? (await ensureToolchain()).kubernetes;
  directory = await mkdtemp(join(tmpdir(), "pilotlight-kubernetes-"));
  await start();
}, 900_000);

afterAll(async () => {
  await supervisor?.stop();
  await rm(directory, { recursive: true, force: true });
});

describe("a cluster of the sandbox", () => {
  it("runs pods, balances load, scales, survives down and up, and goes away", { timeout: 60_000 }, async () => {
    const access = await kubernetes.ensureCluster(spec);
    await kubernetes.setNodePool(spec, "system", 1);
    await supervisor.context.store.write("azure-public-ips", {
      pip: { address: await supervisor.context.network.allocate("azure", "pip"), fqdn: "x.example" },
    });
    const client = clientOf(access);
    const labels = { app: "echo" };
    const container = {
      name: "echo",
      image: "registry.example/pilotlight/echo:1",
      env: [{ name: "ECHO", value: "hello" }],
      readinessProbe: { httpGet: { path: "/", port: 8080 } },
    };
    await client.request("POST", deployments, {
      body: {
        metadata: { name: "echo" },
        spec: {
          replicas: 2,
          selector: { matchLabels: labels },
          template: { metadata: { labels }, spec: { containers: [container] } },
        },
      },
    });
    const annotations = { "service.beta.kubernetes.io/azure-pip-name": "pip" };
    await client.request("POST", services, {
      body: {
        metadata: { name: "echo", annotations },
        spec: { type: "LoadBalancer", selector: labels, ports: [{ port: 8080 }] },
      },
    });

    const readyReplicas = async () =>
      ((await client.get(`${deployments}/echo`)) as { status: { readyReplicas?: number } }).status.readyReplicas;
    await expect.poll(readyReplicas, { timeout: 15_000 }).toBe(2);
    const ingress = async () =>
      ((await client.get(`${services}/echo`)) as { status: { loadBalancer: unknown } }).status.loadBalancer;
    await expect.poll(ingress, { timeout: 5000 }).toEqual({ ingress: [{ ip: "127.27.1.2", ipMode: "VIP" }] });
    const url = "http://127.27.1.2:8080/";
    await expect.poll(() => fetchJson(url), { timeout: 5000 }).toMatchObject({ echo: "hello" });
    const names = await Promise.all([1, 2, 3, 4].map(async () => ((await fetchJson(url)) as { pod: string }).pod));
    expect(new Set(names).size).toBe(2);

    await client.request("PATCH", `${deployments}/echo/scale`, {
      body: { spec: { replicas: 1 } },
      contentType: "application/merge-patch+json",
    });
    const podCount = async () => ((await client.get(pods)) as { items: unknown[] }).items.length;
    await expect.poll(podCount, { timeout: 10_000 }).toBe(1);

    client.close();
    await supervisor.stop();
    await start();
    const again = kubernetes.access(spec);
    expect(again).toEqual(access);
    const second = clientOf(access);
    await expect
      .poll(() => fetchJson(url).catch(() => undefined), { timeout: 10_000 })
      .toMatchObject({ echo: "hello" });
    const [pod] = (
      (await second.get(pods)) as { items: { status: { containerStatuses: { restartCount: number }[] } }[] }
    ).items;
    expect(pod?.status.containerStatuses[0]?.restartCount).toBe(1);

    await second.request("DELETE", `${services}/echo`);
    await expect
      .poll(
        () =>
          fetchJson(url).then(
            () => "answers",
            () => "silent",
          ),
        { timeout: 5000 },
      )
      .toBe("silent");
    await kubernetes.setNodePool(spec, "system", 0);
    // The Deployment makes a new pod, which no node takes.
    const bound = async () =>
      ((await second.get(pods, { query: { fieldSelector: "spec.nodeName!=" } })) as { items: unknown[] }).items.length;
    expect(await bound()).toBe(0);
    second.close();
    await kubernetes.removeCluster(spec);
    expect(kubernetes.access(spec)).toBeUndefined();
    expect(supervisor.context.processes.list().filter(({ name }) => name.startsWith("azure-live"))).toEqual([]);
  });
});
