import { readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { auditMove } from "../../../sandbox/client/audit.ts";
import { WriteClient } from "../../../sandbox/client/write-client.ts";
import { openWorld } from "../../../sandbox/contracts/world.ts";
import { Pilotlight } from "../../../sandbox/demo/pilotlight.ts";
import { stackOutputs } from "../../../sandbox/demo/stack-outputs.ts";
import {
  type PrimaryOutputs,
  primaryOutputsSchema,
  type StandbyOutputs,
  standbyOutputsSchema,
} from "../../../stacks/outputs.ts";
import { machineText, patienceSignal } from "../../support/patience.ts";
import { DriverRun } from "./driver-run.ts";
import { JournalView } from "./journal-view.ts";
import { type KillAt, killAtWrites } from "./killed-driver.ts";
import { outsideView } from "./outside-view.ts";
import { copyProject } from "./project-copy.ts";
import { type ServiceEnd, ServiceRun, type ServiceStart } from "./service-run.ts";
import { workerInstance } from "./worker-instance.ts";

const instance = workerInstance();
/** A quiet machine needs four seconds a kill. */
const ended = new Set(["succeeded", "failed", "aborted"]);
const patienceMs = 3_600_000;

/** A service that resumes an operation, is ended in the middle of it, and is started again. */
export interface ServiceCase {
  readonly start: ServiceStart;
  readonly end: ServiceEnd;
}

type EachPlan<T> = readonly [failover: T, reprotect: T, failback: T];

const plans = [
  ["failover", "--planned", "--yes"],
  ["reprotect", "--yes"],
  ["failback", "--yes"],
] as const;

/**
 * The driver dies at writes of its journal, and the end is the same. Clients write all the time. `kills` says for each of the three plans
 * (failover, reprotect, failback) at which kinds of entries. Then `services`, a round away and home for each: there nobody says `resume`.
 */
export function crashMatrix(kills: EachPlan<KillAt>, services: readonly EachPlan<ServiceCase>[]): void {
  let project: Awaited<ReturnType<typeof copyProject>>;
  let pilotlight: Pilotlight;
  let primary: PrimaryOutputs;
  let standby: StandbyOutputs;
  let client: WriteClient;
  let stateDirectory: string;
  const service = `127.${30 + instance}.0.77:8930`;

  beforeAll(async () => {
    project = await copyProject();
    process.env["PILOTLIGHT_PROJECT_ROOT"] = project.root;
    process.env["PILOTLIGHT_SANDBOX_INSTANCE"] = String(instance);
    const world = openWorld(project.root, instance);
    pilotlight = new Pilotlight(project.root);
    await pilotlight.must(["sandbox", "up"], { show: false });
    Object.assign(process.env, parseEnv(readFileSync(join(project.root, ".env.sandbox"), "utf8")));
    pilotlight = new Pilotlight(project.root);
    await pilotlight.must(["up"], { show: false });
    primary = primaryOutputsSchema.parse(await stackOutputs(world, "sandbox-primary"));
    standby = standbyOutputsSchema.parse(await stackOutputs(world, "sandbox-standby"));
    stateDirectory = process.env["PILOTLIGHT_STATE_DIR"] ?? join(project.root, ".pilotlight");
    const { host, port } = standby.publicEndpoint;
    client = new WriteClient({
      target: { kind: "name", host, port, dnsServer: process.env["PILOTLIGHT_DNS_SERVERS"] ?? "" },
      rate: 10,
      file: join(world.directory, "clients", "crash-matrix.ndjson"),
    });
    client.start();
    await client.waitForSite("primary", patienceSignal(60_000));
  });

  afterAll(async () => {
    await client?.stop();
    await pilotlight.run(["sandbox", "down", "--wipe"], { show: false });
    await project.remove();
  });

  const status = async () =>
    JSON.parse(await pilotlight.must(["status", "--json"], { show: false })) as Record<string, unknown>;
  const mayWrite = async () =>
    [await outsideView.mayLogIn(primary.database), await outsideView.mayLogIn(standby.database)] as const;
  const previews = () =>
    Promise.all(
      ["sandbox-primary", "sandbox-standby"].map((stack) => outsideView.expectNoChanges(project.root, stack)),
    );
  const audit = async (from: "primary" | "standby", since: Date) => {
    const to = from === "primary" ? standby : primary;
    const { host, port, name, adminUser: user, adminPassword: password, sslMode } = to.database;
    return auditMove({
      acknowledged: client.acknowledged,
      from: { site: from },
      to: { site: to.site, database: { host, port, name, user, password, sslMode } },
      since,
    });
  };

  it(
    "fails over as planned",
    async () => {
      const since = new Date();
      const { seen, at } = await killAtWrites(
        project.root,
        stateDirectory,
        ["failover", "--planned", "--yes"],
        kills[0],
      );
      expect(seen.length).toBeGreaterThan(30);
      expect(at.length).toBeGreaterThan(30 / kills[0].every);
      expect(seen).toEqual(
        expect.arrayContaining(["stage-intent promote-database", "point-of-no-return promote-database"]),
      );
      await client.waitForSite("standby", patienceSignal(60_000), since);
      expect(await status()).toMatchObject({ activeSite: "standby", protection: "failed-over" });
      expect(await mayWrite()).toEqual([false, true]);
      const { lostWrites, splitBrainWrites, acknowledgedWrites } = await audit("primary", since);
      expect(acknowledgedWrites).toBeGreaterThan(50);
      expect({ lostWrites, splitBrainWrites }).toEqual({ lostWrites: [], splitBrainWrites: [] });
      await previews();
    },
    patienceMs,
  );

  it(
    "reprotects",
    async () => {
      const { seen, at } = await killAtWrites(project.root, stateDirectory, ["reprotect", "--yes"], kills[1]);
      expect(seen.length).toBeGreaterThan(15);
      expect(at.length).toBeGreaterThan(15 / kills[1].every);
      expect(await status()).toMatchObject({ activeSite: "standby", protection: "reprotected" });
      expect(await mayWrite()).toEqual([false, true]);
      await previews();
    },
    patienceMs,
  );

  it(
    "comes home",
    async () => {
      const since = new Date();
      const { seen, at } = await killAtWrites(project.root, stateDirectory, ["failback", "--yes"], kills[2]);
      expect(seen.length).toBeGreaterThan(30);
      expect(at.length).toBeGreaterThan(30 / kills[2].every);
      await client.waitForSite("primary", patienceSignal(60_000), since);
      expect(await status()).toMatchObject({ activeSite: "primary", protection: "protected" });
      expect(await mayWrite()).toEqual([true, false]);
      const { lostWrites, splitBrainWrites } = await audit("standby", since);
      expect({ lostWrites, splitBrainWrites }).toEqual({ lostWrites: [], splitBrainWrites: [] });
      await previews();
    },
    patienceMs,
  );

  const serviceCases = services.flatMap((round) => round.map((each, plan) => ({ ...each, plan: plans[plan] ?? [] })));
  it.each(serviceCases)(
    "ends by itself, in mode auto: $plan.0, whose service is started by $start and ended by $end",
    async ({ start, end, plan }) => {
      const view = new JournalView(stateDirectory);
      const [name] = plan;
      const target = name === "failback" ? "primary" : "standby";
      const since = new Date();
      const run = new DriverRun(project.root, plan, {});
      const operation = await view.until(await view.ids(), { type: "stage-result" });
      run.signal("SIGKILL");
      await run.exit;
      const left = (await view.entries(operation)).length;

      const first = await ServiceRun.start(start, project.root, service);
      await untilTrue(async () => (await view.entries(operation)).length > left + 2, first);
      await first.end(end);
      expect(isEnded(await view.entries(operation)), "it was ended in the middle").toBe(false);

      const second = await ServiceRun.start(start, project.root, service);
      await untilTrue(async () => isEnded(await view.entries(operation)), second);
      await second.end("SIGTERM");
      expect((await view.entries(operation)).at(-1)).toMatchObject({ type: "operation-state", state: "succeeded" });
      expect((await view.ids()).at(-1)).toBe(operation);
      await client.waitForSite(target, patienceSignal(60_000), name === "reprotect" ? undefined : since);
      expect(await mayWrite()).toEqual([target === "primary", target === "standby"]);
      if (name !== "reprotect") {
        const { lostWrites, splitBrainWrites } = await audit(name === "failover" ? "primary" : "standby", since);
        expect({ lostWrites, splitBrainWrites }).toEqual({ lostWrites: [], splitBrainWrites: [] });
      }
      if (name === "failback") await previews();
    },
    patienceMs,
  );
}

type Entries = Awaited<ReturnType<JournalView["entries"]>>;

function isEnded(entries: Entries): boolean {
  return entries.some(({ type, ...entry }) => type === "operation-state" && ended.has(String(entry["state"])));
}

async function untilTrue(check: () => Promise<boolean>, service: ServiceRun): Promise<void> {
  const deadline = patienceSignal(180_000);
  while (!(await check())) {
    if (deadline.aborted) throw new Error(`not in time (${machineText()}): ${service.output.slice(-2000)}`);
    await sleep(50);
  }
}
