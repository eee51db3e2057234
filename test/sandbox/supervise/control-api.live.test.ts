import { mkdirSync, mkdtempSync, readFileSync, statSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SandboxModule, World } from "../../../sandbox/contracts/contracts.ts";
import { ControlClient, SandboxNotUp } from "../../../sandbox/contracts/control-client.ts";
import { controlAddress, hostOf } from "../../../sandbox/contracts/world.ts";
import { ControlApi, ensureControlToken } from "../../../sandbox/supervise/control-api.ts";
import { Supervisor } from "../../../sandbox/supervise/supervisor.ts";

let world: World;
let supervisor: Supervisor;
let api: ControlApi;
let client: ControlClient;
let downs: number;

beforeEach(async () => {
  const directory = mkdtempSync(join(tmpdir(), "pilotlight-control-"));
  mkdirSync(join(directory, "logs"));
  world = { directory, projectRoot: directory, instance: 8 };
  supervisor = new Supervisor(world);
  downs = 0;
  api = new ControlApi({
    address: controlAddress(world),
    token: ensureControlToken(directory),
    supervisor,
    onDown: () => {
      downs += 1;
    },
    cluster: (name) =>
      name === "shop"
        ? { endpoint: "", certificateAuthorityData: "", kubeconfig: "", token: "static-token" }
        : undefined,
  });
  await api.listen();
  client = new ControlClient(world);
});

afterEach(async () => {
  await supervisor.stop();
  await api.close();
  await rm(world.directory, { recursive: true, force: true });
});

const idle: SandboxModule = { start: async () => undefined, stop: async () => undefined };

test("starts modules step by step, tells their states, stops them in the other order", async () => {
  const order: string[] = [];
  const told = (name: string): SandboxModule => ({
    start: async () => void order.push(`start ${name}`),
    stop: async () => void order.push(`stop ${name}`),
  });
  await supervisor.start([[{ name: "postgres", module: told("postgres") }], [{ name: "aws", module: told("aws") }]]);
  const status = await client.status();
  expect(status).toMatchObject({ state: "ready", instance: 8, regions: { aws: "up", azure: "up" }, links: [] });
  expect(status.modules.map(({ name, state }) => [name, state])).toEqual([
    ["postgres", "ready"],
    ["aws", "ready"],
  ]);
  await supervisor.stop();
  expect(order).toEqual(["start postgres", "start aws", "stop aws", "stop postgres"]);
});

test("a module that fails is named with its reason, and those after it do not start", async () => {
  const broken: SandboxModule = { ...idle, start: () => Promise.reject(new Error("no disk")) };
  const late = { ...idle, start: vi.fn(async () => undefined) };
  const plan = [[{ name: "postgres", module: broken }], [{ name: "aws", module: late }]];
  await expect(supervisor.start(plan)).rejects.toThrow("postgres did not start: no disk");
  expect(late.start).not.toHaveBeenCalled();
  const status = await client.status();
  expect([status.state, status.modules[0], status.modules[1]?.state]).toEqual([
    "failed",
    { name: "postgres", state: "failed", error: "no disk" },
    "waiting",
  ]);
});

test("sets and ends faults; a region stops and continues its processes", async () => {
  await supervisor.start([[{ name: "nothing", module: idle }]]);
  await supervisor.context.processes.start({ name: "sleeper", cloud: "aws", command: "/bin/sleep", args: ["60"] });
  const down = await client.fault({ kind: "region", cloud: "aws", state: "down" });
  expect([down.regions.aws, down.processes[0]?.state]).toEqual(["down", "frozen"]);
  const up = await client.fault({ kind: "region", cloud: "aws", state: "up" });
  expect([up.regions.aws, up.processes[0]?.state]).toEqual(["up", "running"]);
  const slow = await client.fault({ kind: "link", from: "outside", to: "aws", fault: "slow", delayMs: 20 });
  expect(slow.links).toEqual([{ from: "outside", to: "aws", fault: { kind: "slow", delayMs: 20 } }]);
  expect((await client.fault({ kind: "link", from: "outside", to: "aws", fault: "heal" })).links).toEqual([]);
  expect((await client.fault({ kind: "process", name: "sleeper", action: "kill" })).processes[0]?.state).toBe("failed");
  await expect(client.fault({ kind: "process", name: "nobody", action: "kill" })).rejects.toThrow(/there are: sleeper/);
  await expect(client.fault({ kind: "link", from: "aws", to: "azure", fault: "slow" })).rejects.toThrow(/delayMs/);
  const full = await client.fault({ kind: "capacity", cloud: "azure", vmSize: "Standard_D2s_v3", action: "refuse" });
  expect([full.refusedSizes, supervisor.capacity.hasRoomFor("standard_d2s_v3")]).toEqual([["Standard_D2s_v3"], false]);
  const healed = await client.fault({ kind: "capacity", cloud: "azure", vmSize: "all", action: "heal" });
  expect([healed.refusedSizes, supervisor.capacity.hasRoomFor("Standard_D2s_v3")]).toEqual([[], true]);
  const busy = await client.fault({ kind: "api", cloud: "aws", service: "rds", action: "throttle", share: 0.5 });
  expect(busy.apis).toEqual([{ cloud: "aws", service: "rds", how: "throttle", share: 0.5 }]);
  await client.fault({ kind: "api", cloud: "aws", service: "rds", action: "throttle" });
  expect(supervisor.apiFaults.hit("aws", "rds")).toBe("throttle");
  expect((await client.fault({ kind: "api", cloud: "aws", service: "all", action: "heal" })).apis).toEqual([]);
});

test("wants the token, and gives that of an EKS cluster", async () => {
  const { host, port } = controlAddress(world);
  const bare = await fetch(`http://${host}:${port}/status`);
  expect(bare.status).toBe(401);
  const file = join(world.directory, "control-token");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(ensureControlToken(world.directory)).toBe(readFileSync(file, "utf8"));
  expect(await client.eksToken("shop")).toBe("static-token");
  await expect(client.eksToken("other")).rejects.toThrow('there is no EKS cluster named "other"');
});

test("streams events as NDJSON, the earlier ones first", async () => {
  supervisor.events.emit("fault", "before");
  const { host, port } = controlAddress(world);
  const response = await fetch(`http://${host}:${port}/events`, {
    headers: { authorization: `Bearer ${ensureControlToken(world.directory)}` },
    signal: AbortSignal.timeout(3000),
  });
  let text = "";
  for await (const chunk of response.body ?? []) {
    if (text === "") supervisor.events.emit("fault", "after");
    text += Buffer.from(chunk).toString();
    if (text.includes("after")) break;
  }
  const events = text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { text: string });
  expect(events.map((event) => event.text)).toEqual(["before", "after"]);
});

test("answers down first, and tells two sandboxes of one instance apart", async () => {
  const second = new ControlApi({
    address: controlAddress(world),
    token: "x",
    supervisor,
    onDown: () => undefined,
    cluster: () => undefined,
  });
  await expect(second.listen()).rejects.toThrow(/PILOTLIGHT_SANDBOX_INSTANCE/);
  await client.down();
  await vi.waitFor(() => expect(downs).toBe(1));
  await api.close();
  await expect(client.status()).rejects.toThrow(SandboxNotUp);
});

test("its DNS has an address of the control network, which no region fault touches", () => {
  expect(supervisor.context.dns.address.host).toBe(hostOf(world, "control", "0.53"));
  expect(() => supervisor.context.network.setRegion("control", "down")).toThrow(/must be aws or azure/);
});
