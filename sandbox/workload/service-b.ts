import { Database, untilDone } from "./database.ts";
import { HealthMonitor } from "./health.ts";
import { HttpService } from "./http-service.ts";
import { createObjectStore } from "./objects.ts";
import { Processor } from "./processor.ts";
import { logger, untilTold } from "./run-service.ts";
import { readSettings } from "./settings.ts";

// The worker of the sample application: processes what service-a has taken.
const log = logger("service-b");
const settings = readSettings(process.env);
const database = new Database(settings.database, "service-b");
const objects = createObjectStore(settings.objects);
const processor = new Processor(database, settings.database, log);
const http = new HttpService({
  bind: settings.bind,
  site: settings.site,
  health: new HealthMonitor(settings.site, {
    database: { failure: "unhealthy", run: () => database.checkWritable() },
    storage: { failure: "degraded", run: () => objects.check() },
  }),
  metrics: () => ({ writes_processed_total: processor.processed }),
});
const stop = new AbortController();
untilTold(http, stop, () => database.close(300));
await http.listen();
log(`listening on ${settings.bind.host}:${settings.bind.port}, site ${settings.site}`);
await untilDone(
  () => database.ensureSchema(),
  (error) => log(`the table cannot be made yet: ${error instanceof Error ? error.message : String(error)}`),
  stop.signal,
);
await processor.run(stop.signal);
