import { execFile } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseEnv, promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureToolchain } from "../../sandbox/toolchain/toolchain.ts";
import { copyProject } from "../../scripts/project-copy.ts";

const projectRoot = resolve(import.meta.dirname, "../..");
const instance = "7";
/** Of nobody on this machine. */
const unknownId = 54_321;
const nobodyId = 65_534;

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Lowest port that a user without privileges may open. */
const lowestPort = Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8"));

/**
 * `pilotlight` as the user with this id. It may read what belongs to root, as the clone and the built tools do here, and has
 * no other privilege. Where the tests do not run as root they run as an ordinary user already, and as no other.
 */
async function pilotlight(
  id: number,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ended> {
  const program = [process.execPath, join(projectRoot, "bin", "pilotlight.mjs"), ...args];
  const reading = [
    "--inh-caps=-all,+dac_read_search",
    "--ambient-caps=+dac_read_search",
    "--bounding-set=-all,+dac_read_search",
  ];
  const as = ["setpriv", `--reuid=${id}`, `--regid=${id}`, "--clear-groups", ...reading, "--"];
  const [command = "", ...rest] = process.geteuid?.() === 0 ? [...as, ...program] : program;
  const env = { PATH: process.env["PATH"], ...environment };
  return promisify(execFile)(command, rest, { cwd, env, timeout: 240_000 }).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: Ended) => error,
  );
}

describe("as a user without privileges", () => {
  let project: string;
  let cache: string;
  let environment: Record<string, string>;

  beforeAll(async () => {
    const { directory } = await ensureToolchain();
    project = await copyProject(projectRoot);
    cache = mkdtempSync(join(tmpdir(), "pilotlight-cache-"));
    chmodSync(cache, 0o755);
    // Links where that goes: it is half a gigabyte. Root's own folder is closed to others.
    const copy = promisify(execFile)("cp", ["-al", directory, join(cache, "pilotlight")]);
    await copy.catch(() => promisify(execFile)("cp", ["-a", directory, cache]));
    if (process.geteuid?.() === 0) chownSync(project, nobodyId, nobodyId);
    environment = {
      HOME: project,
      XDG_CACHE_HOME: cache,
      PILOTLIGHT_SANDBOX_INSTANCE: instance,
      PILOTLIGHT_PROJECT_ROOT: project,
    };
  }, 600_000);
  afterAll(async () => {
    await pilotlight(nobodyId, ["sandbox", "down", "--wipe"], project, environment);
    for (const folder of [project, cache]) rmSync(folder, { recursive: true, force: true });
  });

  it("the sandbox comes up, and says what this user may not", async () => {
    const { code, stdout, stderr } = await pilotlight(nobodyId, ["sandbox", "up"], project, environment);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toContain("The sandbox is up");
    const dns = parseEnv(readFileSync(join(project, ".env.sandbox"), "utf8"))["PILOTLIGHT_DNS_SERVERS"];
    const [host = "", port = "53"] = dns?.split(":") ?? [];
    expect(host).toBe(`127.3${instance}.0.53`);
    if (lowestPort <= 53) expect(port).toBe("53");
    else expect(Number(port)).toBeGreaterThanOrEqual(lowestPort);
    const remedy = /Ports 80 and 443 +this user may not open ports below 1024; `sudo sysctl .*` allows it/;
    if (lowestPort <= 443) expect(stdout).not.toMatch(remedy);
    else expect(stdout).toMatch(remedy);
  });

  it("the driver answers", async () => {
    const { code, stderr } = await pilotlight(nobodyId, ["status"], project, environment);
    expect(stderr).toContain("pilotlight: the primary stack has never been deployed: run `pilotlight up` first\n");
    expect(code).toBe(2);
  });

  it("a home that cannot be written is named, with the remedy, where tools must be built", async () => {
    const home = mkdtempSync(join(tmpdir(), "pilotlight-home-"));
    chmodSync(home, 0o555);
    const { XDG_CACHE_HOME: _, ...others } = environment;
    const settings = { ...others, HOME: home, PILOTLIGHT_PROJECT_ROOT: await copyProject(projectRoot) };
    if (process.geteuid?.() === 0) chownSync(settings.PILOTLIGHT_PROJECT_ROOT, nobodyId, nobodyId);
    const { code, stderr } = await pilotlight(nobodyId, ["sandbox", "up"], projectRoot, settings);
    expect(stderr).toMatch(/The built tools cannot be kept in .*pilotlight-home-.*; set XDG_CACHE_HOME to a folder/);
    expect(code).toBe(2);
    rmSync(home, { recursive: true, force: true });
    rmSync(settings.PILOTLIGHT_PROJECT_ROOT, { recursive: true, force: true });
  });
});

// Only root can become somebody whom the machine does not know.
describe.runIf(process.geteuid?.() === 0)("as a user whom the machine does not know", () => {
  let project: string;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), "pilotlight-unknown-"));
    chownSync(project, unknownId, unknownId);
    writeFileSync(join(project, "Pulumi.yaml"), "name: pilotlight\nruntime: nodejs\n");
  });
  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it("the command line works, without HOME as well", async () => {
    for (const environment of [{ HOME: project }, {}]) {
      const { code, stderr } = await pilotlight(unknownId, ["status"], project, environment);
      expect(stderr).toContain(".env.<environment>");
      expect(code).toBe(2);
    }
  });

  it("the sandbox says in one sentence what PostgreSQL misses", async () => {
    for (const environment of [{ HOME: project }, {}]) {
      const { code, stderr } = await pilotlight(unknownId, ["sandbox", "up"], project, environment);
      expect(stderr).toBe(
        `PostgreSQL does not run as user id ${unknownId}, which has no name on this machine; add it to /etc/passwd, or run as a user with a name\n`,
      );
      expect(code).toBe(2);
    }
  });
});
