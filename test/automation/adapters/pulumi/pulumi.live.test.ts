import { execFile, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { PulumiInfrastructure } from "../../../../automation/adapters/pulumi/infrastructure.ts";
import { createPulumiProject, findPulumi, type PulumiProject, thisHost } from "../../../support/pulumi-project.ts";

const pulumi = await findPulumi();

describe.skipIf(pulumi === undefined)("Infrastructure on the Automation API, with the real engine", () => {
  let project: PulumiProject;
  let infrastructure: PulumiInfrastructure;
  const lines: string[] = [];
  const options = () => ({ signal: AbortSignal.timeout(60_000), onProgress: (line: string) => void lines.push(line) });

  beforeAll(async () => {
    project = await createPulumiProject(pulumi ?? "");
    infrastructure = new PulumiInfrastructure({ projectRoot: project.root, environment: "trial", lockWaitMs: 15_000 });
  });
  afterAll(() => project?.[Symbol.asyncDispose]());

  /** Another process's update of the same stack. */
  const update = () =>
    spawn(project.pulumi, ["up", "--yes", "--skip-preview", "--stack", "trial-primary", "--non-interactive"], {
      cwd: project.root,
      stdio: "ignore",
    });
  /** Waits for the stack's lock; gives the pid in it. */
  const locked = async (): Promise<number> => {
    for (;;) {
      const [lock] = await project.locks("primary");
      if (lock !== undefined) return JSON.parse(lock).pid;
      await sleep(20);
    }
  };

  it("knows nothing before the first update", async () => {
    expect(await infrastructure.primary()).toBeUndefined();
    await expect(infrastructure.switches("primary")).rejects.toMatchObject({ code: "not-found" });
    await infrastructure.createStacks();
    expect(await infrastructure.primary()).toBeUndefined();
    expect(await infrastructure.switches("standby")).toEqual({ drActive: false, activeSite: "primary" });
  });

  it("updates, tells progress, and gives the outputs of the state", async () => {
    expect(await infrastructure.apply("primary", { activeSite: "primary" }, options())).toMatchObject({ create: 2 });
    expect(lines.join("\n")).toContain("creating test:index:Thing thing-primary");
    expect(await infrastructure.primary()).toMatchObject({ site: "primary", database: { adminPassword: "hunter2" } });
    // Only what differs is written.
    expect(await project.configuration("primary")).not.toContain("activeSite");
  });

  it("flips a switch once", async () => {
    expect(await infrastructure.apply("primary", { activeSite: "standby", drActive: true }, options())).toMatchObject({
      create: 1,
      delete: 1,
    });
    expect(await project.configuration("primary")).toContain("pilotlight:activeSite: standby");
    expect(await project.configuration("primary")).not.toContain("drActive");
    expect(await infrastructure.switches("primary")).toEqual({ drActive: false, activeSite: "standby" });
    expect(await infrastructure.preview("primary", options())).toEqual({
      create: 0,
      update: 0,
      replace: 0,
      delete: 0,
      same: 2,
    });
  });

  it("declares node sizes so that a preview shows no change, and leaves the rest of the file as it was", async () => {
    await infrastructure.apply("standby", {}, options());
    expect(await infrastructure.switches("standby")).not.toHaveProperty("nodeType");
    await project.configure("standby", [
      "# chosen by ann",
      "config:",
      "  pilotlight:cluster:",
      "    nodeCount: 3 # not fewer",
      "    nodeType: A",
      "    fallbackNodeTypes: [B, C]",
    ]);
    await infrastructure.apply("standby", {}, { ...options(), nodeTypes: ["B", "A", "C"] });
    expect(await infrastructure.switches("standby")).toMatchObject({ drActive: false, nodeType: "B" });
    expect(await infrastructure.preview("standby", options())).toMatchObject({ create: 0, update: 0, delete: 0 });
    const file = await project.configuration("standby");
    expect(parse(file)).toMatchObject({
      config: { "pilotlight:cluster": { nodeCount: 3, nodeType: "B", fallbackNodeTypes: ["A", "C"] } },
    });
    expect(file).toContain("# chosen by ann");
    expect(file).toContain("# not fewer");
    await expect(infrastructure.apply("primary", {}, { ...options(), nodeTypes: ["B"] })).rejects.toMatchObject({
      code: "invalid-input",
    });
  });

  it("exports a state without a secret in the clear", async () => {
    const state = await infrastructure.exportState("primary", AbortSignal.timeout(30_000));
    expect(JSON.parse(state)).toMatchObject({ version: 3, deployment: { resources: expect.any(Array) } });
    expect(state).toContain("ciphertext");
    expect(state).not.toMatch(/hunter/);
  });

  it("restores a lost state from an export, as docs/runbooks/state-lost.md says", async () => {
    const file = join(project.root, "state.json");
    await writeFile(file, await infrastructure.exportState("primary", AbortSignal.timeout(30_000)));
    const settings = await project.configuration("primary");
    await project.loseState("primary");
    const pulumiOf = (...args: string[]) =>
      promisify(execFile)(project.pulumi, [...args, "--non-interactive"], { cwd: project.root });
    await expect(new PulumiInfrastructure({ projectRoot: project.root, environment: "trial" }).primary()).resolves.toBe(
      undefined,
    );
    await pulumiOf("stack", "init", "trial-primary");
    await pulumiOf("stack", "import", "--stack", "trial-primary", "--file", file);
    expect(await project.configuration("primary")).toBe(settings);
    expect(await infrastructure.preview("primary", options())).toMatchObject({
      create: 0,
      update: 0,
      delete: 0,
      same: 2,
    });
    expect(await infrastructure.primary()).toMatchObject({ database: { adminPassword: "hunter2" } });
  });

  it("kills an engine that does not heed the abort, and removes its lock with the next update", async () => {
    await project.behave("slowly");
    const impatient = { projectRoot: project.root, environment: "trial", patience: { cancel: 200, terminate: 200 } };
    const controller = new AbortController();
    const running = new PulumiInfrastructure(impatient).apply("primary", {}, { signal: controller.signal });
    const ended = expect(running).rejects.toMatchObject({ code: "interrupted" });
    const pid = await locked();
    process.kill(pid, "SIGSTOP");
    controller.abort();
    await ended;
    expect(() => process.kill(pid, 0)).toThrow("ESRCH");
    await project.behave("well");
    expect(await infrastructure.apply("primary", {}, options())).toMatchObject({ same: 2 });
    expect(lines.some((line) => line.startsWith("removing the lock of a process that is gone"))).toBe(true);
  });

  it("waits for an engine that a killed driver left at work", async () => {
    await project.behave("slowly");
    const left = update();
    await locked();
    await project.behave("well");
    expect(await infrastructure.apply("primary", {}, options())).toMatchObject({ same: 2 });
    expect(left.exitCode).toBe(0);
  });

  it("says who holds a lock that is not ours to remove, and since when", async () => {
    await project.writeLock("primary", { host: "elsewhere", pid: 4242 });
    await expect(infrastructure.apply("primary", {}, options())).rejects.toMatchObject({
      code: "locked",
      retryable: false,
      message: expect.stringMatching(/somebody@elsewhere \(pid 4242\), since .* \(6\d s\)/),
    });
    await project.removeLocks("primary");
    await project.writeLock("primary", { host: thisHost, pid: process.pid });
  });

  it("takes a pid that is something else by now for dead", async () => {
    // The lock names the test runner's own pid: alive, and no engine.
    expect(await infrastructure.apply("primary", {}, options())).toMatchObject({ same: 2 });
  });

  it("stops the engine on abort and leaves no lock", async () => {
    await project.behave("slowly");
    const controller = new AbortController();
    // The engine heeds signals from its first event on; between taking the lock and that, one simply kills it.
    const begun = Promise.withResolvers<void>();
    const running = infrastructure.apply(
      "primary",
      { activeSite: "primary" },
      { signal: controller.signal, onProgress: () => begun.resolve() },
    );
    const ended = expect(running).rejects.toMatchObject({ code: "interrupted" });
    await begun.promise;
    // A Ctrl-C of the terminal goes to a whole group, and a second SIGINT would end the engine in mid-effect.
    const groupOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ")[2];
    if (process.platform === "linux") expect(groupOf(await locked())).not.toBe(groupOf(process.pid));
    controller.abort();
    await ended;
    expect(await project.locks("primary")).toEqual([]);
  });

  it("tells a broken program, and outputs that do not fit, without their values", async () => {
    await project.behave("badly");
    await expect(infrastructure.apply("primary", {}, options())).rejects.toMatchObject({
      code: "invalid-input",
      message: expect.stringContaining("no such thing"),
    });
    await project.behave("oddly");
    await infrastructure.apply("primary", {}, options());
    const error = await infrastructure.primary().catch((thrown) => thrown);
    expect(error).toMatchObject({ code: "refused", message: expect.stringContaining("database.sslMode") });
    expect(JSON.stringify(error)).not.toMatch(/hunter/);
  });
});
