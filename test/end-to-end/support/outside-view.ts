import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import pg from "pg";
import { DnsResolver, parseDnsServer } from "../../../sandbox/client/dns-resolver.ts";
import type { DatabaseEndpoint } from "../../../stacks/outputs.ts";

const run = promisify(execFile);

/** The world as somebody sees it who has only the usual tools: DNS, PostgreSQL, the Kubernetes API and the engine's command. */
export const outsideView = {
  /** A fresh answer, no cache. */
  addressOf: (name: string, dnsServer: string): Promise<string> =>
    new DnsResolver(parseDnsServer(dnsServer)).resolve(name),

  async rows(database: DatabaseEndpoint): Promise<number> {
    const client = await connect(database, database.adminUser, database.adminPassword);
    try {
      const { rows } = await client.query<{ count: string }>("select count(*) from writes");
      return Number(rows[0]?.count);
    } finally {
      await client.end();
    }
  },

  /** Whether the application may log in: the fence as a client meets it. */
  async mayLogIn(database: DatabaseEndpoint): Promise<boolean> {
    try {
      await (await connect(database, database.appUser, database.appPassword)).end();
      return true;
    } catch (error) {
      // 28P01 is what PostgreSQL says of a right password that is no longer valid.
      if (error instanceof Error && "code" in error && (error.code === "28000" || error.code === "28P01")) return false;
      throw error;
    }
  },

  /** Until when the application may log in. */
  async validUntil(database: DatabaseEndpoint): Promise<Date> {
    const client = await connect(database, database.adminUser, database.adminPassword);
    try {
      const text = "select rolvaliduntil from pg_roles where rolname = $1";
      const { rows } = await client.query<{ rolvaliduntil: Date | null }>(text, [database.appUser]);
      const until = rows[0]?.rolvaliduntil;
      if (!(until instanceof Date)) throw new Error(`${database.appUser} may log in for good: ${String(until)}`);
      return until;
    } finally {
      await client.end();
    }
  },

  /** Names of the running pods. */
  async pods(kubeconfig: string, namespace: string): Promise<readonly string[]> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const { items } = await config.makeApiClient(CoreV1Api).listNamespacedPod({ namespace });
    return items.filter((pod) => pod.status?.phase === "Running").map((pod) => pod.metadata?.name ?? "");
  },

  /** `pulumi preview` by hand: resolves when it shows no change, throws with what it shows otherwise. */
  async expectNoChanges(projectRoot: string, stack: string): Promise<void> {
    const args = ["preview", "--expect-no-changes", "--non-interactive", "--diff", "-s", stack];
    try {
      await run("pulumi", args, { cwd: projectRoot, timeout: 180_000 });
    } catch (error) {
      const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
      throw new Error(`a preview of ${stack} shows changes:\n${output.slice(-3000)}`, { cause: error });
    }
  },
};

async function connect(database: DatabaseEndpoint, user: string, password: string): Promise<pg.Client> {
  const { host, port, name } = database;
  const client = new pg.Client({
    host,
    port,
    database: name,
    user,
    password,
    connectionTimeoutMillis: 5000,
    query_timeout: 5000,
  });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
