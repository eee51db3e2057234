import { cp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PulumiInfrastructure } from "../../../../automation/adapters/pulumi/infrastructure.ts";
import { engineSays } from "../../../support/engine-says.ts";
import { createPulumiProject, findPulumi, type PulumiProject } from "../../../support/pulumi-project.ts";

const pulumi = await findPulumi();
const codeRoot = resolve(import.meta.dirname, "../../../..");

/** The program's own admission, and things of types that serve users and that no plugin is needed for. */
const program = `
import { readFileSync } from "node:fs";
import { ComponentResource, Config, getStack } from "@pulumi/pulumi";
const { admitSwitches } = await import("${codeRoot}/stacks/deployed-switches.ts");
const { protectServing } = await import("${codeRoot}/stacks/protect-serving.ts");
export default async function () {
  const config = new Config("pilotlight");
  const role = getStack().endsWith("-standby") ? "standby" : "primary";
  const lit = config.getBoolean("drActive") ?? false;
  const own = { role, epoch: config.getNumber("epoch") ?? 0, activeSite: config.get("activeSite") ?? "primary", drActive: lit, movedBy: config.get("movedBy"),
    movedAt: config.get("movedAt"), protectActive: true };
  const switches = await admitSwitches(own);
  protectServing(own);
  const how = readFileSync(new URL("./behaviour", import.meta.url), "utf8");
  if (how === "badly") throw new Error("the cloud has no room");
  const sizes = config.getObject("cluster");
  if (lit) new ComponentResource("kubernetes:apps/v1:Deployment", "service-a");
  new ComponentResource("test:index:Database", "data");
  return { switches, ...(lit ? { cluster: { name: "c" }, nodeTypes: [sizes?.nodeType ?? "A", ...(sizes?.fallbackNodeTypes ?? ["B"])] } : {}) };
}`;

