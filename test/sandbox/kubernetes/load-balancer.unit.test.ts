import { describe, expect, it } from "vitest";
import {
  clusterNetwork,
  localOf,
  nodeAddress,
  podAddress,
  serviceRange,
} from "../../../sandbox/kubernetes/addresses.ts";
import { AddressPool } from "../../../sandbox/kubernetes/agent/address-pool.ts";
import { endpointSliceSchema, serviceSchema } from "../../../sandbox/kubernetes/api/objects.ts";
import { commandOfImage, repositoryOf } from "../../../sandbox/kubernetes/catalogue.ts";
import { EndpointTable } from "../../../sandbox/kubernetes/endpoint-table.ts";
import { loadBalancerAddress } from "../../../sandbox/kubernetes/load-balancer-address.ts";
import { servicePortsOf } from "../../../sandbox/kubernetes/service-ports.ts";

const metadata = {
  name: "web-x",
  namespace: "app",
  uid: "u",
  resourceVersion: "1",
  labels: { "kubernetes.io/service-name": "web" },
};
const slice = (endpoints: unknown, name = "web-x") =>
  endpointSliceSchema.parse({
    metadata: { ...metadata, name },
    endpoints,
    ports: [
      { name: "http", port: 9090 },
      { name: "admin", port: 9091 },
    ],
  });

describe("endpoints of a service", () => {
  it("are the ready pods in turn, at their inside addresses and their own ports", () => {
    const table = new EndpointTable();
    table.put(
      slice([
        { addresses: ["10.117.128.1"], conditions: { ready: true } },
        { addresses: ["10.117.128.2"], conditions: { ready: false } },
        { addresses: ["10.117.128.3"] },
      ]),
    );
    const turns = [1, 2, 3].map(() => table.next("app/web", "http"));
    expect(turns).toEqual([
      { host: "127.117.128.1", port: 9090 },
      { host: "127.117.128.3", port: 9090 },
      { host: "127.117.128.1", port: 9090 },
    ]);
    expect(table.next("app/web", "admin")).toEqual({ host: "127.117.128.1", port: 9091 });
  });

  it("are none for another namespace, an unknown port, no ready pod, and after removal", () => {
    const table = new EndpointTable();
    const one = slice([{ addresses: ["10.117.128.1"], conditions: { ready: true } }]);
    table.put(one);
    expect(table.next("other/web", "http")).toBeUndefined();
    expect(table.next("app/web", "")).toBeUndefined();
    table.put(slice(null));
    expect(table.next("app/web", "http")).toBeUndefined();
    table.put(one);
    table.remove(one);
    expect(table.next("app/web", "http")).toBeUndefined();
  });
});

describe("the ports of a service", () => {
  const nodes = new Map([["system-0", "10.117.64.1"]]);
  const service = (type: string) =>
    serviceSchema.parse({
      metadata: { ...metadata, name: "web" },
      spec: {
        type,
        clusterIP: "127.117.192.5",
        ports: [
          { name: "http", port: 80, nodePort: 30080, protocol: "TCP" },
          { name: "dns", port: 53, protocol: "UDP" },
        ],
      },
    });
  const at = (type: string, balancer?: string) =>
    servicePortsOf(service(type), balancer, nodes).map(({ host, port }) => `${host}:${port}`);

  it("are its own address, its balancer's, and a port of every node where it has one", () => {
    expect(at("ClusterIP")).toEqual(["127.117.192.5:80"]);
    expect(at("LoadBalancer", "127.17.1.4")).toEqual(["127.117.192.5:80", "127.17.1.4:80"]);
    expect(at("NodePort")).toEqual(["127.117.192.5:80", "127.117.64.1:30080"]);
    expect(servicePortsOf(undefined, undefined, nodes)).toEqual([]);
  });
});

describe("a load balancer's address", () => {
  const service = (annotations = {}) =>
    serviceSchema.parse({ metadata: { ...metadata, name: "web", annotations }, spec: { type: "LoadBalancer" } });
  const context = (publicIps: unknown) =>
    ({
      network: { allocate: async (cloud: string, key: string) => `${cloud}|${key}` },
      store: { read: async () => publicIps },
    }) as unknown as Parameters<typeof loadBalancerAddress>[0];

  it("is a name on AWS, always the same for the same service", async () => {
    const first = await loadBalancerAddress(context({}), { cloud: "aws", name: "main" }, service());
    expect(first.address).toBe("aws|lb:main/app/web");
    expect(first.hostname).toMatch(/^web-[0-9a-f]{12}\.elb\.us-east-1\.amazonaws\.com$/);
    expect(first.ingress).toEqual({ hostname: first.hostname });
    expect(await loadBalancerAddress(context({}), { cloud: "aws", name: "main" }, service())).toEqual(first);
  });

  it("is that of the public IP which the annotation names on Azure", async () => {
    const annotated = service({ "service.beta.kubernetes.io/azure-pip-name": "pip" });
    const cluster = { cloud: "azure", name: "aks" } as const;
    const known = context({ pip: { address: "127.27.1.5", fqdn: "x.example" } });
    expect(await loadBalancerAddress(known, cluster, annotated)).toEqual({
      address: "127.27.1.5",
      ingress: { ip: "127.27.1.5" },
    });
    await expect(loadBalancerAddress(context({}), cluster, annotated)).rejects.toThrow(
      'there is no public IP address "pip"',
    );
  });
});

describe("addresses", () => {
  const network = clusterNetwork({ instance: 7 }, "aws", 1);
  it("of pods, nodes and services do not meet", () => {
    expect(podAddress(network, 0)).toBe("10.117.132.1");
    expect(podAddress(network, 1015)).toBe("10.117.135.254");
    expect(nodeAddress(network, 3)).toBe("10.117.65.3");
    expect(serviceRange(network)).toBe("127.117.196.0/22");
    expect(localOf("10.117.132.1")).toBe("127.117.132.1");
  });
  it("are kept by a pod that was there before and not given again at once", () => {
    const pool = new AddressPool(network);
    expect(pool.take("10.117.132.9")).toBe("10.117.132.9");
    expect(pool.take("10.117.200.9")).toBe("10.117.132.1");
    pool.free("10.117.132.1");
    expect(pool.take()).toBe("10.117.132.2");
  });
});

describe("the image catalogue", () => {
  it("knows images by name without registry, tag and digest", () => {
    for (const image of [
      "pilotlight/echo",
      "pilotlight/echo:1",
      "1.dkr.ecr.us-east-1.amazonaws.com/pilotlight/echo:v1@sha256:ab",
      "localhost:5000/pilotlight/echo",
    ]) {
      expect(repositoryOf(image)).toBe("pilotlight/echo");
    }
    expect(commandOfImage("pilotlight/echo")?.args[0]).toMatch(/images\/echo\.ts$/);
    expect(commandOfImage("nginx:1")).toBeUndefined();
    expect(commandOfImage("toString")).toBeUndefined();
  });
});
