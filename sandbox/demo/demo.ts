import { join } from "node:path";
import type { OperationReport } from "../../automation/workflow/stages/operation-report.ts";
import {
  type PrimaryOutputs,
  primaryOutputsSchema,
  type StandbyOutputs,
  standbyOutputsSchema,
} from "../../stacks/outputs.ts";
import { type AuditedDatabase, missingIds } from "../client/audit.ts";
import { DnsResolver, parseDnsServer } from "../client/dns-resolver.ts";
import { WriteClient } from "../client/write-client.ts";
import type { World } from "../contracts/contracts.ts";
import { ControlClient } from "../contracts/control-client.ts";
import { DriverService, type ServiceStatus } from "./driver-service.ts";
import { measureMove, trafficBySecond } from "./measure.ts";
import { Pilotlight } from "./pilotlight.ts";
import type { DemoReport } from "./report.ts";
import { saveReport } from "./save-report.ts";
import { stackOutputs } from "./stack-outputs.ts";

export interface DemoOptions {
  readonly world: World;
  readonly say: (line: string) => void;
  /** Show what the commands show; false in tests. */
  readonly show: boolean;
  /** Looks at the world between the moves; tests do. */
  readonly at?: (moment: DemoMoment, place: DemoPlace) => Promise<void>;
}

/** `protected`: traffic on AWS. `failed-over`: on Azure, the region still down. `reprotected`: AWS follows. `home`: scaled down. */
export type DemoMoment = "protected" | "failed-over" | "reprotected" | "home";

export interface DemoPlace {
  readonly pilotlight: Pilotlight;
  readonly primary: PrimaryOutputs;
  readonly standby: StandbyOutputs;
  readonly dnsServer: string;
  readonly driver: DriverService;
}

const writesPerSecond = 10;
/** Makes replication lag visible: what is on the wire when the region goes is what is lost. */
const linkDelayMs = 300;