describe.skipIf(pulumi === undefined)(
  "a configuration that is older than what is deployed, with the real engine",
  () => {
    let project: PulumiProject;
    /** A colleague's checkout, as it was before the move. */
    let stale: string;
    const options = (by: string, lines: string[] = []) => ({
      signal: AbortSignal.timeout(60_000),
      by,
      onProgress: (line: string) => void lines.push(line),
    });
    const driver = (projectRoot: string) => new PulumiInfrastructure({ projectRoot, environment: "trial" });
    const run = (root: string, ...args: string[]) => engineSays(root, [...args, "-s", "trial-standby"]);
    const state = async () => {
      const { resources } = JSON.parse(await driver(project.root).exportState("standby", AbortSignal.timeout(30_000)))
        .deployment as { resources: { urn: string }[] };
      return resources
        .filter(({ urn }) => !urn.includes("pulumi:providers:"))
        .map(({ urn }) => urn.split("::").at(-1))
        .toSorted();
    };
    const lit = ["data", "pilotlight-trial-standby", "service-a", "switches"];

    beforeAll(async () => {
      project = await createPulumiProject(pulumi ?? "");
      await writeFile(join(project.root, "index.js"), program);
      const infrastructure = driver(project.root);
      await infrastructure.createStacks();
      await infrastructure.apply("standby", {}, options("up"));
      stale = join(tmpdir(), `pilotlight-stale-${process.pid}`);
      await cp(project.root, stale, { recursive: true, filter: (path) => !/node_modules|\/state$|\/home$/.test(path) });
      await symlink(join(codeRoot, "node_modules"), join(stale, "node_modules"));
      await infrastructure.apply("standby", { drActive: true, activeSite: "primary" }, options("failover-1"));
      await infrastructure.apply("standby", { activeSite: "standby" }, options("failover-1"));
    });
    afterAll(async () => {
      await project?.[Symbol.asyncDispose]();
      await rm(stale, { recursive: true, force: true });
    });

    it("carries an epoch that grows with each change of a switch, and who made it", async () => {
      expect(await driver(project.root).epochs("standby")).toMatchObject({
        file: { epoch: 2, activeSite: "standby", drActive: true, movedBy: "failover-1" },
        deployed: { epoch: 2, activeSite: "standby", drActive: true, movedBy: "failover-1" },
      });
      await driver(project.root).apply("standby", { activeSite: "standby", drActive: true }, options("reprotect-2"));
      expect((await driver(project.root).epochs("standby")).deployed).toMatchObject({
        epoch: 2,
        movedBy: "failover-1",
      });
    });

    it.each([
      [["up", "--yes", "--skip-preview"]],
      [["up", "--yes"]],
      [["preview"]],
      [["refresh", "--yes", "--skip-preview", "--run-program"]],
      [["destroy", "--yes", "--skip-preview", "--run-program"]],
    ])("is refused in words before anything is planned: pulumi %j", async (args) => {
      const { code, said } = await run(stale, ...args);
      expect(said).toContain("it was written at epoch 0 (the active site is primary), and epoch 2 is deployed");
      expect(said).toMatch(/by failover-1 at \d{4}-/);
      expect(said).toContain("git pull");
      expect(said).not.toMatch(/service-a/);
      expect(code).not.toBe(0);
      expect(await state()).toEqual(lit);
    });

    it.each([[["destroy", "--yes"]], [["destroy", "--yes", "--skip-preview"]]])(
      "cannot remove what serves, from any checkout and without the program: pulumi %j",
      async (args) => {
        for (const root of [stale, project.root]) {
          const { code, said } = await run(root, ...args);
          expect(said).toMatch(/service-a.* cannot be deleted because it is protected/);
          expect(code).not.toBe(0);
        }
        expect(await state()).toEqual(expect.arrayContaining(["pilotlight-trial-standby", "service-a"]));
        await driver(project.root).apply("standby", {}, options("up"));
      },
    );

    it("is refused by the driver too where it only brings up what the file says", async () => {
      await expect(driver(stale).apply("standby", {}, options("up"))).rejects.toMatchObject({
        code: "refused",
        message: expect.stringContaining("epoch 2 is deployed"),
      });
      await expect(driver(stale).preview("standby", options("up"))).rejects.toMatchObject({ code: "refused" });
      expect(await state()).toEqual(lit);
    });

    it("tells the driver what holds, whatever its file says", async () => {
      expect(await driver(stale).switches("standby")).toMatchObject({ drActive: true, activeSite: "standby" });
    });

    it("may light what does not serve, and may not move users, without naming an epoch", async () => {
      const set = (key: string, value: string) => run(project.root, "config", "set", `pilotlight:${key}`, value);
      await set("drActive", "false");
      expect((await run(project.root, "preview")).said).toContain(
        "changes drActive to false under a standby that serves",
      );
      await set("drActive", "true");
      await set("activeSite", "primary");
      const { said } = await run(project.root, "up", "--yes", "--skip-preview");
      expect(said).toContain("changes activeSite to primary and still names epoch 2");
      expect(said).toContain("pulumi config set pilotlight:epoch 3 -s trial-standby");
      await set("activeSite", "standby");
      expect((await run(project.root, "preview", "--expect-no-changes")).code).toBe(0);
    });

    it("is brought up to date by a driver that moves, and what served is let go", async () => {
      const lines: string[] = [];
      const moved = { activeSite: "primary", drActive: false } as const;
      await driver(stale).apply("standby", moved, options("failback-3", lines));
      expect(lines[0]).toContain("was written at epoch 0, and epoch 2 is deployed (failover-1)");
      expect(await readFile(join(stale, "stacks", "Pulumi.trial-standby.yaml"), "utf8")).toContain("nodeType: A");
      expect(await state()).toEqual(["data", "pilotlight-trial-standby", "switches"]);
      // Now the first checkout is the old one.
      expect((await run(project.root, "preview")).said).toContain("epoch 3 is deployed");
    });

    it("is old as soon as an update has begun, also where that one ended halfway", async () => {
      await project.behave("well");
      await writeFile(join(stale, "behaviour"), "badly");
      const lighting = driver(stale).apply("standby", { drActive: true }, options("failover-4"));
      await expect(lighting).rejects.toThrow("the cloud has no room");
      expect((await driver(project.root).epochs("standby")).deployed).toMatchObject({
        epoch: 4,
        movedBy: "failover-4",
      });
      expect((await run(project.root, "up", "--yes", "--skip-preview")).said).toContain("epoch 4 is deployed");
    });
  },
);
