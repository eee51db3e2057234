import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileFacts, factsDirectory } from "../../automation/adapters/journal/file-facts.ts";
import { drConfig } from "../../scripts/policy/environment-facts.ts";
import { lastDrill } from "../../scripts/policy/last-drill.ts";
import { readStackFile } from "../../scripts/policy/stack-config.ts";
import { projectRoot } from "./support/environments.ts";

describe("the day of the last drill, for the policies", () => {
  let root: string;
  const { application } = readStackFile(projectRoot, "myca-primary").config;
  const told = async (inherited = {}) => {
    const drilled = await lastDrill(root, "myca", inherited);
    return drConfig(root, "myca-standby", undefined, drilled)["dr-drill-recent"];
  };
  const note = (directory: string, at: string, name = application) =>
    new FileFacts(factsDirectory(directory)).add(name, {
      type: "drilled",
      at,
      kind: "rehearsal",
      operationId: "drill-1",
    });

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "pilotlight-last-drill-"));
    cpSync(join(projectRoot, "stacks"), join(root, "stacks"), { recursive: true });
    mkdirSync(join(root, "policies"));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("is not told where this machine does not drive the environment, or never drilled it", async () => {
    await note(join(root, ".pilotlight"), "2026-11-03T10:00:00Z");
    expect(await told()).toEqual({});
    writeFileSync(join(root, ".env.myca"), `PILOTLIGHT_STATE_DIR=${join(root, "elsewhere")}\n`);
    expect(await told()).toEqual({});
    await note(join(root, "elsewhere"), "2026-11-03T10:00:00Z", "another");
    expect(await told()).toEqual({});
  });

  it("is the driver's own note, in the state directory that the environment names", async () => {
    writeFileSync(join(root, ".env.myca"), `PILOTLIGHT_STATE_DIR=${join(root, "elsewhere")}\n`);
    await note(join(root, "elsewhere"), "2026-11-03T10:00:00Z");
    await note(join(root, "elsewhere"), "2026-11-05T23:59:59Z");
    expect(await told()).toEqual({ lastDrill: "2026-11-05" });
    rmSync(join(root, ".env.myca"));
    expect(await told({ PILOTLIGHT_ENVIRONMENT: "myca", PILOTLIGHT_STATE_DIR: join(root, "elsewhere") })).toEqual({
      lastDrill: "2026-11-05",
    });
  });

  it("is what people wrote down where that is later", async () => {
    writeFileSync(join(root, ".env.myca"), "");
    await note(join(root, ".pilotlight"), "2026-11-03T10:00:00Z");
    const write = (day: string) =>
      writeFileSync(join(root, "policies", "environments.yaml"), `myca:\n  lastDrill: "${day}"\n`);
    write("2026-10-01");
    expect(await told()).toEqual({ lastDrill: "2026-11-03" });
    write("2026-11-04");
    expect(await told()).toEqual({ lastDrill: "2026-11-04" });
  });
});