/** An application moves from AWS to Azure and back in a running sandbox; returns and saves the report. */
export async function runDemo({ world, say, show, at }: DemoOptions): Promise<DemoReport> {
  const create = (environment: NodeJS.ProcessEnv) => new Pilotlight(world.projectRoot, environment);
  const pilotlight = create({});
  const control = new ControlClient(world);
  const events: { at: string; text: string }[] = [];
  const event = (text: string): Date => {
    const now = new Date();
    events.push({ at: now.toISOString(), text });
    say(`── ${text}`);
    return now;
  };

  event("both stacks up");
  await pilotlight.must(["up"], { show });
  const primary = primaryOutputsSchema.parse(await stackOutputs(world, "sandbox-primary"));
  const standby = standbyOutputsSchema.parse(await stackOutputs(world, "sandbox-standby"));

  const dnsServer = process.env.PILOTLIGHT_DNS_SERVERS ?? "";
  const { host, port } = standby.publicEndpoint;
  const run = new Date().toISOString().replace(/[:.]/g, "-");
  const trace = (name: string) => join(world.directory, "clients", `${run}-${name}.ndjson`);
  const staleAddress = await new DnsResolver(parseDnsServer(dnsServer)).resolve(host);
  const client = new WriteClient({
    target: { kind: "name", host, port, dnsServer },
    rate: writesPerSecond,
    file: trace("client"),
  });
  const stale = new WriteClient({
    target: { kind: "pinned", address: staleAddress, port },
    rate: 2,
    file: trace("stale-client"),
  });

  const driver = await DriverService.start(create, {
    directory: world.directory,
    address: `127.${30 + world.instance}.0.1:8930`,
    onLine: (line) => show && say(`   driver: ${line}`),
  });
  const place: DemoPlace = { pilotlight, primary, standby, dnsServer, driver };
  const moment = async (name: DemoMoment) => at?.(name, place);

  try {
    const startedAt = event(`${host} is served by AWS, clients write`);
    client.start();
    stale.start();
    await client.waitForSite("primary", AbortSignal.timeout(60_000));
    await seconds(8);
    await moment("protected");
    await control.fault({ kind: "link", from: "azure", to: "aws", fault: "slow", delayMs: linkDelayMs });
    await seconds(4);

    await control.fault({ kind: "region", cloud: "aws", state: "down" });
    const faultAt = event("the AWS region is down");
    const asked = await driver.until("the failover asks about the fence", asksAboutFence, 90);
    event("the driver cannot confirm the fence, and asks");
    const reason = "the demo turned the region off itself";
    await pilotlight.must(["resume", "--override", "fence-unconfirmed", "--reason", reason], { show });
    event("a person overrides the guard");
    await driver.during(client.waitForSite("standby", AbortSignal.timeout(180_000), faultAt));
    event("Azure serves");
    const failover = asked.operation?.id ?? "";
    await driver.until(
      "the failover is done",
      ({ operation }) => operation?.id === failover && operation.state === "succeeded",
      180,
    );
    await moment("failed-over");

    await control.fault({ kind: "link", from: "azure", to: "aws", fault: "heal" });
    await control.fault({ kind: "region", cloud: "aws", state: "up" });
    event("AWS returns; the stale client still writes there");
    await pilotlight.must(["reprotect", "--yes"], { show });
    event("AWS is fenced and follows Azure");
    await moment("reprotected");
    await seconds(4);

    const failbackAt = event("planned failback");
    await pilotlight.must(["failback", "--yes"], { show });
    await client.waitForSite("primary", AbortSignal.timeout(60_000), failbackAt);
    event("home: AWS serves, the standby is scaled down and follows");
    await moment("home");
    await seconds(4);
    await Promise.all([client.stop(), stale.stop()]);
    await everythingArrived(client, [audited(primary), audited(standby)]);
    const endedAt = new Date();
    await driver.stop();

    const operations = { failover: await report(pilotlight, failover), failback: await report(pilotlight, undefined) };
    const shared = { client, stale };
    return await saveReport(world, {
      application: primary.application,
      environment: primary.environment,
      generatedAt: new Date().toISOString(),
      moves: [
        await measureMove({
          ...shared,
          operation: operations.failover,
          from: startedAt,
          until: failbackAt,
          faultAt,
          databases: { old: audited(primary), surviving: audited(standby) },
        }),
        await measureMove({
          ...shared,
          operation: operations.failback,
          from: failbackAt,
          until: endedAt,
          faultAt: undefined,
          databases: { old: audited(standby), surviving: audited(primary) },
        }),
      ],
      events,
      traffic: trafficBySecond(client),
    });
  } finally {
    await Promise.all([client.stop(), stale.stop(), driver.stop()]);
  }
}

function asksAboutFence({ operation }: ServiceStatus): boolean {
  return operation?.questions.some(({ guard, closed }) => guard === "fence-unconfirmed" && !closed) ?? false;
}

function audited({ database }: PrimaryOutputs | StandbyOutputs): AuditedDatabase {
  const { host, port, name, adminUser, adminPassword, sslMode } = database;
  return { host, port, name, user: adminUser, password: adminPassword, sslMode };
}

async function report(pilotlight: Pilotlight, operation: string | undefined): Promise<OperationReport> {
  const args = ["report", ...(operation === undefined ? [] : [operation]), "--json"];
  return JSON.parse(await pilotlight.must(args, { show: false })) as OperationReport;
}

/** The newest writes cross from one database to the other in some milliseconds: a loss is what does not come in ten seconds. */
async function everythingArrived(client: WriteClient, databases: readonly AuditedDatabase[]): Promise<void> {
  const last = client.acknowledged.slice(-20).map((write) => write.id);
  for (let tries = 0; tries < 20; tries += 1) {
    const missing = await Promise.all(databases.map((database) => missingIds(database, last)));
    if (missing.every((ids) => ids.length === 0)) return;
    await seconds(0.5);
  }
}

function seconds(count: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, count * 1000));
}
