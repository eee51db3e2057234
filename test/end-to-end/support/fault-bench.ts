import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { parseEnv } from "node:util";
import { z } from "zod";
import { EtcdWitness } from "../../../automation/adapters/witness/etcd-witness.ts";
import type { OperationReport } from "../../../automation/workflow/stages/operation-report.ts";
import type { AuditedDatabase } from "../../../sandbox/client/audit.ts";
import { missingIds } from "../../../sandbox/client/audit.ts";
import { WriteClient } from "../../../sandbox/client/write-client.ts";
import type { World } from "../../../sandbox/contracts/contracts.ts";
import { ControlClient } from "../../../sandbox/contracts/control-client.ts";
import type { FaultCommand } from "../../../sandbox/contracts/fault-command.ts";
import { openWorld } from "../../../sandbox/contracts/world.ts";
import { measureMove } from "../../../sandbox/demo/measure.ts";
import { Pilotlight, type PilotlightResult } from "../../../sandbox/demo/pilotlight.ts";
import type { Move } from "../../../sandbox/demo/report.ts";
import { stackOutputs } from "../../../sandbox/demo/stack-outputs.ts";
import {
  type PrimaryOutputs,
  primaryOutputsSchema,
  type Site,
  type StandbyOutputs,
  standbyOutputsSchema,
} from "../../../stacks/outputs.ts";
import { armGet } from "./arm-get.ts";
import { DriverRun } from "./driver-run.ts";
import { JournalView } from "./journal-view.ts";
import { outsideView } from "./outside-view.ts";
import { copyProject } from "./project-copy.ts";
import { WitnessLink } from "./witness-link.ts";

const lockSchema = z.looseObject({ owner: z.looseObject({ host: z.string() }) });
const endpointSchema = z.object({ properties: z.object({ endpointStatus: z.string() }) });

/** What somebody outside can see of an application's place. */
export interface Sight {
  /** Whose address the public name has. */
  readonly answers: Site | undefined;
  /** Where the application may log in to its database. */
  readonly writable: readonly Site[];
  /** Traffic Manager's endpoints that are enabled. */
  readonly enabled: readonly Site[];
  /** Services with a running pod, by cloud. */
  readonly pods: { readonly aws: readonly string[]; readonly azure: readonly string[] };
  /** What the witness says, read at its members without the driver's way there. */
  readonly witness: { readonly epoch: number; readonly activeSite: Site; readonly protection: string } | undefined;
  /** Contents of the engine's state and of the stacks' settings, as one hash. */
  readonly written: string;
}

/** A sandbox with both stacks up, a witness at a third site, a driver that watches, and two clients that write all the time. */
export class FaultBench {
  readonly world: World;
  readonly primary: PrimaryOutputs;
  readonly standby: StandbyOutputs;
  /** Obeys DNS. */
  readonly client: WriteClient;
  /** Keeps AWS's address for ever. */
  readonly stale: WriteClient;
  readonly witness: WitnessLink;
  /** The driver's command line; its traffic is `driver`'s. */
  readonly pilotlight: Pilotlight;
  readonly journal: JournalView;
  readonly dnsServer: string;
  readonly #control: ControlClient;
  readonly #project: { readonly root: string; readonly remove: () => Promise<void> };
  readonly #environment: NodeJS.ProcessEnv;
  readonly #runs: DriverRun[] = [];
  #watch: DriverRun | undefined;

