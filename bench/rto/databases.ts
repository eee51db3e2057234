import pg from "pg";
import type { DatabaseEndpoint } from "../../stacks/outputs.ts";

/** Work as the administrator of a database. */
export async function asAdmin<T>(endpoint: DatabaseEndpoint, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    host: endpoint.host,
    port: endpoint.port,
    database: endpoint.name,
    user: endpoint.adminUser,
    password: endpoint.adminPassword,
    ssl: endpoint.sslMode === "require" ? { rejectUnauthorized: false } : false,
    application_name: "bench-rto",
    connectionTimeoutMillis: 5000,
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

export async function countRows(endpoint: DatabaseEndpoint): Promise<number> {
  return await asAdmin(endpoint, async (client) => {
    const { rows } = await client.query<{ count: string }>("select count(*) from writes");
    return Number(rows[0]?.count ?? 0);
  });
}
