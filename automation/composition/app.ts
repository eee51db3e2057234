import { join } from "node:path";
import { DefaultAzureCredential } from "@azure/identity";
import { pino } from "pino";
import type { Site } from "../../stacks/outputs.ts";
import { ArmClient } from "../adapters/azure/arm-client.ts";
import { FlexibleServer } from "../adapters/azure/flexible-server.ts";
import { LocalSalvageFiles } from "../adapters/files/salvage-files.ts";
import { StackFiles } from "../adapters/git/stack-files.ts";
import { FileInbox } from "../adapters/inbox/file-inbox.ts";
import { FileFacts, factsDirectory } from "../adapters/journal/file-facts.ts";
import { FileJournal } from "../adapters/journal/file-journal.ts";
import { LogNotifier } from "../adapters/notify/log-notifier.ts";
import { ObjectStores } from "../adapters/objects/object-stores.ts";
import { PostgresDatabases } from "../adapters/postgres/databases.ts";
import { PrimaryZones } from "../adapters/primary-zones.ts";
import { HttpProbe } from "../adapters/probe/http-probe.ts";
import { PulumiInfrastructure } from "../adapters/pulumi/infrastructure.ts";
import { ObjectStateBackups } from "../adapters/pulumi/state-backups.ts";
import { SiteWorkloads } from "../adapters/site-workloads.ts";
import { systemClock } from "../adapters/system-clock.ts";
import { declaredEndpoints } from "../adapters/traffic/declared-endpoints.ts";
import { EndpointTraffic } from "../adapters/traffic/endpoint-traffic.ts";
import { DriverError } from "../domain/errors.ts";
import { Wake } from "../lib/wake.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { DatabaseAudit } from "../ports/database-audit.ts";
import type { Inbox } from "../ports/inbox.ts";
import type { Infrastructure } from "../ports/infrastructure.ts";
import type { SalvageReader } from "../ports/salvage-files.ts";
import type { StateBackups } from "../ports/state-backups.ts";
import type { PreflightReport } from "../preflight/run-checks.ts";
import { Driver } from "../workflow/driver.ts";
import type { OnEvent } from "../workflow/execution/events.ts";
import type { Ports } from "../workflow/ports.ts";
import { preflight } from "./create-preflight.ts";
import { createWitness, type WitnessStore } from "./create-witness.ts";
import { databaseAuthority, probeAuthority } from "./database-authority.ts";
import { OutputsReader } from "./outputs-reader.ts";
import { readSettings, type Settings } from "./settings.ts";
import { SwitchRecords } from "./switch-records.ts";

/** The driver with its effects attached: what the command line and the server start from. */
export interface App {
  readonly settings: Settings;
  readonly infrastructure: Infrastructure;
  /** Copies of the stacks' states, made behind each update; wait for them before the process ends. */
  readonly stateBackups: StateBackups;
  /** The application's databases at both sites. */
  readonly database: Database;
  /** What version control says of the switches; wait for its commits before the process ends. */
  readonly switchRecords: SwitchRecords;
  /** The switches by epoch, in this checkout and as deployed. */
  readonly stackSwitches: Pick<PulumiInfrastructure, "epochs" | "bringUpToDate">;
  readonly inbox: Inbox;
  readonly clock: Clock;
  /** Makes the watch look now. */
  readonly wake: Wake;
  /** The witness that the settings name, and what its store offers beyond. */
  readonly witness: WitnessStore;
  /** What a person may ask of the databases between operations. */
  readonly databaseAudit: DatabaseAudit;
  readonly salvageFiles: SalvageReader;
  /** A driver of the deployed application. @throws DriverError `not-found` before the first `up`. */
  driver(onEvent: OnEvent): Promise<{ readonly driver: Driver; readonly application: string }>;
  /** Looks at everything that a failover will need. @throws DriverError `not-found` before the first `up`. */
  preflight(signal: AbortSignal): Promise<PreflightReport>;
}

