import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FileInbox } from "../../../automation/adapters/inbox/file-inbox.ts";
import { systemClock } from "../../../automation/adapters/system-clock.ts";
import { registerServe } from "../../../automation/cli/serve.ts";
import type { App } from "../../../automation/composition/app.ts";
import { readSettings, type Settings } from "../../../automation/composition/settings.ts";
import { DriverError } from "../../../automation/domain/errors.ts";
import { Wake } from "../../../automation/lib/wake.ts";
import type { AcquireResult, LeaseOwner, Leases } from "../../../automation/ports/lease.ts";
import type { Driver } from "../../../automation/workflow/driver.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import { FakeProcess } from "../../support/fake-process.ts";
import { FakeWitness, FakeWitnessStore } from "../../support/fake-witness.ts";
import { runCommand } from "../cli/support/run-command.ts";

/** Leases of one store, without time: they are lost when the test says so. */
class FakeLeases implements Leases {
  readonly held = new Map<string, { readonly owner: LeaseOwner; readonly lost: AbortController }>();
  #number = 0;

  async acquire(application: string, holder: string): Promise<AcquireResult> {
    const known = this.held.get(application);
    if (known !== undefined) return { ok: false, owner: known.owner };
    this.#number += 1;
    const owner = { holder, fencing: this.#number };
    const lost = new AbortController();
    this.held.set(application, { owner, lost });
    const end = (reason: DriverError): void => {
      if (this.held.get(application)?.lost === lost) this.held.delete(application);
      lost.abort(reason);
    };
    return {
      ok: true,
      lease: {
        application,
        ...owner,
        lost: lost.signal,
        assertHeld: () => lost.signal.throwIfAborted(),
        release: async () => end(new DriverError("interrupted", `the lease of ${application} was released`)),
      },
    };
  }

  async owner(application: string): Promise<LeaseOwner | undefined> {
    return this.held.get(application)?.owner;
  }

  async owners(): Promise<ReadonlyMap<string, LeaseOwner>> {
    return new Map([...this.held].map(([application, { owner }]) => [application, owner]));
  }

  /** As when the store cannot be reached for longer than its time; `by`: who has it then. */
  lose(application: string, by?: string): void {
    const { lost } = this.held.get(application) ?? {};
    this.held.delete(application);
    if (by !== undefined) {
      this.held.set(application, { owner: { holder: by, fencing: 99 }, lost: new AbortController() });
    }
    lost?.abort(new DriverError("stale-epoch", `the lease of ${application} ended: another driver may have it`));
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

describe("serve", () => {
  let directory: string;
  let output: string[];
  let stop: AbortController;
  /** Watches that run now. */
  let watching: number;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "pilotlight-serve-"));
    writeFileSync(join(directory, "token"), "a-token-of-the-webhook\n");
    output = [];
    stop = new AbortController();
    watching = 0;
    vi.spyOn(process.stdout, "write").mockImplementation((text) => {
      output.push(String(text).trimEnd());
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(directory, { recursive: true });
  });

  async function app(leases: Leases | undefined, watch?: Driver["watch"]): Promise<Partial<App> & { url: string }> {
    const { driver } = fakeDriver(await protectedWorld());
    driver.watch =
      watch ??
      async function* (signal) {
        watching += 1;
        yield { type: "trouble", at: "2026-11-21T10:00:00.000Z", what: "witness", reason: "as told" };
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        watching -= 1;
      };
    const port = await freePort();
    const settings: Settings = {
      ...readSettings({}, directory),
      webhookTokenFile: join(directory, "token"),
      serveAddress: { host: "127.0.0.1", port },
      // A round takes a fifteenth of it.
      leaseSeconds: 0.3,
    };
    return {
      settings,
      witness: {
        witness: new FakeWitness(new FakeWitnessStore(), new FakeProcess("driver")),
        leases,
        members: async () => [],
        adopt: undefined,
      },
      clock: systemClock,
      wake: new Wake(),
      inbox: new FileInbox(join(directory, "inbox")),
      driver: async () => ({ driver, application: "app" }),
      url: `http://127.0.0.1:${port}`,
    };
  }

  it("watches, and shows metrics to those who have the token", async () => {
    const { url, ...parts } = await app(undefined);
    const served = runCommand(registerServe, parts, ["serve"], stop.signal);
    await expect.poll(() => watching).toBe(1);
    const answer = await fetch(`${url}/metrics`, { headers: { authorization: "Bearer a-token-of-the-webhook" } });
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('pilotlight_active_site{site="primary"} 1');
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    stop.abort();
    expect((await served).code).toBe(0);
    expect(watching).toBe(0);
  });

  it("watches only while it holds the application's lease, and answers all the while", async () => {
    const leases = new FakeLeases();
    await leases.acquire("app", "another@host");
    const { url, ...parts } = await app(leases);
    const served = runCommand(registerServe, parts, ["serve"], stop.signal);
    await expect
      .poll(() =>
        fetch(`${url}/health`).then(
          ({ status }) => status,
          () => 0,
        ),
      )
      .toBe(200);
    await expect.poll(() => [...leases.held.keys()].some((name) => name.startsWith("driver:"))).toBe(true);
    expect(watching).toBe(0);
    leases.lose("app");
    await expect.poll(() => watching).toBe(1);
    expect(await leases.owner("app")).toMatchObject({ holder: expect.stringContaining(`${process.pid}@`) });
    leases.lose("app", "another@host");
    await expect.poll(() => watching).toBe(0);
    await expect.poll(() => output.join("\n")).toContain("does not watch app any more: the lease of app ended");
    leases.lose("app");
    await expect.poll(() => watching).toBe(1);
    stop.abort();
    expect((await served).code).toBe(0);
    // Another driver need not wait for what this one had.
    expect(leases.held.size).toBe(0);
  });

  it("ends with a watch that cannot be, and gives the lease back", async () => {
    const leases = new FakeLeases();
    // biome-ignore lint/correctness/useYield: it fails before its first event.
    const { url: _, ...parts } = await app(leases, async function* () {
      throw new DriverError("refused", "SQL Server is not moved by this driver");
    });
    const { error } = await runCommand(registerServe, parts, ["serve"], stop.signal);
    expect(error).toMatchObject({ code: "refused" });
    expect(leases.held.size).toBe(0);
  });
});
