import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { World } from "../../sandbox/contracts/contracts.ts";
import { ControlClient } from "../../sandbox/contracts/control-client.ts";
import { codeRoot, openWorld } from "../../sandbox/contracts/world.ts";
import { type DemoPlace, runDemo } from "../../sandbox/demo/demo.ts";
import { Pilotlight } from "../../sandbox/demo/pilotlight.ts";
import type { DemoReport, Move } from "../../sandbox/demo/report.ts";
import { engineSays } from "../support/engine-says.ts";
import { patienceSignal } from "../support/patience.ts";
import { Engine } from "./support/engine.ts";
import { outsideView } from "./support/outside-view.ts";
import { copyProject } from "./support/project-copy.ts";
import { SharedRepository } from "./support/shared-repository.ts";
import { workerInstance } from "./support/worker-instance.ts";

const instance = workerInstance();

/** One sandbox for the whole file: what comes later builds on what came before, as in life. */
describe("an application moves to Azure and comes home", () => {
  let project: Awaited<ReturnType<typeof copyProject>>;
  let world: World;
  let pilotlight: Pilotlight;
  let place: DemoPlace;
  let report: DemoReport;
  let repository: SharedRepository;
  let colleagues: readonly string[] = [];
  const seen = new Map<string, { address: string; rows: readonly number[]; pods: readonly string[] }>();

  beforeAll(async () => {
    project = await copyProject();
    process.env.PILOTLIGHT_PROJECT_ROOT = project.root;
    process.env.PILOTLIGHT_SANDBOX_INSTANCE = String(instance);
    world = openWorld(project.root, instance);
    pilotlight = new Pilotlight(project.root);
    await pilotlight.must(["sandbox", "up"], { show: false });
    Object.assign(process.env, parseEnv(readFileSync(join(project.root, ".env.sandbox"), "utf8")));
  });

  afterAll(async () => {
    await pilotlight.run(["sandbox", "down", "--wipe"], { show: false });
    await project.remove();
    await repository?.remove();
  });

  const look = async (
    { primary, standby, dnsServer }: DemoPlace,
    cloud: "aws" | "azure",
    sites: readonly ("primary" | "standby")[],
  ) => ({
    address: await outsideView.addressOf(standby.publicEndpoint.host, dnsServer),
    rows: await Promise.all(sites.map((site) => outsideView.rows((site === "primary" ? primary : standby).database))),
    pods: await outsideView.pods(join(world.directory, `kubeconfig-${cloud}.yaml`), primary.workloads.namespace),
  });
  const previews = async (...roles: readonly string[]) => {
    await Promise.all(roles.map((role) => outsideView.expectNoChanges(project.root, `sandbox-${role}`)));
  };
  const moveOf = (plan: string): Move => {
    const move = report.moves.find((each) => each.plan === plan);
    if (move === undefined) throw new Error(`the report has no ${plan}`);
    return move;
  };

  it("makes both moves and saves a report", async () => {
    report = await runDemo({
      world,
      say: () => {},
      show: false,
      at: async (moment, now) => {
        place = now;
        const { primary, standby } = now;
        if (moment === "protected") {
          seen.set(moment, await look(now, "aws", ["primary", "standby"]));
          expect(await outsideView.mayLogIn(primary.database)).toBe(true);
          expect(await outsideView.mayLogIn(standby.database)).toBe(false);
          await previews("primary", "standby");
        }
        if (moment === "failed-over") {
          seen.set(moment, await look(now, "azure", ["standby"]));
          await previews("standby");
        }
        if (moment === "reprotected") {
          expect(await outsideView.mayLogIn(primary.database)).toBe(false);
          expect(await outsideView.mayLogIn(standby.database)).toBe(true);
          await previews("primary", "standby");
        }
        if (moment === "home") {
          seen.set(moment, await look(now, "aws", ["primary", "standby"]));
          expect(await outsideView.mayLogIn(primary.database)).toBe(true);
          expect(await outsideView.mayLogIn(standby.database)).toBe(false);
          await previews("primary", "standby");
        }
      },
    });
    expect(JSON.parse(await readFile(join(world.directory, "reports", "latest.json"), "utf8"))).toEqual(report);
    expect(await readFile(join(world.directory, "reports", "latest.html"), "utf8")).toContain("<svg");
  });

  it("is answered by AWS, then by Azure, then by AWS, with pods and rows there", () => {
    const addresses = ["protected", "failed-over", "home"].map((moment) =>
      seen.get(moment)?.address.split(".").slice(0, 2).join("."),
    );
    expect(addresses).toEqual([`127.${10 + instance}`, `127.${20 + instance}`, `127.${10 + instance}`]);
    for (const [, { rows, pods }] of seen) {
      expect(Math.min(...rows)).toBeGreaterThan(0);
      expect(pods.filter((name) => name.startsWith("service-a"))).toHaveLength(2);
      expect(pods.filter((name) => name.startsWith("service-b"))).toHaveLength(1);
    }
  });

  it("fails over with a measured recovery time, no split brain for who obeys DNS, and names every lost write", () => {
    const { mode, measured, staleClient, claimed, agree, overrides } = moveOf("failover");
    expect(mode).toBe("forced");
    expect(measured.acknowledgedWrites).toBeGreaterThan(100);
    expect(measured.rtoSeconds).toBeGreaterThan(0);
    expect(measured.rtoSeconds).toBeLessThan(120);
    expect(claimed.rtoSeconds).toBeGreaterThan(0);
    expect(Math.abs((claimed.rtoSeconds ?? 0) - measured.rtoSeconds)).toBeLessThan(15);
    expect(measured.splitBrainWrites).toEqual([]);
    // Replication was slow for some seconds: what was on the wire is lost, no more than that.
    expect(measured.lostWrites.length).toBeLessThan(30);
    expect(staleClient.splitBrainWrites.length).toBeGreaterThan(0);
    expect(agree).toBe(true);
    expect(claimed.proofToken).toBeNull();
    expect(overrides.map(({ guard }) => guard)).toEqual(["fence-unconfirmed"]);
  });

  it("comes home without losing a write", () => {
    const { mode, stages, measured, staleClient, claimed, agree } = moveOf("failback");
    expect(mode).toBe("planned");
    expect(measured.lostWrites).toEqual([]);
    expect(measured.splitBrainWrites).toEqual([]);
    expect(staleClient.splitBrainWrites).toEqual([]);
    expect(claimed.lostWrites).toEqual([]);
    expect(claimed.proofToken).toMatch(/^[0-9A-F]+\/[0-9A-F]+$/);
    expect(agree).toBe(true);
    expect(stages.every(({ state }) => state === "done")).toBe(true);
  });

  it("refuses what makes no sense, and changes nothing", async () => {
    const before = await pilotlight.must(["status", "--json"], { show: false });
    const refused = async (args: readonly string[], text: string) => {
      const { code, output } = await pilotlight.run(args, { show: false });
      expect(output).toContain(text);
      expect(code).toBe(2);
    };
    await Promise.all([
      refused(["failback", "--yes"], "already home"),
      refused(["failover", "--yes"], "--planned"),
      refused(["failover", "--forced", "--yes", "--override", "no-such-guard", "--reason", "x"], "no-such-guard"),
      refused(["resume", "no-such-operation"], "no-such-operation"),
    ]);
    const { witness } = JSON.parse(await pilotlight.must(["status", "--json"], { show: false })) as {
      witness: unknown;
    };
    expect(witness).toEqual((JSON.parse(before) as { witness: unknown }).witness);
  });

  it("refuses a planned failover while the standby cannot be reached", async () => {
    const control = new ControlClient(world);
    await control.fault({ kind: "region", cloud: "azure", state: "down" });
    const { code, output } = await pilotlight.run(["failover", "--planned", "--yes"], { show: false });
    await control.fault({ kind: "region", cloud: "azure", state: "up" });
    expect(code).not.toBe(0);
    expect(output).toContain("standby");
    expect(await outsideView.mayLogIn(place.primary.database)).toBe(true);
    expect(JSON.parse(await pilotlight.must(["status", "--json"], { show: false }))).toMatchObject({
      activeSite: "primary",
      protection: "protected",
    });
  });

  it("finishes a failover whose driver was killed in the middle", async () => {
    repository = await SharedRepository.of(project.root);
    colleagues = [await repository.checkOut("colleague"), await repository.checkOut("pipeline")];
    const child = pilotlight.stay(["failover", "--planned", "--yes"], () => {});
    await until(async () => (await stagesOf(pilotlight)).get("promote-database") !== "pending");
    const second = await pilotlight.run(["failover", "--planned", "--yes"], { show: false });
    child.kill("SIGKILL");
    expect(second.code).toBe(2);
    expect(JSON.parse(await pilotlight.must(["resume", "--json"], { show: false }))).toMatchObject({
      state: "succeeded",
    });
    expect(JSON.parse(await pilotlight.must(["status", "--json"], { show: false }))).toMatchObject({
      activeSite: "standby",
      protection: "failed-over",
    });
    expect(await outsideView.mayLogIn(place.primary.database)).toBe(false);
    expect(await outsideView.mayLogIn(place.standby.database)).toBe(true);
    await previews("primary", "standby");
  });

  it("cannot be undone from a checkout that is older than the move: nothing is planned, until it is pulled", async () => {
    const stacks = ["sandbox-primary", "sandbox-standby"] as const;
    // Without outputs: a state that is written anew is encrypted anew.
    const deployed = async () => {
      const states = await Promise.all(stacks.map((stack) => new Engine(project.root).resources(stack)));
      return states.map((resources) => resources.map(({ urn, id }) => [urn, id]));
    };
    const before = await deployed();
    const [colleague = "", pipeline = ""] = colleagues;
    const pack = join(codeRoot, "policies", "dr");
    const attempts = [
      [colleague, ["up", "--yes"]],
      [colleague, ["up", "--yes", "--skip-preview"]],
      [colleague, ["refresh", "--yes", "--skip-preview", "--run-program"]],
      [pipeline, ["preview", "--policy-pack", pack]],
      [pipeline, ["destroy", "--yes", "--skip-preview", "--run-program"]],
    ] as const;
    for (const [root, args] of attempts) {
      for (const stack of stacks) {
        const { code, said } = await engineSays(root, [...args, "-s", stack]);
        expect(said).toMatch(/was written at epoch \d+ .* epoch \d+ is deployed/);
        expect(said).toMatch(/by failover-\S+ at \d{4}-/);
        expect(said).toContain("git pull");
        expect(said).not.toMatch(/\d+ (to delete|deleted|to create|created|to update|updated)/);
        expect(code).not.toBe(0);
      }
    }
    // Without the program nobody can be asked; what serves is protected, so the preview already says no.
    const destroyed = await engineSays(colleague, ["destroy", "--yes", "-s", "sandbox-standby"]);
    expect(destroyed).toMatchObject({ said: expect.stringContaining("is protected") });
    expect(destroyed.code).not.toBe(0);
    expect(await deployed()).toEqual(before);
    // Nor when what is there is only read again; that writes down what it finds, and removes nothing.
    const refreshed = await engineSays(colleague, ["refresh", "--yes", "--skip-preview", "-s", "sandbox-standby"]);
    expect(refreshed.code, refreshed.said).toBe(0);
    expect(await deployed()).toEqual(before);

    const elsewhere = new Pilotlight(colleague, {
      PILOTLIGHT_PROJECT_ROOT: colleague,
      PILOTLIGHT_STATE_DIR: join(colleague, ".pilotlight"),
    });
    const up = await elsewhere.run(["up"], { show: false });
    expect(up).toMatchObject({ output: expect.stringContaining("epoch") });
    expect(up.code).not.toBe(0);
    expect(await deployed()).toEqual(before);
    expect(await outsideView.mayLogIn(place.standby.database)).toBe(true);

    await repository.commitAndPush();
    for (const root of colleagues) {
      await repository.pull(root);
      for (const stack of stacks) await outsideView.expectNoChanges(root, stack);
    }
  });
});

async function stagesOf(pilotlight: Pilotlight): Promise<ReadonlyMap<string, string>> {
  const { code, output } = await pilotlight.run(["report", "--json"], { show: false });
  if (code !== 0) return new Map();
  const { plan, stages } = JSON.parse(output) as { plan: string; stages: { name: string; state: string }[] };
  return new Map(
    plan === "failover" ? stages.map(({ name, state }) => [name, state]) : [["promote-database", "pending"]],
  );
}

async function until(check: () => Promise<boolean>): Promise<void> {
  const deadline = patienceSignal(120_000);
  while (!(await check())) {
    deadline.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
