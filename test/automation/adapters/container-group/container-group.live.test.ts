import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ArmClient } from "../../../../automation/adapters/azure/arm-client.ts";
import { ContainerGroupWorkloads } from "../../../../automation/adapters/container-group/workloads.ts";
import { type LocalServer, serve } from "../../../support/local-server.ts";

const credential = { getToken: async () => ({ token: "t0ken-value", expiresOnTimestamp: Date.now() + 60_000 }) };
const soon = (): AbortSignal => AbortSignal.timeout(10_000);
const path = "/subscriptions/sub/resourceGroups/rg/providers/Microsoft.ContainerInstance/containerGroups/shop";

let server: LocalServer;
let workloads: ContainerGroupWorkloads;
let state: string;
let container: string;
let log: string[];
let conflicts: number;
let gone: boolean;
/** Nothing more happens to the group. */
let stuck: boolean;

/** Looks that a change takes to be seen. */
const steps: (() => void)[] = [];

beforeEach(async () => {
  [state, container, log, conflicts, gone, stuck] = ["Stopped", "Terminated", [], 0, false, false];
  steps.length = 0;
  server = await serve((request, response) => {
    const url = new URL(request.url ?? "", "http://x");
    const verb = url.pathname.slice(path.length);
    if (gone || !url.pathname.startsWith(path) || url.searchParams.get("api-version") !== "2024-05-01-preview")
      return response.writeHead(404).end('{"error":{"code":"ResourceNotFound","message":"no"}}');
    if (request.method === "POST") {
      log.push(verb);
      if (conflicts-- > 0)
        return response.writeHead(409).end('{"error":{"code":"ContainerGroupTransitioning","message":"busy"}}');
      if (!stuck && verb === "/start") {
        steps.push(
          () => {
            [state, container] = ["Pending", "Waiting"];
          },
          () => {
            state = "Running";
          },
          () => {
            container = "Running";
          },
        );
      }
      if (!stuck && verb === "/stop")
        steps.push(
          () => {
            container = "Terminated";
          },
          () => {
            state = "Stopped";
          },
        );
      return response.writeHead(verb === "/stop" ? 204 : 202).end();
    }
    steps.shift()?.();
    const currentState = { state: container, detailStatus: container === "Waiting" ? "CrashLoopBackOff" : "" };
    const one = (name: string) => ({ name, properties: { instanceView: { currentState } } });
    response.end(JSON.stringify({ properties: { instanceView: { state }, containers: [one("api"), one("sidecar")] } }));
  });
  const target = { subscriptionId: "sub", resourceGroup: "rg", name: "shop", services: ["api"] };
  workloads = new ContainerGroupWorkloads({
    arm: new ArmClient({ credential, endpoint: server.url, requestTimeoutMs: 500, attempts: 1 }),
    target: async () => target,
    startTimeoutMs: 900,
    stopTimeoutMs: 900,
    pollMs: 20,
  });
});
afterEach(() => server[Symbol.asyncDispose]());

describe("workloads in a container group", () => {
  it("starts: resolves when every container runs, not when the group says so; the same again asks for nothing", async () => {
    expect(await workloads.status(soon())).toEqual([{ name: "api", desired: 0, ready: 0, running: 0 }]);
    expect(await workloads.start(soon())).toEqual([{ name: "api", desired: 1, ready: 1, running: 1 }]);
    expect(container).toBe("Running");
    await workloads.start(soon());
    expect(log).toEqual(["/start"]);
  });

  it("stops: resolves when it is stopped; the same again asks for nothing", async () => {
    [state, container] = ["Running", "Running"];
    expect(await workloads.stop(soon())).toEqual([{ name: "api", desired: 0, ready: 0, running: 0 }]);
    await workloads.stop(soon());
    expect(log).toEqual(["/stop"]);
  });

  it("asks again while the group is still changing, and begins anew what has ended by itself", async () => {
    [state, conflicts] = ["Failed", 2];
    await workloads.start(soon());
    expect(log).toEqual(["/start", "/start", "/start"]);
  });

  it("says at its deadline how the containers are", async () => {
    [state, container, stuck] = ["Running", "Waiting", true];
    await expect(workloads.start(soon())).rejects.toMatchObject({
      code: "timeout",
      message: expect.stringContaining("api Waiting (CrashLoopBackOff)"),
    });
    await expect(workloads.stop(soon())).rejects.toMatchObject({ code: "timeout", retryable: true });
    await expect(workloads.start(AbortSignal.timeout(100))).rejects.toMatchObject({ code: "timeout" });
  });

  it("has nothing to stop where there is no group, and cannot start one", async () => {
    gone = true;
    expect(await workloads.stop(soon())).toEqual([{ name: "api", desired: 0, ready: 0, running: 0 }]);
    await expect(workloads.start(soon())).rejects.toMatchObject({ code: "not-found" });
  });
});
