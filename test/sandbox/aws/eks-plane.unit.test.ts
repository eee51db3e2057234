import { expect, it } from "vitest";
import { parseApiCall } from "../../../sandbox/aws/api-call.ts";
import { EksPlane } from "../../../sandbox/aws/eks-plane.ts";
import { MotoClient, unsigned } from "../../../sandbox/aws/moto-client.ts";
import type { ClusterSpec, KubernetesService } from "../../../sandbox/contracts/contracts.ts";
import { ProvisioningClock } from "../../../sandbox/provisioning/clock.ts";

const headers = { authorization: unsigned("key", "eu-west-1", "eks") };
const answer = {
  status: 200,
  headers: {},
  body: Buffer.from(JSON.stringify({ cluster: { name: "shop", arn: "arn", createdAt: 1 } })),
};
const create = parseApiCall("POST", "/clusters", headers, undefined);
const remove = parseApiCall("DELETE", "/clusters/shop", headers, undefined);

function plane(clock?: ProvisioningClock): { readonly eks: EksPlane; readonly done: string[] } {
  const done: string[] = [];
  const access = { endpoint: "https://e", certificateAuthorityData: "c", token: "t", kubeconfig: "k" };
  const kubernetes: KubernetesService = {
    start: async () => {},
    stop: async () => {},
    ensureCluster: async (spec: ClusterSpec) => {
      done.push(`ensure ${spec.name}`);
      return access;
    },
    setNodePool: async () => {},
    removeCluster: async (spec: ClusterSpec) => {
      done.push(`remove ${spec.name}`);
    },
    access: () => access,
  };
  const logger = { info: () => {}, error: (text: string) => void done.push(text) };
  const moto = new MotoClient({ host: "127.0.0.1", port: 1 });
  return { eks: new EksPlane({ kubernetes, moto, logger, ...(clock ? { clock } : {}) }), done };
}

it("keeps the cluster when a replay tells that one of its name was there before, and removed", async () => {
  const { eks, done } = plane();
  for (const call of [create, remove, create]) eks.note(call, answer);
  await eks.settle();
  await eks.stop();
  expect(done).toEqual(["ensure shop"]);
});

it("removes a cluster before one of its name is made anew", async () => {
  const { eks, done } = plane();
  for (const call of [create, remove, create]) {
    eks.note(call, answer);
    await eks.settle();
  }
  await eks.stop();
  expect(done).toEqual(["ensure shop", "remove shop", "ensure shop"]);
});

it("removes what a replay tells was removed last", async () => {
  const { eks, done } = plane();
  for (const call of [create, remove]) eks.note(call, answer);
  await eks.settle();
  await eks.stop();
  expect(done).toEqual(["remove shop"]);
});

it("is CREATING until its time on the clock has passed, and what a replay tells of is there at once", async () => {
  const clock = new ProvisioningClock(4000);
  const { eks } = plane(clock);
  const read = parseApiCall("GET", "/clusters/shop", headers, undefined);
  const status = () => JSON.parse(eks.rewrite(read, answer).body.toString()).cluster.status;
  const make = async () => {
    const began = performance.now();
    eks.note(create, answer);
    await eks.settle();
    expect(status()).toBe("CREATING");
    await eks.stop();
    expect(status()).toBe("ACTIVE");
    return performance.now() - began;
  };
  const full = clock.milliseconds("eks:cluster", "create");
  expect(await make()).toBeLessThan(full);
  clock.start();
  expect(await make()).toBeGreaterThanOrEqual(full - 2);
});

it("makes no cluster of a version that EKS no longer offers, and tells those that it does", async () => {
  const { eks } = plane();
  const wanted = (version: string) => eks.refuse(create, Buffer.from(JSON.stringify({ name: "shop", version })));
  for (const version of ["1.28", "1.29", "1.30", "1.31"]) {
    const refusal = wanted(version);
    expect(refusal).toMatchObject({ status: 400, headers: { "x-amzn-errortype": "InvalidParameterException" } });
    expect(refusal?.body.toString()).toContain("unsupported Kubernetes version");
  }
  expect(wanted("1.35")).toBeUndefined();
  const list = parseApiCall("GET", "/cluster-versions?maxResults=50", headers, undefined);
  const told = JSON.parse(eks.refuse(list, undefined)?.body.toString() ?? "") as {
    clusterVersions: { clusterVersion: string; versionStatus: string }[];
  };
  const versions = told.clusterVersions.map(({ clusterVersion }) => clusterVersion);
  expect(versions).toContain("1.35");
  expect(versions).not.toContain("1.31");
});
