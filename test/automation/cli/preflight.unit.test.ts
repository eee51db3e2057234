import { describe, expect, it } from "vitest";
import { registerPreflight } from "../../../automation/cli/preflight.ts";
import { DriverError } from "../../../automation/domain/errors.ts";
import { type PreflightSources, preflightChecks } from "../../../automation/preflight/checks.ts";
import type { ServerFacts } from "../../../automation/preflight/facts.ts";
import { runChecks } from "../../../automation/preflight/run-checks.ts";
import type { StandbyOutputs } from "../../../stacks/outputs.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import type { FakeWorld } from "../../support/fake-world.ts";
import { runCommand } from "./support/run-command.ts";

const server = (changes: Partial<ServerFacts> = {}): ServerFacts => ({
  versionNumber: 160_004,
  walLevel: "logical",
  pendingRestart: [],
  extensions: [],
  allowedExtensions: undefined,
  aheadMs: 20,
  uncertaintyMs: 5,
  ...changes,
});

/** Of the outputs, what the checks look at. */
const standby = {
  subscriptionId: "s",
  resourceGroup: "rg",
  nodeTypes: ["Standard_D2s_v5"],
  kubernetesVersion: "1.35",
  database: { engine: "postgres", host: "db.azure.example", adminUser: "admin" },
  traffic: { kind: "traffic-manager", fqdn: "p.trafficmanager.net", ttlSeconds: 30 },
  publicEndpoint: { host: "app.example" },
} as unknown as StandbyOutputs;

async function sources(world: FakeWorld, changes: Partial<PreflightSources> = {}): Promise<PreflightSources> {
  const { driver, ports } = fakeDriver(world);
  const { infrastructure, witness, workloads } = ports;
  return {
    application: "app",
    mode: "approve",
    rpoSeconds: 300,
    verifyPublicSeconds: 600,
    clock: world.clock,
    witness,
    members: async () => [],
    primary: () => infrastructure.primary(),
    standby: async () => standby,
    status: (signal) => driver.status(signal),
    guards: async (signal) => (await driver.dryRun("failover", "forced", signal)).guards,
    operations: () => driver.operations(),
    lastDrill: async () => (await driver.controls.state()).lastDrill,
    server: async () => server(),
    workloads: (site, signal) => workloads.status(site, signal),
    backend: async () => ({ url: "azblob://state", secretsProviders: {} }),
    switchDrift: async () => [],
    stateBackups: async () => [{ kind: "current", stack: "s-primary", takenAt: "2026-01-01", where: "blob://a/c/k" }],
    azure: async () => {},
    aws: async () => "123456789012",
    quotas: async () => [],
    versions: async () => ["1.34", "1.35"],
    alias: async () => ({ kind: "alias", of: ["p.trafficmanager.net"] }),
    addresses: async () => [],
    command: async (name) => `${name} 3.250.0`,
    ...changes,
  };
}
const look = async (changes: Partial<PreflightSources> = {}) => {
  const world = await protectedWorld();
  const checks = preflightChecks(await sources(world, changes));
  const report = await runChecks(checks, world.clock, AbortSignal.timeout(20_000));
  return { report, by: Object.fromEntries(report.checks.map((check) => [check.name, check])) };
};
const unreachable = async (): Promise<never> => {
  throw new DriverError("unreachable", "nobody there: ECONNREFUSED");
};