  private constructor(parts: {
    readonly world: World;
    readonly project: { readonly root: string; readonly remove: () => Promise<void> };
    readonly witness: WitnessLink;
    readonly environment: NodeJS.ProcessEnv;
    readonly primary: PrimaryOutputs;
    readonly standby: StandbyOutputs;
    readonly staleAddress: string;
  }) {
    const { world, project, environment, standby } = parts;
    this.world = world;
    this.primary = parts.primary;
    this.standby = standby;
    this.witness = parts.witness;
    this.#project = project;
    this.#environment = environment;
    this.#control = new ControlClient(world);
    this.pilotlight = new Pilotlight(project.root, environment);
    this.journal = new JournalView(this.stateDirectory);
    this.dnsServer = process.env["PILOTLIGHT_DNS_SERVERS"] ?? "";
    const { host, port } = standby.publicEndpoint;
    this.client = new WriteClient({ target: { kind: "name", host, port, dnsServer: this.dnsServer }, rate: 5 });
    this.stale = new WriteClient({ target: { kind: "pinned", address: parts.staleAddress, port }, rate: 2 });
  }

  /** `declare` may change the stacks' settings before they come up. */
  static async open(
    instance: number,
    declare: (place: { readonly root: string; readonly witness: WitnessLink }) => Promise<void> = async () => {},
  ): Promise<FaultBench> {
    const project = await copyProject();
    process.env["PILOTLIGHT_PROJECT_ROOT"] = project.root;
    process.env["PILOTLIGHT_SANDBOX_INSTANCE"] = String(instance);
    const control = `127.${30 + instance}`;
    const witness = await WitnessLink.open(`${control}.50`, `${control}.60`);
    const sandbox = new Pilotlight(project.root);
    try {
      await declare({ root: project.root, witness });
      await sandbox.must(["sandbox", "up"], { show: false });
      const file = join(project.root, ".env.sandbox");
      Object.assign(process.env, parseEnv(readFileSync(file, "utf8")));
      // What stands in the file counts before the environment; a second driver is to have a state of its own.
      const lines = readFileSync(file, "utf8").split("\n");
      const own = /^PILOTLIGHT_(STATE_DIR|OBJECT_SYNC_SECONDS)=/;
      await writeFile(file, lines.filter((line) => !own.test(line)).join("\n"));
      const environment = {
        PILOTLIGHT_SANDBOX_SITE: "driver",
        PILOTLIGHT_WITNESS: "etcd",
        PILOTLIGHT_WATCH_OBJECT_SYNC_SECONDS: "5",
        PILOTLIGHT_ETCD_ENDPOINTS: witness.endpoints,
      };
      await new Pilotlight(project.root, environment).must(["up"], { show: false });
      const world = openWorld(project.root, instance);
      const primary = primaryOutputsSchema.parse(await stackOutputs(world, "sandbox-primary"));
      const standby = standbyOutputsSchema.parse(await stackOutputs(world, "sandbox-standby"));
      const dnsServer = process.env["PILOTLIGHT_DNS_SERVERS"] ?? "";
      const staleAddress = await outsideView.addressOf(standby.publicEndpoint.host, dnsServer);
      return new FaultBench({ world, project, witness, environment, primary, standby, staleAddress });
    } catch (error) {
      await FaultBench.#remove(project, witness);
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.client.stop(), this.stale.stop(), ...this.#runs.map((run) => run.end())]);
    await FaultBench.#remove(this.#project, this.witness);
  }

  static async #remove(project: { readonly root: string; readonly remove: () => Promise<void> }, witness: WitnessLink) {
    await new Pilotlight(project.root).run(["sandbox", "down", "--wipe"], { show: false });
    await witness.close();
    await project.remove();
  }

