import { join } from "node:path";
import { Capacity } from "../azure/capacity.ts";
import { ApiFaults } from "../contracts/api-faults.ts";
import type { Logger, SandboxContext, SandboxModule, World } from "../contracts/contracts.ts";
import type { FaultCommand } from "../contracts/fault-command.ts";
import type { Status } from "../contracts/status.ts";
import { hostOf } from "../contracts/world.ts";
import { DnsServer } from "../network/dns-server.ts";
import { GatewayNetwork } from "../network/gateway-network.ts";
import { Events } from "./events.ts";
import { createLoggers } from "./logger.ts";
import { SupervisedProcesses } from "./processes.ts";
import { pause } from "./run-files.ts";
import { JsonStore } from "./store.ts";

/** Modules of one step start in parallel; a step begins when the one before it is ready. */
export type StartPlan = readonly (readonly { readonly name: string; readonly module: SandboxModule }[])[];

/** How long one module may take to stop before the rest goes on without it. */
const stopDeadlineMs = 20_000;

type ModuleStatus = Status["modules"][number];

/** One of everything that the modules share, their life, and the faults. */
export class Supervisor {
  readonly context: SandboxContext;
  readonly events = new Events();
  readonly capacity = new Capacity();
  readonly apiFaults = new ApiFaults();
  readonly #processes: SupervisedProcesses;
  readonly #network: GatewayNetwork;
  readonly #dns: DnsServer;
  readonly #log: Logger;
  readonly #startedAt = new Date().toISOString();
  #plan: StartPlan = [];
  #modules = new Map<string, ModuleStatus>();
  #state: Status["state"] = "starting";
  #stopped: Promise<void> | undefined;

