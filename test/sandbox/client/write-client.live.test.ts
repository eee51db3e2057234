import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DnsResolver } from "../../../sandbox/client/dns-resolver.ts";
import { Ledger } from "../../../sandbox/client/ledger.ts";
import { WriteClient } from "../../../sandbox/client/write-client.ts";
import { DnsServer } from "../../../sandbox/network/dns-server.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, id: string) => void;

const port = 7480;
const primary = "127.39.201.1";
const standby = "127.39.201.2";
const dnsServer = "127.39.201.53:5453";

let folder: string;
let dns: DnsServer;
let servers: Server[];
let received: Map<string, string[]>;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pilotlight-client-"));
  servers = [];
  received = new Map();
  dns = new DnsServer("127.39.201.53", [5453]);
  await dns.start();
  point(primary);
});

afterEach(async () => {
  for (const server of servers) server.closeAllConnections();
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await dns.stop();
  await rm(folder, { recursive: true, force: true });
});

function point(address: string, ttl = 0): void {
  dns.set("test", [
    { name: "shop.test", type: "CNAME", ttl: 300, data: "lb.test" },
    { name: "lb.test", type: "A", ttl, data: address },
  ]);
}

const acknowledge =
  (site: string): Handler =>
  (_, response, id) => {
    response.writeHead(201, { "content-type": "application/json" });
    response.end(JSON.stringify({ id, site, sequence: 1 }));
  };

async function serve(address: string, handler: Handler): Promise<{ handler: Handler }> {
  const current = { handler };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const { id } = JSON.parse(body) as { id: string };
      received.set(address, [...(received.get(address) ?? []), id]);
      current.handler(request, response, id);
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen({ host: address, port }, resolve));
  return current;
}

function client(more: Partial<ConstructorParameters<typeof WriteClient>[0]> = {}): WriteClient {
  return new WriteClient({
    target: { kind: "name", host: "shop.test", port, dnsServer },
    rate: 50,
    deadlineMs: 300,
    ...more,
  });
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

test("accounts for every write through a failover: nothing is sent twice, nothing is forgotten", async () => {
  const first = await serve(primary, acknowledge("primary"));
  await serve(standby, acknowledge("standby"));
  const file = join(folder, "deep", "writes.ndjson");
  const writer = client({ file });
  writer.start();
  await vi.waitFor(() => expect(writer.acknowledged.length).toBeGreaterThan(10));
  // The primary hangs: requests are taken and never answered.
  first.handler = () => undefined;
  const fault = new Date();
  await vi.waitFor(() => expect(writer.unacknowledged.length).toBeGreaterThan(5));
  expect(writer.rtoSeconds(fault)).toBeUndefined();
  point(standby);
  const back = await writer.waitForSite("standby", AbortSignal.timeout(3000), fault);
  await wait(200);
  await writer.stop();

  const ids = [...received.values()].flat();
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set([...writer.acknowledged, ...writer.unacknowledged].map(({ id }) => id)).size).toBe(ids.length);
  expect(writer.unacknowledged.every(({ reason }) => reason === "no answer within 300 ms")).toBe(true);
  expect(back.address).toBe(standby);
  const rto = writer.rtoSeconds(fault) ?? 0;
  expect(rto).toBe((Date.parse(back.ackAt) - fault.getTime()) / 1000);
  expect(rto).toBeGreaterThan(0);
  const [outage, ...more] = writer.outages();
  expect(more).toEqual([]);
  expect(outage).toMatchObject({ from: "primary", to: "standby", firstAckAt: back.ackAt });
  expect(outage?.seconds).toBeGreaterThan(0);

  const loaded = Ledger.load(file);
  expect(loaded.acknowledged).toEqual(writer.acknowledged);
  expect(loaded.failed).toEqual(writer.unacknowledged);
  expect(loaded.rtoSeconds(fault)).toBe(rto);
});

