import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { writeLanguageHostLauncher } from "../../sandbox/language-host/launcher.ts";
import { cacheRoot } from "../../sandbox/toolchain/cache.ts";
import { pulumiPart } from "../../sandbox/toolchain/parts/pulumi.ts";

/** A project of its own with a program that needs no cloud, a file backend, and the engine on this process's PATH. */
export interface PulumiProject extends AsyncDisposable {
  readonly root: string;
  readonly pulumi: string;
  /** What the program does at its next run. */
  behave(how: "well" | "slowly" | "badly" | "oddly"): Promise<void>;
  configuration(site: string): Promise<string>;
  /** Puts these lines in front of what the stack's file holds for its secrets. */
  configure(site: string, lines: readonly string[]): Promise<void>;
  writeLock(site: string, owner: { readonly host: string; readonly pid: number }): Promise<void>;
  /** As if the backend had never known the stack. */
  loseState(site: string): Promise<void>;
  /** Contents of the stack's lock files. */
  locks(site: string): Promise<readonly string[]>;
  removeLocks(site: string): Promise<void>;
}

const projectRoot = resolve(import.meta.dirname, "../..");

/** The engine where it is on this machine already; a test does not build it. */
export async function findPulumi(): Promise<string | undefined> {
  const definitions = join(projectRoot, "sandbox", "toolchain");
  return pulumiPart({ cacheRoot: cacheRoot(process.env), definitions, environment: process.env }).locate();
}

const program = `
import { readFileSync } from "node:fs";
import { Config, ComponentResource, secret } from "@pulumi/pulumi";
export default async function () {
  const how = readFileSync(new URL("./behaviour", import.meta.url), "utf8");
  const activeSite = new Config("pilotlight").get("activeSite") ?? "primary";
  if (how === "badly") throw new Error("Unhandled exception: no such thing");
  new ComponentResource("test:index:Thing", "thing-" + activeSite);
  if (how === "slowly") await new Promise((resolve) => setTimeout(resolve, 3000));
  const database = { engine: "postgres", host: "db", port: 5432, name: "app", additional: [], adminUser: "a", adminPassword: secret("hunter2"), appUser: "b",
    appPassword: secret("hunter3"), sslMode: how === "oddly" ? "hunter4" : "disable" };
  return { contract: 1, application: "shop", environment: "trial", region: "r", site: "primary", provider: "aws", database,
    workloads: { namespace: "shop", deployments: [{ name: "a", replicas: 2 }] }, cluster: { name: "c", kubeconfig: secret("k") },
    objects: { kind: "s3", bucket: "b", region: "r" }, endpoints: [],
    dns: { zoneId: "z", zoneName: "n", publicName: "p", nameServers: [] } };
}`;

export async function createPulumiProject(pulumi: string): Promise<PulumiProject> {
  const root = await mkdtemp(join(tmpdir(), "pilotlight-engine-"));
  const state = join(root, "state");
  const files: Readonly<Record<string, string>> = {
    "Pulumi.yaml":
      "name: pilotlight\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\nstackConfigDir: stacks\n",
    "package.json": JSON.stringify({ name: "trial", type: "module", dependencies: { "@pulumi/pulumi": "*" } }),
    "index.js": program,
    behaviour: "well",
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  for (const name of ["stacks", "state", "home"]) await mkdir(join(root, name));
  await symlink(join(projectRoot, "node_modules"), join(root, "node_modules"));
  await writeLanguageHostLauncher(join(root, "bin"), projectRoot);
  Object.assign(process.env, {
    PATH: `${dirname(pulumi)}:${join(root, "bin")}:${process.env["PATH"]}`,
    PULUMI_HOME: join(root, "home"),
    PULUMI_BACKEND_URL: `file://${state}`,
    PULUMI_CONFIG_PASSPHRASE: "correct horse",
  });
  const locks = (site: string): string =>
    join(state, ".pulumi", "locks", "organization", "pilotlight", `trial-${site}`);
  return {
    root,
    pulumi,
    behave: (how) => writeFile(join(root, "behaviour"), how),
    configuration: (site) => readFile(join(root, "stacks", `Pulumi.trial-${site}.yaml`), "utf8"),
    async configure(site, lines) {
      const path = join(root, "stacks", `Pulumi.trial-${site}.yaml`);
      const salt = (await readFile(path, "utf8")).split("\n").filter((line) => line.startsWith("encryptionsalt:"));
      await writeFile(path, `${[...lines, ...salt].join("\n")}\n`);
    },
    async writeLock(site, owner) {
      await mkdir(locks(site), { recursive: true });
      const content = {
        pid: owner.pid,
        username: "somebody",
        hostname: owner.host,
        timestamp: new Date(Date.now() - 60_000).toISOString(),
      };
      await writeFile(join(locks(site), "0b7bd80e-0000-4000-8000-000000000000.json"), JSON.stringify(content));
    },
    async loseState(site) {
      for (const place of ["stacks", "history", "backups"]) {
        const directory = join(state, ".pulumi", place, "pilotlight");
        for (const name of await readdir(directory).catch((): string[] => []))
          if (name.startsWith(`trial-${site}`)) await rm(join(directory, name), { recursive: true });
      }
    },
    async locks(site) {
      const names = (await readdir(locks(site)).catch((): string[] => [])).filter((name) => name.endsWith(".json"));
      const contents = await Promise.all(
        names.map((name) => readFile(join(locks(site), name), "utf8").catch(() => "")),
      );
      return contents.filter((content) => content !== "");
    },
    async removeLocks(site) {
      for (const name of await readdir(locks(site))) await rm(join(locks(site), name));
    },
    async [Symbol.asyncDispose]() {
      await rm(root, { recursive: true, force: true });
    },
  };
}

export const thisHost = hostname();
