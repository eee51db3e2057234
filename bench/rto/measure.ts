import { join } from "node:path";
import { missingIds } from "../../sandbox/client/audit.ts";
import { WriteClient } from "../../sandbox/client/write-client.ts";
import type { Estate } from "./estate.ts";
import type { Recovery, StageTime } from "./result.ts";

/** Longest that a recovery is waited for. */
const patienceMs = 60 * 60_000;

/** A client that writes ten times a second through the public name, and keeps what was acknowledged. */
export function startClient({ standby, dnsServer, world }: Estate): WriteClient {
  const { host, port } = standby.publicEndpoint;
  const client = new WriteClient({
    target: { kind: "name", host, port, dnsServer },
    rate: 10,
    file: join(world.directory, "clients", "bench-rto.ndjson"),
  });
  client.start();
  return client;
}

/** Takes the region down, lets `recover` work, and measures from outside. `recover` gives its stages when it is through. */
export async function measureRecovery(
  estate: Estate,
  client: WriteClient,
  recover: () => Promise<readonly StageTime[]>,
): Promise<Recovery> {
  const { control, standby } = estate;
  await control.fault({ kind: "region", cloud: "aws", state: "down" });
  const faultAt = new Date();
  const recovering = recover();
  // A recovery that fails ends the wait; one that is through does not.
  const failed = new Promise<never>((_, reject) => void recovering.catch(reject));
  const [first, stages] = await Promise.all([
    Promise.race([client.waitForSite("standby", AbortSignal.timeout(patienceMs), faultAt), failed]),
    recovering,
  ]);
  await client.stop();
  const before = client.acknowledged.filter(({ site }) => site === "primary").map(({ id }) => id);
  const { host, port, name, adminUser, adminPassword, sslMode } = standby.database;
  const missing = await missingIds({ host, port, name, user: adminUser, password: adminPassword, sslMode }, before);
  return {
    faultAt: faultAt.toISOString(),
    firstWriteAt: first.ackAt,
    rtoSeconds: (Date.parse(first.ackAt) - faultAt.getTime()) / 1000,
    lostWrites: missing.length,
    acknowledgedWrites: before.length,
    stages,
  };
}
