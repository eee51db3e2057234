import { execFile } from "node:child_process";
import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const main = resolve(import.meta.dirname, "../../../sandbox/toolchain/main.ts");
let scratch: string;

beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "pilotlight-toolchain-"));
});
afterEach(() => rm(scratch, { recursive: true, force: true }));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The toolchain alone, with an empty cache and nothing on PATH but what `scratch` holds. */
async function toolchain(env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const options = { env: { PATH: scratch, HOME: scratch, XDG_CACHE_HOME: join(scratch, "cache"), ...env } };
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [main], options)) };
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return { code: Number(error.code), stdout: "", stderr: "stderr" in error ? String(error.stderr) : "" };
  }
}

async function script(name: string, text: string): Promise<string> {
  const path = join(scratch, name);
  await writeFile(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

describe("toolchain", () => {
  it("says in one sentence each what to install", async () => {
    const { code, stderr } = await toolchain();
    expect(code).toBe(2);
    expect(stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^Go is missing\. Install Go 1\.\d+ or newer and put it on PATH\.$/),
      expect.stringMatching(/^Python is missing\. Install Python 3\.\d+ or newer with its venv module as python3\.$/),
    ]);
  });

  it("refuses what is too old", async () => {
    await script("go", "printf 'go1.20.3\\nauto\\n'");
    await script("python3", "echo 3 8 /usr");
    const { code, stderr } = await toolchain();
    expect(code).toBe(2);
    expect(stderr).toMatch(/^Go 1\.20\.3 is too old\..*\nPython 3\.8 is too old\./);
  });

  it("takes what the user names, and an executable pulumi with its language host from PATH", async () => {
    await symlink("/bin/sh", join(scratch, "sh"));
    const pulumi = await script("pulumi", "echo v3.300.1");
    await script("pulumi-language-nodejs", "");
    const kubernetes = await script("my-kubernetes", "");
    const moto = await script("my-moto", "");
    const { code, stdout } = await toolchain({ PILOTLIGHT_KUBERNETES: kubernetes, PILOTLIGHT_MOTO: moto });
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      pulumi,
      languageHostDir: scratch,
      kubernetes,
      motoServer: moto,
      directory: join(scratch, "cache", "pilotlight"),
    });
  });

  it("shows the end of a failed build's log and its path", async () => {
    await script(
      "go",
      '[ "$1" = env ] && { printf "go1.99\\nauto\\n"; exit; }; echo "undefined: everything" >&2; exit 1',
    );
    const moto = await script("my-moto", "");
    const pulumi = await script("pulumi", "echo v3.300.1");
    const { code, stderr } = await toolchain({ PILOTLIGHT_MOTO: moto, PILOTLIGHT_PULUMI: pulumi });
    expect(code).toBe(1);
    expect(stderr).toContain(join(scratch, "cache", "pilotlight", "logs", "kubernetes.log"));
    expect(stderr).toContain("undefined: everything");
  });

  it("refuses an override that cannot be run", async () => {
    const { code, stderr } = await toolchain({ PILOTLIGHT_KUBERNETES: join(scratch, "none") });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^PILOTLIGHT_KUBERNETES is ".*none", which is not an executable file/);
  });
});
