import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PostgresDatabases } from "../../../automation/adapters/postgres/databases.ts";
import { leaseAgentPassword } from "../../../automation/adapters/postgres/names.ts";
import { EtcdWitness } from "../../../automation/adapters/witness/etcd-witness.ts";
import { readAgentSettings } from "../../../automation/lease-agent/settings.ts";
import type { DatabaseEndpoint, Site } from "../../../stacks/outputs.ts";
import { type PostgresPair, startPostgresPair } from "../../support/postgres-pair.ts";
import { EtcdCluster, etcdBinary } from "../../support/witness-etcd.ts";
import { record, soon } from "../../support/witness-suite.ts";

/** The shortest that may be declared. */
const seconds = 10;
const boundMs = 2000;
const main = resolve(import.meta.dirname, "../../../automation/lease-agent/main.ts");

async function until(what: string, check: () => Promise<boolean>, milliseconds = 15_000): Promise<void> {
  for (const end = Date.now() + milliseconds; Date.now() < end; await sleep(100)) if (await check()) return;
  throw new Error(`${what}: not within ${milliseconds} ms`);
}

describe("the lease agent's settings", () => {
  const right = {
    ...{ PILOTLIGHT_APPLICATION: "shop", SITE: "primary", DATABASE_HOST: "db", DATABASE_NAME: "app" },
    ...{ DATABASE_PASSWORD_FILE: "/run/password", PILOTLIGHT_WRITE_LEASE_SECONDS: "30" },
    ...{ PILOTLIGHT_WITNESS: "etcd", PILOTLIGHT_ETCD_ENDPOINTS: "https://etcd-1.example:2379" },
  };
  it("refuse a witness that it cannot ask, and name what is wrong", () => {
    expect(readAgentSettings(right)).toMatchObject({ seconds: 30, witness: { store: "etcd" } });
    expect(() => readAgentSettings({ ...right, PILOTLIGHT_WITNESS: "file" })).toThrow("witness at a third site");
    expect(() => readAgentSettings({ ...right, PILOTLIGHT_WRITE_LEASE_SECONDS: "900", SITE: "moon" })).toThrow(
      /SITE is "moon"[\s\S]*PILOTLIGHT_WRITE_LEASE_SECONDS is "900"/,
    );
  });
});

describe.skipIf(etcdBinary === undefined)("the lease agent as a process, over three members of etcd", () => {
  let pair: PostgresPair;
  let etcd: EtcdCluster;
  let directory: string;
  let child: ChildProcess | undefined;
  let said = "";

  beforeAll(async () => {
    [pair, etcd] = await Promise.all([startPostgresPair(10), EtcdCluster.create("127.46.0")]);
    directory = await mkdtemp(join(tmpdir(), "pilotlight-agent-"));
    await writeFile(join(directory, "password"), leaseAgentPassword(pair.endpoints.primary.adminPassword));
    const endpoint = (site: Site) => async (): Promise<DatabaseEndpoint> => ({
      ...pair.endpoints[site],
      writeLease: { seconds },
    });
    const database = new PostgresDatabases({
      endpoints: { primary: endpoint("primary"), standby: endpoint("standby") },
    });
    await database.prepare("primary", true, soon());
    const { host, port, name } = pair.endpoints.primary;
    child = spawn(process.execPath, [main], {
      env: {
        ...{ PATH: process.env["PATH"], PILOTLIGHT_APPLICATION: "shop", SITE: "primary" },
        ...{ DATABASE_HOST: host, DATABASE_PORT: String(port), DATABASE_NAME: name, DATABASE_SSLMODE: "disable" },
        ...{ DATABASE_PASSWORD_FILE: join(directory, "password"), PILOTLIGHT_WRITE_LEASE_SECONDS: String(seconds) },
        ...{
          PILOTLIGHT_WITNESS: "etcd",
          PILOTLIGHT_ETCD_ENDPOINTS: etcd.endpoints.join(","),
          PILOTLIGHT_AGENT_PORT: "18931",
        },
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text: Buffer) => (said += text.toString()));
  }, 90_000);
  afterAll(async () => {
    child?.kill("SIGCONT");
    child?.kill("SIGTERM");
    await Promise.allSettled([pair?.[Symbol.asyncDispose](), etcd?.close()]);
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  const mayLogIn = () =>
    pair.sql("primary", "select 1", "app").then(
      () => true,
      () => false,
    );
  const ends = async (): Promise<boolean> => {
    const text = "select coalesce(rolvaliduntil < 'infinity', false) as ends from pg_roles where rolname = 'shop'";
    return (await pair.sql("primary", text))[0]?.["ends"] === true;
  };

  it("imposes no lease before anything is protected, then renews through the loss of a member", async () => {
    await until("its first turn", async () => said.includes("nothing is protected yet"));
    expect(await ends()).toBe(false);
    const witness = new EtcdWitness({ client: etcd.client() });
    await witness.compareAndSet("shop", 0, record("shop", 1), soon());
    await until("a renewal", ends);
    expect((await fetch("http://127.0.0.1:18931/live")).status).toBe(200);
    await etcd.members[0]?.stop();
    await sleep(1.5 * seconds * 1000);
    expect(await mayLogIn()).toBe(true);
  }, 60_000);

  it("frozen, renews nothing, and the server ends the lease by itself; awake, it goes on", async () => {
    const text = "select pg_sleep(60)";
    const session = pair.sql("primary", text, "app");
    const cut = expect(session).rejects.toThrow();
    child?.kill("SIGSTOP");
    const frozen = Date.now();
    await cut;
    expect(Date.now() - frozen).toBeLessThan(seconds * 1000 + boundMs);
    expect(await mayLogIn()).toBe(false);
    child?.kill("SIGCONT");
    await until("a login", mayLogIn);
  }, 60_000);

  it("without a majority of the witness renews nothing", async () => {
    await etcd.members[1]?.stop();
    await until("the end", async () => !(await mayLogIn()), seconds * 1000 + boundMs);
    expect(said).toContain('"failed"');
    await etcd.members[1]?.start();
    await until("a login", mayLogIn, 30_000);
    expect(said).not.toContain(leaseAgentPassword(pair.endpoints.primary.adminPassword));
  }, 90_000);
});
