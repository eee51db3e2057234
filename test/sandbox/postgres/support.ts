import { join } from "node:path";
import pg from "pg";
import type { GatewaySpec, HostPort, SandboxContext } from "../../../sandbox/contracts/contracts.ts";
import { SupervisedProcesses } from "../../../sandbox/supervise/processes.ts";
import { JsonStore } from "../../../sandbox/supervise/store.ts";

export interface TestContext {
  readonly context: SandboxContext;
  readonly published: ReadonlyMap<string, GatewaySpec>;
}

/** Real processes and store; a network without gateways, on addresses of sandbox instance 3. */
export function testContext(directory: string): TestContext {
  const addresses = new Map<string, string>();
  const published = new Map<string, GatewaySpec>();
  const unused = (): never => {
    throw new Error("not used by the PostgreSQL service");
  };
  const context: SandboxContext = {
    world: { directory, projectRoot: directory, instance: 3 },
    processes: new SupervisedProcesses({ directory, firstBackOffMs: 50 }),
    store: new JsonStore(join(directory, "state")),
    logger: () => ({ info: () => undefined, error: () => undefined }),
    network: {
      async allocate(cloud, key) {
        const second = cloud === "aws" ? 13 : 23;
        const address = addresses.get(key) ?? `127.${second}.77.${addresses.size + 1}`;
        addresses.set(key, address);
        return address;
      },
      release: async () => undefined,
      inside: (address) => address.replace(/^127\.(\d+)/, (_all, second) => `127.${Number(second) + 100}`),
      publish: async (spec) => {
        published.set(spec.name, spec);
      },
      unpublish: async (name) => {
        published.delete(name);
      },
      setRegion: unused,
      regionState: unused,
      setLink: unused,
      links: unused,
    },
    dns: {
      set: unused,
      setDynamic: unused,
      remove: unused,
      resolve: unused,
      address: { host: "127.33.0.53", port: 53 },
    },
  };
  return { context, published };
}

export async function query(
  at: HostPort,
  login: { readonly user: string; readonly password: string; readonly database?: string },
  sql: string,
): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({
    ...at,
    ...login,
    database: login.database ?? "postgres",
    connectionTimeoutMillis: 5_000,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const result = await client.query<Record<string, unknown>>(sql);
    return result.rows;
  } finally {
    await client.end().catch(() => undefined);
  }
}