  get stateDirectory(): string {
    return process.env["PILOTLIGHT_STATE_DIR"] ?? join(this.#project.root, ".pilotlight");
  }

  fault(command: FaultCommand): Promise<unknown> {
    return this.#control.fault(command);
  }

  /** Name of the process behind a site's database. */
  async databaseProcess(cloud: "aws" | "azure"): Promise<string> {
    const { processes } = await this.#control.status();
    const found = processes.find((each) => each.cloud === cloud && each.name.startsWith("postgres"));
    if (found === undefined) throw new Error(`no database runs in ${cloud}: ${processes.map(({ name }) => name)}`);
    return found.name;
  }

  /** A driver's command to its end. */
  run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<PilotlightResult> {
    return new Pilotlight(this.#project.root, { ...this.#environment, ...environment }).run(args, { show: false });
  }

  /** A driver's command that is looked at while it runs. */
  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): DriverRun {
    const run = new DriverRun(this.#project.root, args, { ...this.#environment, ...environment });
    this.#runs.push(run);
    return run;
  }

  /** As `run`, and throws unless it succeeded. */
  must(args: readonly string[]): Promise<string> {
    return this.pilotlight.must(args, { show: false });
  }

  /** The watch as a team runs it, in the place of the one before. Resolves when it has looked once. */
  async watch(mode: "observe" | "auto"): Promise<DriverRun> {
    await this.#watch?.end();
    this.#watch = this.start(["watch", "--json"], { PILOTLIGHT_MODE: mode });
    await this.watched();
    return this.#watch;
  }

  /** Resolves when the watch finds everything well, heartbeats arriving: what comes next is not the end of an earlier fault. */
  async watched(): Promise<void> {
    await this.#watch?.until(/"type":"evaluation".*"score":0,/);
  }

  /** A driver of another machine: the same witness, a journal of its own. */
  async otherMachine(
    name: string,
  ): Promise<{ readonly environment: NodeJS.ProcessEnv; readonly journal: JournalView }> {
    const directory = join(this.world.directory, `driver-${name}`);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return { environment: { PILOTLIGHT_STATE_DIR: directory }, journal: new JournalView(directory) };
  }

  /** The state directory as a backup of it looks on a machine of another name, where nobody can see whether its driver lives. */
  async restoredElsewhere(name: string): Promise<NodeJS.ProcessEnv> {
    const { environment } = await this.otherMachine(name);
    const directory = environment["PILOTLIGHT_STATE_DIR"] ?? "";
    await cp(this.stateDirectory, directory, { recursive: true });
    const files = await readdir(join(directory, "journal", "locks"), { recursive: true, withFileTypes: true });
    for (const file of files.filter((each) => each.isFile() && each.name.endsWith(".lock"))) {
      const path = join(file.parentPath, file.name);
      const lock = lockSchema.parse(JSON.parse(await readFile(path, "utf8")));
      await writeFile(path, JSON.stringify({ ...lock, owner: { ...lock.owner, host: `not-${lock.owner.host}` } }));
    }
    return environment;
  }

  async json(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown>> {
    const { code, output } = await this.run([...args, "--json"], environment);
    if (code !== 0) throw new Error(`pilotlight ${args.join(" ")} ended with ${code}: ${output.slice(-1000)}`);
    return z.record(z.string(), z.unknown()).parse(JSON.parse(output));
  }

  async mayWrite(site: Site): Promise<boolean> {
    return outsideView.mayLogIn((site === "primary" ? this.primary : this.standby).database);
  }

  async answers(): Promise<Site | undefined> {
    const { instance } = this.world;
    const address = await outsideView
      .addressOf(this.standby.publicEndpoint.host, this.dnsServer)
      .catch(() => undefined);
    if (address?.startsWith(`127.${10 + instance}.`)) return "primary";
    return address?.startsWith(`127.${20 + instance}.`) ? "standby" : undefined;
  }

  /** Everything, seen at once. `without`: a cloud that does not answer now is not asked. */
  async look(without?: "aws" | "azure"): Promise<Sight> {
    const reached = { primary: without !== "aws", standby: without !== "azure" };
    const sites = (["primary", "standby"] as const).filter((site) => reached[site]);
    const writable = await Promise.all(sites.map(async (site) => ((await this.mayWrite(site)) ? [site] : [])));
    const enabled = reached.standby ? await this.enabled() : [];
    return {
      answers: await this.answers(),
      writable: writable.flat(),
      enabled,
      pods: {
        aws: reached.primary ? await this.services("aws") : [],
        azure: reached.standby ? await this.services("azure") : [],
      },
      witness: await this.#record(),
      written: await this.#written(),
    };
  }

  async enabled(): Promise<readonly Site[]> {
    const { subscriptionId, resourceGroup, traffic } = this.standby;
    if (traffic.kind !== "traffic-manager") throw new Error(`the sandbox's traffic is ${traffic.kind}`);
    const { profile, endpoints } = traffic;
    const found = await Promise.all(
      (["primary", "standby"] as const).map(async (site) => {
        const path = `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/trafficManagerProfiles/${profile}/externalEndpoints/${endpoints[site]}`;
        const { body } = await armGet(path, "2022-04-01");
        return endpointSchema.parse(body).properties.endpointStatus === "Enabled" ? [site] : [];
      }),
    );
    return found.flat();
  }

  /** Names of the services with a running pod. A cluster that is not there has none. */
  async services(cloud: "aws" | "azure"): Promise<readonly string[]> {
    const file = join(this.world.directory, `kubeconfig-${cloud}.yaml`);
    const { processes } = await this.#control.status();
    const there = processes.some((each) => each.cloud === cloud && each.name.endsWith("-apiserver"));
    if (!there || !existsSync(file)) return [];
    const pods = await outsideView.pods(file, this.primary.workloads.namespace);
    return [...new Set(pods.map((name) => name.split("-").slice(0, 2).join("-")))].toSorted();
  }

  async previews(...roles: readonly ("primary" | "standby")[]): Promise<void> {
    await Promise.all(roles.map((role) => outsideView.expectNoChanges(this.#project.root, `sandbox-${role}`)));
  }

  /** What the clients lost and what the driver says they lost, of a move that a reprotect has followed. */
  async measure(operation: string, from: Date, faultAt?: Date, environment: NodeJS.ProcessEnv = {}): Promise<Move> {
    const until = new Date();
    await this.#everythingArrived();
    const report = (await this.json(["report", operation], environment)) as unknown as OperationReport;
    const [old, surviving] = [audited(this.primary), audited(this.standby)];
    const away = report.direction.to === "standby";
    return measureMove({
      operation: report,
      client: this.client,
      stale: this.stale,
      from,
      until,
      faultAt,
      databases: away ? { old, surviving } : { old: surviving, surviving: old },
    });
  }

  /** The newest writes cross in some milliseconds: a loss is what does not come in five seconds. */
  async #everythingArrived(): Promise<void> {
    const last = this.client.acknowledged.slice(-5).map(({ id }) => id);
    for (let tries = 0; tries < 20; tries += 1) {
      const missing = await Promise.all([this.primary, this.standby].map((site) => missingIds(audited(site), last)));
      if (missing.every((ids) => ids.length === 0)) return;
      await sleep(250);
    }
  }

  async #record(): Promise<Sight["witness"]> {
    const store = new EtcdWitness({ client: this.witness.cluster.client() });
    const record = await store.read(this.primary.application, AbortSignal.timeout(10_000));
    if (record === undefined) return undefined;
    const { epoch, activeSite, protection } = record;
    return { epoch, activeSite, protection };
  }

  async #written(): Promise<string> {
    const hash = createHash("sha256");
    const folders = [
      join(this.world.directory, "pulumi-state", ".pulumi", "stacks"),
      join(this.#project.root, "stacks"),
    ];
    for (const folder of folders) {
      const names = await readdir(folder, { recursive: true, withFileTypes: true });
      for (const name of names.filter(
        (each) => each.isFile() && /^(Pulumi\.)?sandbox-[a-z]+\.(json|yaml)$/.test(each.name),
      ))
        hash.update(await readFile(join(name.parentPath, name.name)));
    }
    return hash.digest("hex");
  }
}

function audited({ database }: PrimaryOutputs | StandbyOutputs): AuditedDatabase {
  const { host, port, name, adminUser, adminPassword, sslMode } = database;
  return { host, port, name, user: adminUser, password: adminPassword, sslMode };
}
