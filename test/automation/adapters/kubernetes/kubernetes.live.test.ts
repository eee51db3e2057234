import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { KubernetesWorkloads, type WorkloadsTarget } from "../../../../automation/adapters/kubernetes/workloads.ts";
import { FakeKubernetes } from "../../../support/fake-kubernetes.ts";

let fake: FakeKubernetes;
let target: WorkloadsTarget | undefined;
let workloads: KubernetesWorkloads;
const soon = (): AbortSignal => AbortSignal.timeout(10_000);

beforeEach(async () => {
  fake = await FakeKubernetes.start();
  fake.add("a", 0);
  fake.add("b", 0);
  target = {
    kubeconfig: fake.kubeconfig,
    namespace: "shop",
    deployments: [
      { name: "a", replicas: 2 },
      { name: "b", replicas: 1 },
    ],
  };
  workloads = new KubernetesWorkloads({
    targets: { primary: async () => target, standby: async () => undefined },
    requestTimeoutMs: 300,
    startTimeoutMs: 3000,
    stopTimeoutMs: 1500,
  });
});
afterEach(() => fake[Symbol.asyncDispose]());

describe("workloads through the Kubernetes API", () => {
  it("starts: resolves when all replicas serve; the same again at once", async () => {
    const started = await workloads.start("primary", soon());
    expect(started).toEqual([
      { name: "a", desired: 2, ready: 2, running: 2 },
      { name: "b", desired: 1, ready: 1, running: 1 },
    ]);
    expect(await workloads.start("primary", soon())).toEqual(started);
  });

  it("leaves alone what an autoscaler gave beyond the declared replicas, and is done with it", async () => {
    fake.add("a", 5);
    const [a] = await workloads.start("primary", soon());
    expect(a).toEqual({ name: "a", desired: 5, ready: 5, running: 5 });
    expect(fake.deployments.get("a")?.metadata.generation).toBe(1);
  });

  it("waits for the declared replicas of each deployment, whatever else serves in the namespace", async () => {
    fake.add("other", 9);
    fake.stepMs = 60_000;
    await expect(workloads.start("primary", AbortSignal.timeout(400))).rejects.toMatchObject({ code: "timeout" });
  });

  it("stops: resolves when the last pod is gone, not when the deployment says zero; what has ended does not count", async () => {
    await workloads.start("primary", soon());
    fake.pods.set("evicted", { name: "evicted", of: "a", phase: "Failed" });
    const stopped = await workloads.stop("primary", soon());
    expect(stopped.map(({ desired, running }) => [desired, running])).toEqual([
      [0, 0],
      [0, 0],
    ]);
    expect([...fake.pods.keys()]).toEqual(["evicted"]);
    fake.deployments.delete("b");
    await workloads.stop("primary", soon());
  });

  it("goes on when a watch breaks", async () => {
    fake.stepMs = 120;
    const starting = workloads.start("primary", soon());
    setTimeout(() => fake.breakWatches(), 200);
    expect((await starting)[0]).toMatchObject({ ready: 2 });
  });

  it("is not held by an API server that does not answer", async () => {
    fake.frozen = true;
    const began = Date.now();
    for (const verb of ["start", "stop", "status"] as const) {
      await expect(workloads[verb]("primary", soon())).rejects.toMatchObject({ code: "timeout", retryable: true });
    }
    expect(Date.now() - began).toBeLessThan(2500);
  });

  it("ends at its deadline when pods do not go, and with the caller's signal", async () => {
    await workloads.start("primary", soon());
    fake.stepMs = 60_000;
    await expect(workloads.stop("primary", AbortSignal.timeout(200))).rejects.toMatchObject({ code: "timeout" });
    await expect(workloads.stop("primary", soon())).rejects.toMatchObject({ code: "timeout" });
  });

  it("tells a dark site, a missing deployment, a wrong token and a wrong kubeconfig", async () => {
    expect(await workloads.stop("standby", soon())).toEqual([]);
    expect(await workloads.status("standby", soon())).toEqual([]);
    await expect(workloads.start("standby", soon())).rejects.toMatchObject({ code: "refused" });
    fake.deployments.delete("b");
    await expect(workloads.start("primary", soon())).rejects.toMatchObject({ code: "not-found" });
    if (target === undefined) throw new Error("unreachable");
    target = { ...target, kubeconfig: target.kubeconfig.replace("cluster-admin-token", "stolen") };
    const error = await workloads.status("primary", soon()).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "denied", retryable: false });
    expect(JSON.stringify(error)).not.toContain("stolen");
    target = { ...target, kubeconfig: "nonsense: [" };
    await expect(workloads.status("primary", soon())).rejects.toMatchObject({ code: "invalid-input" });
  });
});