  constructor(world: World, echo?: (line: string) => void) {
    const logger = createLoggers(join(world.directory, "logs", "supervisor.log"), echo);
    const store = new JsonStore(join(world.directory, "state"));
    this.#processes = new SupervisedProcesses({ directory: world.directory, events: this.events });
    this.#network = new GatewayNetwork(world, store);
    this.#dns = new DnsServer(hostOf(world, "control", "0.53"));
    this.#log = logger("supervisor");
    this.context = { world, processes: this.#processes, network: this.#network, dns: this.#dns, store, logger };
    this.events.listen((event) => this.#log.info(`${event.kind} ${event.text}`));
  }

  get state(): Status["state"] {
    return this.#state;
  }

  /** Resolves when every module is ready. Throws the first failure, after the step's other modules have settled. */
  async start(plan: StartPlan): Promise<void> {
    this.#plan = plan;
    for (const { name } of plan.flat()) this.#modules.set(name, { name, state: "waiting" });
    try {
      await this.#dns.start();
      for (const step of plan) {
        const results = await Promise.allSettled(step.map(({ name, module }) => this.#startModule(name, module)));
        const failed = results.find((result) => result.status === "rejected");
        if (failed !== undefined) throw failed.reason;
        if (this.#stopped !== undefined) throw new Error("the sandbox was stopped while it started");
      }
      this.#state = "ready";
      this.events.emit("supervisor", "ready");
    } catch (error) {
      if (this.#stopped === undefined) this.#state = "failed";
      this.#log.error(describe(error));
      throw error;
    }
  }

  /** Ends everything: modules, then whatever process is left. The second call waits for the first. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stopEverything();
    return this.#stopped;
  }

  async apply(command: FaultCommand): Promise<void> {
    switch (command.kind) {
      case "region":
        if (command.state === "down") {
          // The network first: nobody outside may see an answer of a half-frozen region.
          this.#network.setRegion(command.cloud, "down");
          this.#processes.freezeCloud(command.cloud);
        } else {
          this.#processes.thawCloud(command.cloud);
          this.#network.setRegion(command.cloud, "up");
        }
        this.events.emit("fault", `region ${command.cloud} ${command.state}`);
        return;
      case "link": {
        const { from, to, fault, delayMs } = command;
        const inForce = fault === "heal" ? undefined : { kind: fault, ...(delayMs === undefined ? {} : { delayMs }) };
        this.#network.setLink(from, to, inForce);
        this.events.emit("fault", `link ${from} -> ${to} ${fault}${delayMs === undefined ? "" : ` ${delayMs} ms`}`);
        return;
      }
      case "capacity":
        this.capacity.set(command.vmSize, command.action);
        this.events.emit("fault", `capacity ${command.cloud} ${command.vmSize} ${command.action}`);
        return;
      case "api": {
        const { cloud, service, action, share = 1 } = command;
        if (action === "heal") this.apiFaults.heal(cloud, service);
        else this.apiFaults.set({ cloud, service, how: action, share });
        this.events.emit("fault", `api ${cloud} ${service} ${action}${share === 1 ? "" : ` ${share}`}`);
        return;
      }
      case "process":
        if (command.action === "kill") await this.#processes.kill(command.name);
        else if (command.action === "freeze") this.#processes.freeze(command.name);
        else this.#processes.thaw(command.name);
        this.events.emit("fault", `process ${command.name} ${command.action}`);
    }
  }

  status(): Status {
    return {
      state: this.#state,
      pid: process.pid,
      instance: this.context.world.instance,
      startedAt: this.#startedAt,
      modules: [...this.#modules.values()],
      processes: this.#processes.list().map(({ pid, ...rest }) => (pid === undefined ? rest : { ...rest, pid })),
      gateways: [...this.#network.gateways()],
      regions: { aws: this.#network.regionState("aws"), azure: this.#network.regionState("azure") },
      links: this.#network.links().map(({ from, to, fault }) => ({ from, to, fault: { ...fault } })),
      refusedSizes: [...this.capacity.refused()],
      apis: [...this.apiFaults.list()],
      dns: this.#dns.address,
    };
  }

  async #startModule(name: string, module: SandboxModule): Promise<void> {
    const began = performance.now();
    this.#modules.set(name, { name, state: "starting" });
    this.events.emit("module", `${name} starting`);
    try {
      await module.start();
      const seconds = Math.round((performance.now() - began) / 100) / 10;
      this.#modules.set(name, { name, state: "ready", seconds });
      this.events.emit("module", `${name} ready after ${seconds} s`);
    } catch (error) {
      this.#modules.set(name, { name, state: "failed", error: describe(error) });
      this.events.emit("module", `${name} failed`);
      throw new Error(`${name} did not start: ${describe(error)}`, { cause: error });
    }
  }

  async #stopEverything(): Promise<void> {
    this.#state = "stopping";
    this.events.emit("supervisor", "stopping");
    for (const cloud of ["aws", "azure"] as const) {
      this.#processes.thawCloud(cloud);
      this.#network.setRegion(cloud, "up");
    }
    for (const { from, to } of this.#network.links()) this.#network.setLink(from, to, undefined);
    for (const step of [...this.#plan].reverse()) {
      await Promise.all(step.map(({ name, module }) => this.#settle(name, module.stop())));
    }
    await this.#settle("processes", this.#processes.stopAll());
    await this.#settle("network", this.#network.close());
    await this.#settle("dns", this.#dns.stop());
    this.events.emit("supervisor", "stopped");
  }

  /** A part that fails to stop is logged; what it leaves is ended by the orphan clean-up. */
  async #settle(name: string, stopping: Promise<void>): Promise<void> {
    const late = pause(stopDeadlineMs, { unref: true }).then(() => {
      throw new Error(`did not stop within ${stopDeadlineMs / 1000} s`);
    });
    await Promise.race([stopping, late]).catch((error) => this.#log.error(`${name}: ${describe(error)}`));
  }
}

export function describe(error: unknown): string {
  if (error instanceof AggregateError) return [error.message, ...error.errors.map((part) => describe(part))].join("; ");
  return error instanceof Error ? error.message : String(error);
}