test("keeps its rate while requests hang", async () => {
  let count = 0;
  await serve(primary, (request, response, id) => {
    count += 1;
    if (count % 2 === 0) acknowledge("primary")(request, response, id);
  });
  const writer = client();
  writer.start();
  await wait(1000);
  await writer.stop();
  expect(writer.skipped).toBe(0);
  expect(writer.acknowledged.length).toBeGreaterThan(18);
  expect(writer.acknowledged.length).toBeLessThan(30);
});

test("a pinned client stays where it is, and a refused or wrong answer acknowledges nothing", async () => {
  await serve(standby, acknowledge("standby"));
  const first = await serve(primary, acknowledge("primary"));
  point(standby);
  const writer = client({ target: { kind: "pinned", address: primary, port } });
  writer.start();
  await vi.waitFor(() => expect(writer.acknowledged.length).toBeGreaterThan(3));
  expect(new Set(writer.acknowledged.map(({ site }) => site))).toEqual(new Set(["primary"]));
  const answers: Handler[] = [
    (_, response) => response.writeHead(503).end("read-only"),
    (_, response) => response.writeHead(201).end(JSON.stringify({ id: "another", site: "primary" })),
    (_, response) => response.writeHead(201).end("not json"),
    (request) => request.socket.resetAndDestroy(),
  ];
  let next = 0;
  first.handler = (request, response, id) => {
    answers[next % answers.length]?.(request, response, id);
    next += 1;
  };
  // Those in flight may still be acknowledged.
  await wait(100);
  const before = writer.acknowledged.length;
  await vi.waitFor(() => expect(writer.unacknowledged.length).toBeGreaterThan(8));
  await writer.stop();
  expect(writer.acknowledged).toHaveLength(before);
  const reasons = writer.unacknowledged.map(({ reason }) => reason).join("\n");
  expect(reasons).toMatch(/status 503: read-only/);
  expect(reasons).toMatch(/the answer is about another/);
});

test("says so when the name does not resolve", async () => {
  dns.set("test", [{ name: "test", type: "SOA", ttl: 1, data: "ns.test. h.test. 1 1 1 1 1" }]);
  const writer = client();
  writer.start();
  await vi.waitFor(() => expect(writer.unacknowledged.length).toBeGreaterThan(2));
  await writer.stop();
  expect(writer.unacknowledged[0]?.reason).toBe("shop.test: the DNS server says NXDOMAIN");
});

test("the resolver keeps an answer for the smallest TTL of its chain", async () => {
  point(primary, 1);
  const resolver = new DnsResolver({ host: "127.39.201.53", port: 5453 });
  expect(await resolver.resolve("shop.test")).toBe(primary);
  point(standby, 0);
  expect(await resolver.resolve("shop.test")).toBe(primary);
  await wait(1050);
  expect(await resolver.resolve("SHOP.test")).toBe(standby);
  expect(await resolver.resolve("shop.test")).toBe(standby);
  await dns.stop();
  await expect(new DnsResolver({ host: "127.39.201.53", port: 5453 }, 100).resolve("shop.test")).rejects.toThrow(
    /does not answer|ECONNREFUSED/,
  );
});

test("a ledger whose last line was cut off still loads; other damage is said", async () => {
  const file = join(folder, "writes.ndjson");
  const ledger = new Ledger(file);
  const write = {
    id: "a",
    sentAt: "2026-01-01T00:00:00.000Z",
    ackAt: "2026-01-01T00:00:00.100Z",
    site: "primary",
    address: primary,
  };
  ledger.acknowledge(write);
  const whole = readFileSync(file, "utf8");
  writeFileSync(file, `${whole}${whole.slice(0, 30)}`);
  expect(Ledger.load(file).acknowledged).toEqual([write]);
  writeFileSync(file, `{"kind":\n${whole}`);
  expect(() => Ledger.load(file)).toThrow(/line 1 is not a line/);
});
