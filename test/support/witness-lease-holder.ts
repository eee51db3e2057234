import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { EtcdClient } from "../../automation/adapters/witness/etcd-client.ts";
import { EtcdLeases } from "../../automation/adapters/witness/etcd-leases.ts";

/** A driver: acts every 20 ms, by a line in a file, for as long as it holds the lease. Prints its fencing number, and then how it ended. */
const [endpoints = "", application = "", ttlSeconds = "", file = ""] = process.argv.slice(2);
const leases = new EtcdLeases({ client: new EtcdClient({ endpoints: endpoints.split(",") }) });
const result = await leases.acquire(application, `pid ${process.pid}`, Number(ttlSeconds), AbortSignal.timeout(5000));
if (!result.ok) throw new Error(`held by ${result.owner.holder}`);
console.log(result.lease.fencing);
try {
  for (;;) {
    result.lease.assertHeld();
    appendFileSync(file, `${result.lease.fencing}\n`);
    await sleep(20);
  }
} catch (error) {
  console.log(error instanceof Error && "code" in error ? error.code : error);
}
