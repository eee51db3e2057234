import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FileWitness } from "../../../automation/adapters/witness/file-witness.ts";
import { MigratingWitness } from "../../../automation/adapters/witness/migrating-witness.ts";
import { registerWitness } from "../../../automation/cli/witness.ts";
import type { App } from "../../../automation/composition/app.ts";
import type { WitnessRecord } from "../../../automation/domain/witness-record.ts";
import { fakeDriver, protectedWorld } from "../../support/fake-driver.ts";
import { runCommand } from "./support/run-command.ts";

const soon = AbortSignal.timeout(20_000);
const record: WitnessRecord = {
  application: "app",
  activeSite: "standby",
  epoch: 7,
  protection: "failed-over",
  updatedAt: "2026-11-21T10:00:00.000Z",
};

describe("a witness that took the place of the file", () => {
  let directory: string;
  let file: FileWitness;
  let store: FileWitness;
  let witness: MigratingWitness;
  let app: Partial<App>;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), "pilotlight-inherit-"));
    file = new FileWitness(join(directory, "old"));
    // Any other store: to its users they are all alike.
    store = new FileWitness(join(directory, "new"));
    witness = new MigratingWitness(store, file);
    const { driver } = fakeDriver(await protectedWorld());
    const adopt = (application: string, signal: AbortSignal) => witness.adopt(application, signal);
    app = {
      driver: async () => ({ driver, application: "app" }),
      witness: { witness, leases: undefined, members: async () => [], adopt },
    };
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  it("never takes an application for one that was not protected while the file says where it serves", async () => {
    await file.compareAndSet("app", 0, record, soon);
    const refusal = { code: "refused", message: expect.stringContaining("standby is active, epoch 7") };
    await expect(witness.read("app", soon)).rejects.toMatchObject(refusal);
    const fresh = { ...record, activeSite: "primary", epoch: 1 } as const;
    await expect(witness.compareAndSet("app", 0, fresh, soon)).rejects.toMatchObject(refusal);
    expect((await runCommand(registerWitness, app, ["witness"])).error).toMatchObject({
      message: expect.stringContaining("pilotlight witness --adopt"),
    });
    const adopted = await runCommand(registerWitness, app, ["witness", "--adopt"]);
    expect(adopted.value).toEqual(record);
    expect(await store.read("app", soon)).toEqual(record);
    expect(await witness.compareAndSet("app", 7, { ...record, epoch: 8 }, soon)).toMatchObject({ ok: true });
    // The file counts no more, and is kept.
    expect(await file.read("app", soon)).toBeUndefined();
    expect(readdirSync(join(directory, "old")).filter((name) => name.includes(".adopted-"))).toHaveLength(1);
    expect((await runCommand(registerWitness, app, ["witness", "--adopt"])).text).toBe("the file has no record");
  });

  it("lets a record of its own count, and takes nothing over it", async () => {
    await file.compareAndSet("app", 0, record, soon);
    await store.compareAndSet("app", 0, { ...record, epoch: 3 }, soon);
    expect((await witness.read("app", soon))?.epoch).toBe(3);
    const { error } = await runCommand(registerWitness, app, ["witness", "--adopt"]);
    expect(error).toMatchObject({ code: "conflict" });
    expect(await file.read("app", soon)).toEqual(record);
  });

  it("goes on with a takeover that broke off after the write", async () => {
    await file.compareAndSet("app", 0, record, soon);
    await store.compareAndSet("app", 0, record, soon);
    expect((await runCommand(registerWitness, app, ["witness", "--adopt"])).value).toEqual(record);
    expect(await file.read("app", soon)).toBeUndefined();
  });

  it("begins anew where nothing was before, and has nothing to take over where it is the file", async () => {
    expect((await runCommand(registerWitness, app, ["witness"])).text).toContain("never protected");
    expect(await witness.compareAndSet("app", 0, record, soon)).toMatchObject({ ok: true });
    expect((await runCommand(registerWitness, app, ["witness"])).text).toContain(
      "standby is active, epoch 7, failed-over",
    );
    const plain = { ...app, witness: { witness: file, leases: undefined, members: async () => [], adopt: undefined } };
    expect((await runCommand(registerWitness, plain, ["witness", "--adopt"])).error).toMatchObject({
      code: "refused",
      field: "PILOTLIGHT_WITNESS",
    });
  });
});
