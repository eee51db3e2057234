import { Database, untilDone } from "./database.ts";
import { HealthMonitor } from "./health.ts";
import { HttpService } from "./http-service.ts";
import { createObjectStore } from "./objects.ts";
import { logger, untilTold } from "./run-service.ts";
import { readSettings } from "./settings.ts";
import { Writes } from "./writes.ts";

// The API of the sample application: takes writes and gives them back.
const log = logger("service-a");
const settings = readSettings(process.env);
const database = new Database(settings.database, "service-a");
const objects = createObjectStore(settings.objects);
const writes = new Writes(database, objects, settings.site);
const health = new HealthMonitor(settings.site, {
  database: { failure: "unhealthy", run: () => database.checkWritable() },
  storage: { failure: "degraded", run: () => objects.check() },
});
const http = new HttpService({
  bind: settings.bind,
  site: settings.site,
  health,
  routes: {
    "POST /writes": async ({ body }) => writes.create(await body()),
    "GET /writes/*": ({ path }) => writes.get(decodeURIComponent(path.slice("/writes/".length))),
  },
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
