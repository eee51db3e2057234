import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { durable } from "../../../../automation/adapters/files/durable.ts";
import { temporaryFolder } from "../../../../automation/adapters/files/temporary-folder.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "pilotlight-full-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Mounts a file system of 256 KiB at `folder`, in a name space of its own, and runs there what follows. */
const onSmallDisk = ["-rm", "sh", "-c", 'mount -t tmpfs -o size=256k none "$1" && shift && exec "$@"', "sh"];
const canMount = ((): boolean => {
  try {
    execFileSync("unshare", [...onSmallDisk, tmpdir(), "true"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
})();

describe("a disk that is full", () => {
  it("is named by its folder, and is fatal", async () => {
    // A device that is full at all times.
    await expect(durable.append("/dev/full", "a line\n")).rejects.toMatchObject({
      code: "fatal",
      message: "cannot write /dev/full: its disk is full (ENOSPC); make room in /dev",
    });
  });

  it.skipIf(!canMount)("is named by whatever of the driver writes there", async () => {
    const script = join(import.meta.dirname, "support", "full-disk.ts");
    const { stdout } = await promisify(execFile)("unshare", [...onSmallDisk, folder, process.execPath, script, folder]);
    const failures: Record<string, string> = JSON.parse(stdout);
    expect(Object.keys(failures)).toEqual(["inbox", "witness", "facts", "answers"]);
    for (const [name, failure] of Object.entries(failures)) {
      expect(failure, name).toMatch(
        /^fatal: cannot \S+( the \w+)? \S+: its disk is full \(ENOSPC\); make room in \S+$/,
      );
      expect(failure, name).toContain(folder);
    }
  });

  it("leaves what callers tell apart as it was", async () => {
    const path = join(folder, "file");
    await durable.create(path, "first");
    await expect(durable.create(path, "second")).rejects.toMatchObject({ code: "EEXIST" });
    await expect(durable.append(join(folder, "none", "file"), "x")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("a temporary folder that cannot be made is named", async () => {
    vi.stubEnv("TMPDIR", join(folder, "none"));
    await expect(temporaryFolder("pilotlight-")).rejects.toMatchObject({
      code: "fatal",
      message: `cannot make a folder ${join(folder, "none", "pilotlight-")}: ENOENT`,
    });
  });
});
