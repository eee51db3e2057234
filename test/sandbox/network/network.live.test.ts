import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GatewayNetwork } from "../../../sandbox/network/gateway-network.ts";
import { JsonStore } from "../../../sandbox/supervise/store.ts";

const world = { instance: 9 };
const aws = { host: "127.19.200.1", port: 7300 };
const azure = { host: "127.29.200.1", port: 7300 };
const inside = { host: "127.119.200.1", port: 7301 };

let folder: string;
let network: GatewayNetwork;
let server: Server;
let accepted: Socket[];
let clients: Socket[];
let children: ChildProcess[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "pilotlight-network-"));
  network = new GatewayNetwork(world, new JsonStore(folder));
  accepted = [];
  clients = [];
  children = [];
  server = createServer({ allowHalfOpen: true }, (socket) => {
    accepted.push(socket);
    socket.on("error", () => undefined);
    socket.pipe(socket);
  }).listen(inside);
  await once(server, "listening");
  await network.publish({ name: "aws-echo", cloud: "aws", listen: aws, target: () => inside });
  await network.publish({ name: "azure-echo", cloud: "azure", listen: azure, target: () => inside });
});

afterEach(async () => {
  for (const client of clients) client.destroy();
  for (const child of children) child.kill("SIGKILL");
  await network.close();
  for (const socket of accepted) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

interface Client {
  readonly socket: Socket;
  readonly received: () => string;
  readonly state: () => "open" | "ended" | "reset";
}

function client(to: { host: string; port: number }): Client {
  const socket = connect({ ...to, allowHalfOpen: true });
  clients.push(socket);
  let received = "";
  let state: "open" | "ended" | "reset" = "open";
  socket.on("data", (data) => {
    received += data.toString();
  });
  socket.on("end", () => {
    state = "ended";
  });
  socket.on("error", () => {
    state = "reset";
  });
  return { socket, received: () => received, state: () => state };
}

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A process of `site` that says "ping" every 20 ms and prints what comes back. */
function pinger(site: string | undefined, to: { host: string; port: number }, wrap = false): () => number {
  const code = `const s=require("node:net").connect(${JSON.stringify(to)},()=>setInterval(()=>s.write("p"),20));s.on("data",d=>process.stdout.write(d));s.on("error",()=>{})`;
  const node = process.execPath;
  const env = { PATH: process.env.PATH, ...(site === undefined ? {} : { PILOTLIGHT_SANDBOX_SITE: site }) };
  // Wrapped: the client's own environment is empty, as after PostgreSQL has written its title over it.
  const child = wrap
    ? spawn("/bin/sh", ["-c", 'env -i "$0" -e "$1" & trap "kill $!; exit" TERM; wait', node, code], {
        env,
        detached: true,
      })
    : spawn(node, ["-e", code], { env });
  children.push(child);
  if (wrap) child.kill = () => child.pid !== undefined && process.kill(-child.pid, "SIGKILL");
  let count = 0;
  child.stdout?.on("data", (data: Buffer) => {
    count += data.length;
  });
  return () => count;
}

async function grows(count: () => number): Promise<boolean> {
  const before = count();
  await wait(300);
  return count() > before;
}

test("passes bytes both ways, keeps back-pressure and half-closes", async () => {
  const { socket, received, state } = client(aws);
  const text = "0123456789".repeat(500_000);
  socket.end(text);
  await vi.waitFor(() => expect(state()).toBe("ended"), { timeout: 5000 });
  expect(received() === text).toBe(true);
  await vi.waitFor(() => expect(network.gateways()[0]?.connections).toBe(0));
});

test("a slow reader stops the sender instead of filling memory", async () => {
  const socket = connect(aws);
  clients.push(socket);
  socket.pause();
  let sent = 0;
  const chunk = Buffer.alloc(65_536);
  for (let round = 0; round < 2000 && socket.write(chunk); round += 1) sent += chunk.length;
  const pump = setInterval(() => {
    if (socket.writableLength === 0 && socket.write(chunk)) sent += chunk.length;
  }, 1);
  await wait(600);
  const stuckAt = sent;
  await wait(200);
  clearInterval(pump);
  expect(sent - stuckAt).toBeLessThan(1_000_000);
});

test("resets when nothing serves", async () => {
  await network.publish({ name: "nothing", cloud: "aws", listen: { ...aws, port: 7302 }, target: () => undefined });
  const none = client({ ...aws, port: 7302 });
  await vi.waitFor(() => expect(none.state()).toBe("reset"));
  await network.publish({
    name: "nobody",
    cloud: "aws",
    listen: { ...aws, port: 7303 },
    target: () => ({ ...inside, port: 1 }),
  });
  const refused = client({ ...aws, port: 7303 });
  await vi.waitFor(() => expect(refused.state()).toBe("reset"));
});

test("a region that is down swallows old and new connections, and serves them when it is back", async () => {
  const old = client(aws);
  old.socket.write("a");
  await vi.waitFor(() => expect(old.received()).toBe("a"));
  network.setRegion("aws", "down");
  expect(network.regionState("aws")).toBe("down");
  old.socket.write("b");
  const fresh = client(aws);
  fresh.socket.write("c");
  const elsewhere = client(azure);
  elsewhere.socket.write("d");
  const gone = client(aws);
  await once(gone.socket, "connect");
  gone.socket.destroy();
  await vi.waitFor(() => expect(elsewhere.received()).toBe("d"));
  await wait(150);
  expect([old.received(), old.state(), fresh.received(), fresh.state()]).toEqual(["a", "open", "", "open"]);
  expect(accepted).toHaveLength(2);
  network.setRegion("aws", "up");
  await vi.waitFor(() => expect([old.received(), fresh.received()]).toEqual(["ab", "c"]));
  await vi.waitFor(() => expect(network.gateways().map(({ connections }) => connections)).toEqual([2, 1]));
});

test("what a client does while nothing passes reaches the other side only afterwards", async () => {
  const { socket, received } = client(aws);
  socket.write("a");
  await vi.waitFor(() => expect(received()).toBe("a"));
  network.setRegion("aws", "down");
  socket.resetAndDestroy();
  await wait(100);
  expect(accepted[0]?.destroyed).toBe(false);
  network.setRegion("aws", "up");
  await vi.waitFor(() => expect(accepted[0]?.destroyed).toBe(true));
});

test("a region that is down goes on inside itself, and reaches nobody outside", async () => {
  const insideTraffic = pinger("aws", aws);
  const outwards = pinger("aws", azure);
  const between = pinger("azure", aws);
  const bystander = pinger("azure", azure);
  await vi.waitFor(
    () => expect([insideTraffic(), outwards(), between(), bystander()].every((count) => count > 0)).toBe(true),
    5000,
  );
  network.setRegion("aws", "down");
  await wait(50);
  expect(await Promise.all([insideTraffic, outwards, between, bystander].map(grows))).toEqual([
    true,
    false,
    false,
    true,
  ]);
  // New ones are told apart as well.
  const late = [pinger("aws", aws), pinger("aws", azure), pinger(undefined, aws), pinger("azure", azure)];
  await vi.waitFor(() => expect([late[0]?.(), late[3]?.()].every((count) => (count ?? 0) > 0)).toBe(true), 5000);
  expect(late.map((count) => count() > 0)).toEqual([true, false, false, true]);
});

test("cuts one link one way by where a connection comes from, and heals it", async () => {
  const cut = pinger("azure", aws, true);
  const back = pinger("aws", azure);
  const outside = pinger(undefined, aws);
  await vi.waitFor(() => expect([cut(), back(), outside()].every((count) => count > 0)).toBe(true), 5000);
  network.setLink("azure", "aws", { kind: "cut" });
  await wait(50);
  expect(await Promise.all([cut, back, outside].map(grows))).toEqual([false, true, true]);
  expect(network.links()).toEqual([{ from: "azure", to: "aws", fault: { kind: "cut" } }]);
  network.setLink("azure", "aws", undefined);
  expect(await grows(cut)).toBe(true);
  expect(network.links()).toEqual([]);
});

test("cuts the driver off alone: clients still get through", async () => {
  const driver = pinger("driver", aws, true);
  const outside = pinger(undefined, aws);
  await vi.waitFor(() => expect([driver(), outside()].every((count) => count > 0)).toBe(true), 5000);
  network.setLink("driver", "aws", { kind: "cut" });
  await wait(50);
  expect(await Promise.all([driver, outside].map(grows))).toEqual([false, true]);
  network.setLink("driver", "aws", undefined);
  expect(await grows(driver)).toBe(true);
});

test("slows a link each way and keeps the order, also when the delay shrinks", async () => {
  const { socket, received } = client(aws);
  socket.write("0");
  await vi.waitFor(() => expect(received()).toBe("0"));
  network.setLink("outside", "aws", { kind: "slow", delayMs: 100 });
  const began = performance.now();
  socket.write("1");
  await vi.waitFor(() => expect(received()).toBe("01"), { interval: 5 });
  const roundTrip = performance.now() - began;
  expect(roundTrip).toBeGreaterThanOrEqual(195);
  expect(roundTrip).toBeLessThan(400);
  socket.write("2");
  await wait(20);
  network.setLink("outside", "aws", { kind: "slow", delayMs: 1 });
  for (const digit of "3456789") socket.write(digit);
  await vi.waitFor(() => expect(received()).toHaveLength(10));
  expect(received()).toBe("0123456789");
  expect(() => network.setLink("outside", "aws", { kind: "slow" })).toThrow(/positive number of milliseconds/);
});

test("addresses are the same for ever, never given twice, and start at 1.1", async () => {
  const made = await Promise.all(["a", "b", "a"].map((key) => network.allocate("aws", key)));
  expect(made).toEqual(["127.19.1.1", "127.19.1.2", "127.19.1.1"]);
  await network.release("aws", "a");
  const again = new GatewayNetwork(world, new JsonStore(folder));
  expect(await again.allocate("aws", "b")).toBe("127.19.1.2");
  expect(await again.allocate("aws", "c")).toBe("127.19.1.3");
  expect(await again.allocate("azure", "a")).toBe("127.29.1.1");
  expect(again.inside("127.29.1.1")).toBe("127.129.1.1");
  expect(() => again.inside("10.0.0.1")).toThrow(/not a public sandbox address/);
});

test("says which address is taken", async () => {
  const spec = { name: "other", cloud: "aws", listen: aws, target: () => inside } as const;
  await expect(network.publish(spec)).rejects.toThrow(/gateway other cannot listen on 127\.19\.200\.1:7300/);
  expect(network.gateways()).toHaveLength(2);
});
