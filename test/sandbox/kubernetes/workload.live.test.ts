import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ClusterAccess, KubernetesService, World } from "../../../sandbox/contracts/contracts.ts";
import { prepareWorld } from "../../../sandbox/contracts/world.ts";
import { KubeClient } from "../../../sandbox/kubernetes/api/kube-client.ts";
import { createKubernetes } from "../../../sandbox/kubernetes/create-kubernetes.ts";
import { writeLanguageHostLauncher } from "../../../sandbox/language-host/launcher.ts";
import { Supervisor } from "../../../sandbox/supervise/supervisor.ts";
import { installPluginLaunchers } from "../../../sandbox/supervise/tools.ts";
import { ensureToolchain } from "../../../sandbox/toolchain/toolchain.ts";

const projectRoot = resolve(import.meta.dirname, "../../..");
const spec = { cloud: "aws", name: "shop-live" } as const;
const neighbour = { cloud: "aws", name: "shop" } as const;
const nodePort = 30080;

/** The real components on the real engine, the sandbox's plugin and a real API server; only the image is a test's. */
const program = `
import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { ComponentResource, Config } from "@pulumi/pulumi";
import { Observability } from "./components/kubernetes/observability.ts";
import { ServiceWorkload } from "./components/kubernetes/service-workload.ts";

const config = new Config();
const kubernetes = new Provider("kubernetes", { kubeconfig: config.require("kubeconfig"), enableServerSideApply: true });
const phase = config.require("phase");
if (phase === "before") {
  // As a stack of the time before ApplicationNamespace has it.
  const old = new ComponentResource("pilotlight:kubernetes:ServiceWorkload", "workload", {}, { providers: [kubernetes] });
  const labels = { "app.kubernetes.io/managed-by": "pilotlight" };
  new Namespace("workload-namespace", { metadata: { name: "shop", labels } }, { parent: old });
} else {
  const image = "pilotlight/echo:1";
  new ServiceWorkload("workload", {
    site: "primary",
    namespace: "shop",
    services: [
      { name: "api", image, replicas: 2, maxReplicas: 4, port: 8080, role: "public" },
      { name: "worker", image, replicas: 1, port: 8080, role: "internal", nodePort: ${nodePort} },
    ],
    active: phase !== "inactive",
    protocol: "HTTP",
    servicePort: 8080,
    cloud: { kind: "aws" },
    database: { host: "db", port: 5432, name: "app", user: "app", password: "hush", sslMode: "disable" },
    objects: { kind: "s3", bucket: "b", region: "us-east-1" },
    operatorGroups: ["operators"],
    monitors: phase === "monitors",
  }, { providers: [kubernetes] });
  new Observability("observability", {
    application: { namespace: "shop", services: ["api", "worker"], protocol: "HTTP" },
    charts: phase === "charts",
  }, { providers: [kubernetes] });
}
`;

let directory = "";
let supervisor: Supervisor;
let kubernetes: KubernetesService;
let world: World;
let cluster: ClusterAccess;
let client: KubeClient;
let environment: Record<string, string>;

/** Both streams of a pulumi command; a failure's too, with `failed` set. */
async function engine(...args: string[]): Promise<{ readonly failed: boolean; readonly text: string }> {
  const run = promisify(execFile)("pulumi", [...args, "--non-interactive"], { cwd: directory, env: environment });
  return run.then(
    ({ stdout, stderr }) => ({ failed: false, text: stdout + stderr }),
    (error: { stdout?: string; stderr?: string }) => ({ failed: true, text: `${error.stdout}${error.stderr}` }),
  );
}
async function update(phase: string): Promise<void> {
  await engine("config", "set", "phase", phase);
  const { failed, text } = await engine("up", "--yes", "--skip-preview", "--suppress-outputs");
  expect(failed, text).toBe(false);
}
async function expectClean(...flags: string[]): Promise<void> {
  const { failed, text } = await engine("preview", "--expect-no-changes", "--diff", ...flags);
  expect(failed, text).toBe(false);
}

const get = async (path: string) => Object(await client.get(path));
const deployments = "/apis/apps/v1/namespaces/shop/deployments";
const replicas = async () => (await get(`${deployments}/api`)).spec.replicas;
const ready = async (name: string) => (await get(`${deployments}/${name}`)).status.readyReplicas ?? 0;
/** As the driver does it. */
const scale = (count: number) =>
  client.request("PATCH", `${deployments}/api/scale`, {
    body: { spec: { replicas: count } },
    contentType: "application/merge-patch+json",
    query: { fieldManager: "driver" },
  });

