import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { guardNameSchema } from "../../../automation/domain/guards.ts";
import { applyEntry } from "../../../automation/domain/journal-state.ts";
import { isEnded, operationStateSchema } from "../../../automation/domain/operation.ts";
import { operationMoves } from "../../../automation/domain/operation-machine.ts";
import { transitions } from "../../../automation/domain/protection.ts";
import { renderStateMachine } from "../../../scripts/state-machine/render.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";

const root = resolve(import.meta.dirname, "../../..");
const scratch = mkdtempSync(join(tmpdir(), "pilotlight-machine-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const run = (...args: readonly string[]) =>
  spawnSync(process.execPath, ["--no-warnings", "scripts/generate-state-diagram.ts", ...args], {
    cwd: root,
    encoding: "utf8",
  });

describe("docs/state-machine.md", () => {
  it("is what the tables say (else: npm run docs:state-machine)", () => {
    expect(readFileSync(join(root, "docs/state-machine.md"), "utf8")).toBe(renderStateMachine());
  });

  it("shows every row of both tables as an arrow and with its comment, and every guard", () => {
    const text = renderStateMachine();
    for (const { from, to, plan, event, comment } of transitions) {
      expect(text).toContain(`  ${from} --> ${to}: ${plan} ${event}\n`);
      expect(text).toContain(`| ${from} | ${plan} | ${event} | ${to} | ${comment} |`);
    }
    for (const { from, to, event } of operationMoves) expect(text).toContain(`  ${from} --> ${to}: ${event}\n`);
    for (const name of guardNameSchema.options) expect(text).toContain(`| \`${name}\` |`);
  });

  it("is checked: a stale one is an error, a written one is not", () => {
    const file = join(scratch, "machine.md");
    writeFileSync(file, "old");
    const stale = run("--check", "--output", file);
    expect(stale.status).toBe(1);
    expect(stale.stderr).toContain("docs:state-machine");
    expect(run("--output", file).status).toBe(0);
    expect(run("--check", "--output", file).status).toBe(0);
  });
});

describe("the table of an operation", () => {
  it("leads from every state to an end, and from an end nowhere", () => {
    for (const state of operationStateSchema.options) {
      const out = operationMoves.filter((each) => each.from === state);
      expect(out.length > 0, state).toBe(!isEnded(state));
    }
  });

  it("lets needs-operator be left by resume alone", () => {
    const ways = operationMoves.filter((each) => each.from === "needs-operator").map((each) => each.event);
    expect(new Set(ways)).toEqual(new Set(["resume"]));
  });

  it("refuses a journal in which an ended operation goes on", async () => {
    const world = await protectedWorld();
    const record = await fakeDriver(world).driver.failover({ mode: "planned" });
    for (const state of ["running", "failed", "needs-operator"] as const) {
      const entry = { type: "operation-state" as const, at: record.startedAt, state };
      expect(() => applyEntry(record, entry)).toThrow("it had ended");
    }
  });
});
