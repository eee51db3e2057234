import { describe, expect, it } from "vitest";
import { registerDb } from "../../../automation/cli/db.ts";
import { registerStatus } from "../../../automation/cli/status.ts";
import type { SchemaDifference } from "../../../automation/ports/database.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import { runCommand } from "./support/run-command.ts";

const difference = (verdict: SchemaDifference["class"]): SchemaDifference => ({
  ...{ kind: "index", object: `public.${verdict}`, source: "create index", follower: undefined },
  ...{ class: verdict, remedy: `the remedy of ${verdict}` },
});

async function estate(...found: SchemaDifference[]) {
  const world = await protectedWorld();
  world.schemaDifferences = found;
  const { driver, ports } = fakeDriver(world);
  const stateBackups = { changed: () => {}, settled: async () => {}, last: async () => ({}), look: async () => [] };
  return {
    world,
    app: { driver: async () => ({ driver, application: "app" }), database: ports.database, stateBackups },
  };
}

describe("pilotlight db check", () => {
  it("ends with 0 where the schemas are equal", async () => {
    const { app } = await estate();
    const shown = await runCommand(registerDb, app, ["db", "check"]);
    expect(shown).toMatchObject({ code: 0, value: { equal: true, from: "primary", to: "standby", differences: [] } });
    expect(shown.text).toBe("The schemas of primary and standby are equal.");
  });

  it("tells harmless differences, which change nothing about it", async () => {
    const { app } = await estate(difference("harmless"));
    const { code, text } = await runCommand(registerDb, app, ["db", "check"]);
    expect(code).toBe(0);
    expect(text).toContain("harmless: the remedy of harmless");
  });

  it("prints each difference with its remedy and ends with 1", async () => {
    const { app, world } = await estate(difference("carried"), difference("blocks"));
    const { code, text, value } = await runCommand(registerDb, app, ["db", "check"]);
    expect(code).toBe(1);
    expect(value).toMatchObject({ equal: false, differences: [{ class: "carried" }, { class: "blocks" }] });
    expect(text).toMatch(
      /index public\.blocks\n\s+primary: create index\n\s+standby: not there\n\s+→ the remedy of blocks/,
    );
    expect(text).toContain("2 different: 1 are carried");
    expect(world.calls.filter((call) => call.startsWith("database.syncSchema"))).toEqual([]);
  });
});

describe("pilotlight db sync-schema", () => {
  it("shows what it would do, and does it only with --yes", async () => {
    const { app, world } = await estate(difference("carried"));
    expect(await runCommand(registerDb, app, ["db", "sync-schema"])).toMatchObject({ code: 1 });
    expect(world.calls.filter((call) => call.startsWith("database.syncSchema"))).toEqual([]);
    const done = await runCommand(registerDb, app, ["db", "sync-schema", "--yes"]);
    expect(done).toMatchObject({ code: 0, value: { applied: true, equal: true } });
    expect(world.calls).toContain("database.syncSchema primary standby");
  });
});

describe("pilotlight status", () => {
  it("says that protection is at risk, and why", async () => {
    const { app } = await estate(difference("blocks"));
    const { text } = await runCommand(registerStatus, app, ["status"]);
    expect(text).toMatch(/; protected, at risk\./);
    expect(text).toMatch(/at risk\s+public\.blocks/);
  });
});