beforeAll(async () => {
  const { pulumi, kubernetes: binary } = await ensureToolchain();
  directory = await mkdtemp(join(tmpdir(), "pilotlight-workload-"));
  world = { directory: join(directory, ".sandbox"), projectRoot: directory, instance: 8 };
  prepareWorld(world);
  supervisor = new Supervisor(world);
  kubernetes = createKubernetes(supervisor.context, { binary });
  await supervisor.start([[{ name: "kubernetes", module: kubernetes }]]);
  cluster = await kubernetes.ensureCluster(spec);
  await kubernetes.setNodePool(spec, "system", 2);
  client = new KubeClient({
    server: cluster.endpoint,
    tls: { ca: Buffer.from(cluster.certificateAuthorityData, "base64") },
    headers: () => ({ authorization: `Bearer ${cluster.token}` }),
  });

  installPluginLaunchers(world);
  await writeLanguageHostLauncher(join(directory, "bin"), projectRoot);
  await mkdir(join(directory, "state"));
  for (const name of ["node_modules", "components"]) await symlink(join(projectRoot, name), join(directory, name));
  const files = {
    "package.json": '{ "name": "shop", "type": "module", "dependencies": { "@pulumi/kubernetes": "*" } }',
    "Pulumi.yaml": "name: shop\nmain: index.ts\nruntime:\n  name: nodejs\n  options:\n    typescript: false\n",
    "index.ts": program,
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
  environment = {
    HOME: directory,
    PATH: `${join(directory, "bin")}:${dirname(pulumi)}:${dirname(process.execPath)}:/usr/bin:/bin`,
    PULUMI_HOME: join(world.directory, "pulumi-home"),
    PULUMI_BACKEND_URL: `file://${join(directory, "state")}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
  await engine("stack", "init", "live");
  await writeFile(join(directory, "kubeconfig"), cluster.kubeconfig, { mode: 0o600 });
  await engine("config", "set", "kubeconfig", join(directory, "kubeconfig"));
}, 900_000);

afterAll(async () => {
  client?.close();
  await supervisor?.stop();
  await rm(directory, { recursive: true, force: true });
});

describe("the workload on a real API server", () => {
  it("takes an older stack's namespace over as it is", { timeout: 180_000 }, async () => {
    await update("before");
    const before = (await get("/api/v1/namespaces/shop")).metadata.uid;
    await update("active");
    expect((await get("/api/v1/namespaces/shop")).metadata.uid).toBe(before);
    expect((await get("/api/v1/namespaces/shop")).metadata.labels["pod-security.kubernetes.io/enforce"]).toBe(
      "restricted",
    );
  });

  it("runs its pods within quota, defaults and the restricted standard", { timeout: 180_000 }, async () => {
    // Nobody has said a number: the API server begins with one, the autoscaler lifts it to its least.
    await expect.poll(() => ready("api"), { timeout: 45_000 }).toBe(2);
    await expect.poll(() => ready("worker"), { timeout: 15_000 }).toBe(1);
    const quota = "/api/v1/namespaces/shop/resourcequotas/quota";
    const used = async () => (await get(quota)).status.used;
    await expect.poll(used, { timeout: 15_000 }).toMatchObject({ pods: "3", "requests.cpu": "300m" });
    expect((await get(quota)).status.hard).toMatchObject({ pods: "10", "limits.memory": "5Gi" });
    const budget = async () => (await get("/apis/policy/v1/namespaces/shop/poddisruptionbudgets/api")).status;
    await expect.poll(budget, { timeout: 15_000 }).toMatchObject({ currentHealthy: 2, disruptionsAllowed: 1 });
    const bad = client.request("POST", "/api/v1/namespaces/shop/pods", {
      body: { metadata: { name: "root" }, spec: { containers: [{ name: "a", image: "pilotlight/echo" }] } },
    });
    await expect(bad).rejects.toThrow(/violates PodSecurity "restricted/);
  });

  it("answers at the node port of every node", async () => {
    const nodes = ((await get("/api/v1/nodes")).items as { status: { addresses: { address: string }[] } }[]).map(
      ({ status }) => status.addresses[0]?.address.replace(/^10\./, "127.") ?? "",
    );
    expect(nodes).toHaveLength(2);
    for (const address of nodes) {
      const answer = await fetch(`http://${address}:${nodePort}/`, { signal: AbortSignal.timeout(5000) });
      expect(await answer.json()).toMatchObject({ pod: expect.stringMatching(/^worker-/) });
    }
  });

  it("shows no change, whoever has scaled it", { timeout: 180_000 }, async () => {
    await expectClean();
    await scale(3);
    await expectClean("--refresh");
    expect(await replicas()).toBe(3);
  });

  it("stays at zero when the driver says so, and comes back at the driver's number", { timeout: 180_000 }, async () => {
    await scale(0);
    const condition = async () =>
      (
        (await get("/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers/api")).status.conditions as {
          type: string;
          reason: string;
        }[]
      ).find(({ type }) => type === "ScalingActive")?.reason;
    await expect.poll(condition, { timeout: 30_000, interval: 500 }).toBe("ScalingDisabled");
    expect(await replicas()).toBe(0);
    await update("inactive");
    await expectClean("--refresh");
    expect(await replicas()).toBe(0);

    await scale(2);
    const seen = new Set<number>();
    const watch = setInterval(() => void replicas().then((count) => seen.add(count)), 50);
    await update("active");
    clearInterval(watch);
    expect([...seen]).toEqual([2]);
    await expectClean("--refresh");
  });

  it("lets operators look and scale, and keeps Secrets from them", async () => {
    const may = async (verb: string, group: string, resource: string, subresource = "") =>
      Object(
        await client.request("POST", "/apis/authorization.k8s.io/v1/subjectaccessreviews", {
          body: {
            spec: {
              user: "somebody",
              groups: ["operators"],
              resourceAttributes: { namespace: "shop", verb, group, resource, subresource },
            },
          },
        }),
      ).status.allowed;
    expect(await may("list", "", "pods")).toBe(true);
    expect(await may("get", "", "pods", "log")).toBe(true);
    expect(await may("watch", "networking.k8s.io", "networkpolicies")).toBe(true);
    expect(await may("patch", "apps", "deployments", "scale")).toBe(true);
    expect(await may("get", "", "secrets")).toBe(false);
    expect(await may("patch", "apps", "deployments")).toBe(false);
    expect(await may("create", "", "pods", "exec")).toBe(false);
  });

  it("says what is missing for the Prometheus operator, and how to do without charts", {
    timeout: 60_000,
  }, async () => {
    await engine("config", "set", "phase", "monitors");
    const monitors = await engine("up", "--yes", "--skip-preview", "--suppress-outputs");
    expect(monitors.failed).toBe(true);
    expect(monitors.text.replace(/\s+/g, " ")).toContain(
      'Verify that any required CRDs have been created: no matches for kind "ServiceMonitor" in version "monitoring.coreos.com/v1"',
    );
    await engine("config", "set", "phase", "charts");
    const charts = await engine("preview");
    expect(charts.failed).toBe(true);
    expect(charts.text.replace(/\s+/g, " ")).toMatch(/Helm charts .* pilotlight:observability, "charts": false/);
  });

  it("has room for clusters beside it, each with its own kubeconfig", { timeout: 180_000 }, async () => {
    const other = await kubernetes.ensureCluster(neighbour);
    expect(other.endpoint).not.toBe(cluster.endpoint);
    expect(other.token).not.toBe(cluster.token);
    await kubernetes.removeCluster(neighbour);
    await access(join(world.directory, "kubeconfig-aws-shop-live.yaml"));
    expect((await get("/version")).major).toBe("1");
  });

  it("goes away whole", { timeout: 180_000 }, async () => {
    await engine("config", "set", "phase", "active");
    const { failed, text } = await engine("destroy", "--yes", "--skip-preview");
    expect(failed, text).toBe(false);
    const names = ((await get("/api/v1/namespaces")).items as { metadata: { name: string } }[]).map(
      ({ metadata }) => metadata.name,
    );
    expect(names).not.toEqual(expect.arrayContaining(["shop"]));
    expect(names).not.toEqual(expect.arrayContaining(["monitoring"]));
  });
});