describe("preflight", () => {
  it("looks at everything that the issue names, each by a name of its own", async () => {
    const { report, by } = await look();
    expect(Object.keys(by)).toEqual([
      "backend",
      "state-backup",
      "version-control",
      "tools",
      "witness",
      "azure-credentials",
      "aws-credentials",
      "database-standby",
      "database-primary",
      "versions",
      "parameters",
      "extensions",
      "clock-skew",
      "replication",
      "workloads",
      "quota",
      "kubernetes-version",
      "ttl",
      "public-name",
      "guards",
      "last-drill",
    ]);
    const bad = report.checks.filter(({ status }) => status !== "ok").map(({ name }) => name);
    expect(bad).toEqual(["quota", "last-drill"]);
    expect(report.status).toBe("warning");
  });

  it("takes a primary that does not answer for a warning, and a standby for a failure", async () => {
    const dead = await look({
      server: (site) => (site === "primary" ? unreachable() : Promise.resolve(server())),
      aws: unreachable,
    });
    expect(dead.by["database-primary"]).toMatchObject({
      status: "warning",
      found: expect.stringContaining("nobody there"),
    });
    expect(dead.by["aws-credentials"]?.status).toBe("warning");
    expect(dead.by["versions"]?.status).toBe("unknown");
    // What the other says still counts.
    expect(dead.by["clock-skew"]?.status).toBe("ok");
    expect(dead.report.status).toBe("warning");
    const standby = await look({ server: (site) => (site === "standby" ? unreachable() : Promise.resolve(server())) });
    expect(standby.by["database-standby"]?.status).toBe("failed");
    expect(standby.report.status).toBe("failed");
  });

  it("is not held up by what never answers, nor ended by what goes wrong", async () => {
    const { by } = await look({
      backend: () => new Promise(() => {}),
      alias: async () => {
        throw new Error("password=hush-hush");
      },
    });
    expect(by["backend"]).toMatchObject({ status: "failed", found: expect.stringContaining("longer than 15 s") });
    expect(by["public-name"]).toMatchObject({ status: "unknown" });
    expect(JSON.stringify(by)).not.toContain("hush");
  });

  it("compares addresses where the public name has no alias", async () => {
    const addresses = (of: Readonly<Record<string, readonly string[]>>) => ({
      alias: async () => ({ kind: "none" as const, reason: "it has no CNAME" }),
      addresses: async (name: string) => of[name] ?? ["192.0.2.1"],
    });
    const name = async (of: Readonly<Record<string, readonly string[]>>) =>
      (await look(addresses(of))).by["public-name"]?.status;
    expect(await name({})).toBe("warning");
    expect(await name({ "p.trafficmanager.net": ["192.0.2.2"] })).toBe("failed");
    expect(await name({ "p.trafficmanager.net": [] })).toBe("unknown");
  });

  it("wants a witness at a third site where nobody is asked", async () => {
    const { witness } = await sources(await protectedWorld());
    const local = { ...bound(witness), placement: "local" as const };
    expect((await look({ witness: local, mode: "auto" })).by["witness"]?.status).toBe("failed");
    expect((await look({ witness: local })).by["witness"]).toMatchObject({
      status: "ok",
      found: expect.stringContaining("a person decides"),
    });
    const third = { ...bound(witness), placement: "third-site" as const };
    expect((await look({ witness: third, mode: "auto" })).by["witness"]?.status).toBe("ok");
  });

  it("tells a member of the witness that is gone, though the others answer for it", async () => {
    const member = (name: string, trouble?: string) => ({ name, trouble });
    const three = [member("a"), member("b"), member("c")];
    expect((await look({ members: async () => three })).by["witness"]).toMatchObject({
      status: "ok",
      found: expect.stringContaining("3 of 3 members answer"),
    });
    const gone = [member("a"), member("b", "ECONNREFUSED"), member("c")];
    expect((await look({ members: async () => gone })).by["witness"]).toMatchObject({
      status: "warning",
      found: expect.stringContaining("2 of 3 members answer (b: ECONNREFUSED)"),
    });
    expect((await look({ members: async () => [member("a")] })).by["witness"]?.status).toBe("warning");
  });

  it("tells guards that stand, and a move that would not begin", async () => {
    const lag = { name: "rpo-exceeded", reason: "lag is 900 s", override: "rpo-exceeded" } as const;
    expect((await look({ guards: async () => [lag] })).by["guards"]).toMatchObject({ status: "warning" });
    const dark = { name: "standby-unready", reason: "no answer", override: undefined } as const;
    expect((await look({ guards: async () => [lag, dark] })).by["guards"]?.status).toBe("failed");
    const refused = async (): Promise<never> => {
      throw new DriverError("refused", "nothing follows yet");
    };
    expect((await look({ guards: refused })).by["guards"]?.found).toContain("nothing follows yet");
  });

  it("tells tools that are not there, and a cloud that tells no quota", async () => {
    const missing = async (): Promise<never> => {
      throw new DriverError("not-found", "404");
    };
    const { by } = await look({ command: missing, quotas: missing });
    expect(by["tools"]).toMatchObject({ status: "failed", found: "pulumi is not on PATH" });
    expect(by["quota"]).toMatchObject({ status: "unknown", found: expect.stringContaining("cannot be asked here") });
  });

  it("ends with 1 only where something would make a failover fail", async () => {
    const { report } = await look();
    const app = (status: "ok" | "warning" | "failed") => ({ preflight: async () => ({ ...report, status }) });
    for (const [status, code] of [
      ["ok", 0],
      ["warning", 0],
      ["failed", 1],
    ] as const) {
      const result = await runCommand(registerPreflight, app(status), ["preflight"]);
      expect(result.code).toBe(code);
      expect(result.value).toMatchObject({ status, checks: expect.any(Array) });
      expect(result.text).toMatch(status === "failed" ? /Not ready/ : /Ready/);
    }
  });
});

/** Its methods, so that a copy with another placement works on the same store. */
function bound(witness: PreflightSources["witness"]) {
  return { read: witness.read.bind(witness), compareAndSet: witness.compareAndSet.bind(witness) };
}
