import { FileFacts } from "../../automation/adapters/journal/file-facts.ts";
import { FileJournal } from "../../automation/adapters/journal/file-journal.ts";
import { systemClock } from "../../automation/adapters/system-clock.ts";
import { FileWitness } from "../../automation/adapters/witness/file-witness.ts";
import { Driver } from "../../automation/workflow/driver.ts";
import { protectedWorld } from "./fake-driver.ts";
import { fakePorts } from "./fake-ports.ts";
import { FakeProcess } from "./fake-process.ts";

/**
 * A driver with its journal, locks and witness on disk between clouds of its own memory. `move` starts a failover that stays in the update
 * of the standby; `watch` watches in mode auto. Both end at SIGTERM.
 */
const [directory = "", what = ""] = process.argv.slice(2);
const world = await protectedWorld();
const ports = fakePorts(world, new FakeProcess("disk"));
const stop = new AbortController();
process.on("SIGTERM", () => stop.abort());
const { infrastructure } = ports;
const driver = new Driver({
  environment: "test",
  application: "app",
  ports: {
    ...ports,
    clock: systemClock,
    journal: new FileJournal(`${directory}/journal`),
    facts: new FileFacts(`${directory}/facts`),
    witness: new FileWitness(`${directory}/witness`),
    infrastructure: {
      ...infrastructure,
      apply: async (site, switches, options) => {
        if (what !== "move" || site !== "standby" || switches.drActive !== true)
          return await infrastructure.apply(site, switches, options);
        console.log("in the middle");
        await systemClock.sleep(60_000, stop.signal);
        throw new Error("never told to stop");
      },
    },
  },
  settings: { mode: "auto", retrySeconds: [0], watch: { intervalSeconds: 0.2 } },
});
try {
  if (what === "move") {
    if ((await driver.status()).protection === "unprotected") await driver.reprotect();
    await driver.failover({ mode: "planned", signal: stop.signal });
  } else {
    for await (const event of driver.watch(stop.signal)) {
      if (event.type === "abandoned") console.log(`abandoned ${event.operationId}: ${event.text}`);
      if (event.type === "operation") console.log(`ended ${event.record.id} ${event.record.state}`);
    }
  }
} catch (error) {
  console.log(String(error));
}
process.exit();
