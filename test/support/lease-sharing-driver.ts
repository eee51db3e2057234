import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { systemClock } from "../../automation/adapters/system-clock.ts";
import { EtcdClient } from "../../automation/adapters/witness/etcd-client.ts";
import { EtcdLeases } from "../../automation/adapters/witness/etcd-leases.ts";
import { shareApplications } from "../../automation/workflow/watch/share-applications.ts";

/** A driver among others: writes a line when work for an application begins and when it has ended. */
const [endpoints = "", count = "", leaseSeconds = "", file = ""] = process.argv.slice(2);
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
const note = (what: string, application: string): void =>
  appendFileSync(file, `${JSON.stringify({ what, application, at: Date.now() })}\n`);

await shareApplications({
  leases: new EtcdLeases({ client: new EtcdClient({ endpoints: endpoints.split(",") }) }),
  clock: systemClock,
  holder: `${process.pid}@test`,
  applications: Array.from({ length: Number(count) }, (_, index) => `shop-${index}`),
  leaseSeconds: Number(leaseSeconds),
  work: async (application, lost) => {
    note("begin", application);
    if (!lost.aborted) await once(lost, "abort");
    note("end", application);
  },
  signal: stop.signal,
});