/** Composes settings, adapters and workflow. Reads no cloud. */
export function createApp(environment: Readonly<Record<string, string | undefined>>, projectRoot: string): App {
  // The SDKs and child processes (the engine, kubectl plugins) read the process environment themselves.
  for (const [name, value] of Object.entries(environment)) if (value !== undefined) process.env[name] = value;
  const settings = readSettings(environment, projectRoot);
  const name = settings.environment;
  if (name === undefined)
    throw new DriverError("invalid-input", "no environment is chosen", { field: "--environment" });

  const clock = systemClock;
  const wake = new Wake();
  const engine = new PulumiInfrastructure({ projectRoot, environment: name });
  const outputs = new OutputsReader(engine, clock);
  const infrastructure: Infrastructure = {
    primary: () => outputs.find("primary"),
    standby: () => outputs.find("standby"),
    switches: (site) => engine.switches(site),
    preview: (site, options) => engine.preview(site, options),
    apply: async (site, switches, options) => {
      try {
        return await engine.apply(site, switches, options);
      } finally {
        outputs.forget();
        stateBackups.changed(site);
      }
    },
  };

  const bySite = <T>(read: (site: Site) => Promise<T>): Readonly<Record<Site, () => Promise<T>>> => ({
    primary: () => read("primary"),
    standby: () => read("standby"),
  });
  const arm = new ArmClient({
    credential: new DefaultAzureCredential(),
    endpoint: settings.azureResourceManagerEndpoint,
  });
  const state = settings.stateDirectory;
  const notifier = new LogNotifier(
    pino({ level: settings.logLevel }, pino.destination({ dest: join(state, "notices.log"), mkdir: true, sync: true })),
  );
  const store = createWitness(settings.witness, { stateDirectory: state, clock, notifier });
  const switchRecords = new SwitchRecords({
    clock,
    files: new StackFiles(projectRoot, name),
    engine,
    git: settings.git,
    notifier,
  });
  const objects = new ObjectStores({ endpoints: bySite(async (site) => (await outputs.get(site)).objects) });
  const stateBackups: StateBackups = new ObjectStateBackups({
    environment: name,
    state: (site, signal) => engine.exportState(site, signal),
    store: (site, signal) => objects.store(site, signal),
    file: join(state, "state-backups.json"),
    notifier,
  });
  const database = new PostgresDatabases({
    endpoints: bySite(async (site) => (await outputs.get(site)).database),
    authority: databaseAuthority(settings),
    servers: {
      standby: async () => {
        const {
          subscriptionId,
          resourceGroup,
          database: { host },
        } = await outputs.get("standby");
        return new FlexibleServer(arm, { subscriptionId, resourceGroup, host });
      },
    },
  });
  const salvageFiles = new LocalSalvageFiles(join(state, "salvage"));
  const ports: Ports = {
    infrastructure,
    clock,
    database,
    objects,
    workloads: new SiteWorkloads({
      arm,
      outputs: { primary: () => outputs.get("primary"), standby: () => outputs.get("standby") },
    }),
    traffic: new EndpointTraffic(async () => declaredEndpoints(arm, await outputs.get("standby"))),
    probe: new HttpProbe({
      services: async (site) => (await outputs.get(site)).endpoints,
      publicEndpoint: async () => (await outputs.find("standby"))?.publicEndpoint,
      dnsServers: settings.dnsServers,
      authority: probeAuthority(settings),
    }),
    zones: new PrimaryZones(() => outputs.get("primary")),
    notifier,
    salvage: salvageFiles,
    journal: new FileJournal(join(state, "journal")),
    facts: new FileFacts(factsDirectory(state)),
    witness: store.witness,
  };

  const app: App = {
    settings,
    databaseAudit: database,
    salvageFiles,
    infrastructure,
    database: ports.database,
    stateBackups,
    switchRecords,
    stackSwitches: engine,
    clock,
    wake,
    witness: store,
    inbox: new FileInbox(join(state, "inbox")),
    async driver(onEvent) {
      const { application } = (await outputs.find("standby")) ?? (await outputs.get("primary"));
      const driver = new Driver({
        environment: name,
        application,
        ports,
        onEvent: switchRecords.following(onEvent),
        wake: (signal) => wake.wait(signal),
        settings: settings.driver,
      });
      return { driver, application };
    },
    async preflight(signal) {
      const { driver, application } = await app.driver(() => {});
      return preflight(
        {
          ...{
            projectRoot,
            environment: name,
            application,
            settings,
            outputs,
            arm,
            ports,
            driver,
            stateBackups,
            switchRecords,
          },
          members: store.members,
        },
        signal,
      );
    },
  };
  return app;
}
