import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { z } from "zod";
import { DriverError, invalidInput } from "../domain/errors.ts";
import { replay } from "../domain/journal-state.ts";
import { isEnded, type Mode, type OperationRecord, type PlanName } from "../domain/operation.ts";
import { requireMovableData } from "../domain/supported-topology.ts";
import type { OperationSummary } from "../ports/journal.ts";
import { admit, parseOverrides, planInput, requireOverridable, requireSupported } from "./admission/admission.ts";
import { currentGuards } from "./admission/current-guards.ts";
import { freeIdleLock, lockName, released } from "./admission/lock.ts";
import { isLitAhead, latestOperation, newestLighting } from "./admission/operation-history.ts";
import { openOperation } from "./admission/operation-runner.ts";
import { OperatorControls } from "./admission/operator-controls.ts";
import { OperationStarter } from "./admission/start-operation.ts";
import { evacuatedZones } from "./admission/zones.ts";
import { driverStatus } from "./driver-status.ts";
import type {
  AbortOptions,
  AnswerOptions,
  DriverOptions,
  DriverStatus,
  FailoverOptions,
  ResumeOptions,
  StartOptions,
  WatchOptions,
} from "./driver-types.ts";
import { describePlan, type PlanDescription } from "./plans/describe-plan.ts";
import { pastOperations } from "./plans/past-operations.ts";
import type { PlanSubject } from "./plans/plan.ts";
import { type DriverSettings, driverSettingsSchema } from "./settings.ts";
import { buildReport, type OperationReport } from "./stages/operation-report.ts";
import type { Operations } from "./watch/operations.ts";
import { watchAndAct } from "./watch/watch-and-act.ts";
import type { DriverWatchEvent } from "./watch/watch-event.ts";

const neverAborted = new AbortController().signal;

/**
 * The driver of one application in one environment. Holds no state of its own: everything is in the witness and the journal, so any
 * number may exist; the application's lock lets one of them operate at a time.
 *
 * Operations resolve with their record once they have ended; look at `state`: `succeeded`, `failed` and `aborted` (both undone) or
 * `needs-operator`. They throw a `DriverError` where they could not begin (`refused`, `guard`, `invalid-input`) or broke off
 * (`interrupted`, `stale-epoch`, the journal's errors).
 */
export class Driver {
  readonly #options: DriverOptions;
  readonly #settings: DriverSettings;
  readonly #identity: string;
  readonly #starter: OperationStarter;
  /** What people say between operations: pause, unpause, approve. */
  readonly controls: OperatorControls;

  constructor(options: DriverOptions) {
    const settings = driverSettingsSchema.safeParse(options.settings ?? {});
    if (!settings.success) throw invalidInput("settings", options.settings, z.prettifyError(settings.error));
    this.#options = options;
    this.#settings = settings.data;
    this.#identity = options.identity ?? `${process.pid}@${hostname()}`;
    this.controls = new OperatorControls(options.application, options.ports);
    this.#starter = new OperationStarter(options, this.#settings, this.#identity, this.controls);
  }

  get settings(): DriverSettings {
    return this.#settings;
  }

  /** The state of the application. Never hangs on a site that does not answer. */
  async status(signal: AbortSignal = neverAborted): Promise<DriverStatus> {
    return driverStatus({
      ...this.#options,
      witness: await this.#starter.witness(signal),
      estate: await this.#starter.estate(),
      controls: await this.controls.state(),
      signal,
    });
  }

  /** Moves the application from the primary to the standby. */
  failover(options: FailoverOptions): Promise<OperationRecord> {
    return this.#starter.start("failover", options.mode, options);
  }

  /** Makes the inactive site follow the active one: the first protection, or the way back after a failover. */
  reprotect(options: StartOptions = {}): Promise<OperationRecord> {
    return this.#starter.start("reprotect", "planned", options);
  }

  /** Moves the application home; only after a reprotect that verified. Default mode `planned`; `forced` where the standby is lost. */
  failback(options: StartOptions & { readonly mode?: Mode } = {}): Promise<OperationRecord> {
    return this.#starter.start("failback", options.mode ?? "planned", options);
  }

  /** Lights the standby and moves nothing. A failover takes it over; `stand-down` scales it down. */
  warmUp(options: StartOptions = {}): Promise<OperationRecord> {
    return this.#starter.start("warm-up", "planned", options);
  }

  /** Scales down what a warm-up lit. */
  standDown(options: StartOptions = {}): Promise<OperationRecord> {
    return this.#starter.start("stand-down", "planned", options);
  }

  /** Rehearses at the standby, next to its replica and away from users: what a failover needs before it promotes. */
  drill(options: StartOptions = {}): Promise<OperationRecord> {
    return this.#starter.start("drill", "planned", options);
  }

  /** Restarts the pods of one service at the active site, none of which is ready. By itself at most once in a cooldown. */
  selfHeal(options: StartOptions & { readonly service: string }): Promise<OperationRecord> {
    return this.#starter.start("self-heal", "planned", options);
  }

  /**
   * Moves the application out of a broken zone of the primary: its nodes are closed, its pods and a Multi-AZ database go elsewhere. With
   * `reopen` the zone's nodes take pods again. By itself at most once in a cooldown.
   */
  zonalRecovery(
    options: StartOptions & { readonly zone: string; readonly reopen?: boolean },
  ): Promise<OperationRecord> {
    return this.#starter.start("zonal-recovery", "planned", options);
  }

  /**
   * The whole way, with users: planned failover, reprotect, planned failback. Stops at the first that does not succeed and returns it
   * last: the application stays where that one left it.
   */
  async drillLive(options: StartOptions = {}): Promise<readonly OperationRecord[]> {
    const { overrides: _, ...rest } = options;
    const moves = [
      () => this.failover({ ...options, mode: "planned" }),
      () => this.reprotect(rest),
      () => this.failback(rest),
    ];
    const records: OperationRecord[] = [];
    for (const move of moves) {
      const record = await move();
      records.push(record);
      if (record.state !== "succeeded") return records;
    }
    const [first, last] = [records[0], records.at(-1)];
    if (first !== undefined && last?.endedAt !== undefined)
      await this.controls.noteDrill({ kind: "live", operationId: first.id, at: last.endedAt });
    return records;
  }

  /**
   * Resumes an operation that was interrupted, crashed or needs an operator, to the same end. Default: the newest.
   * One that has ended is returned as it is (and a lock that its dead driver left is freed).
   */
  async resume(operationId?: string, options: ResumeOptions = {}): Promise<OperationRecord> {
    const { application, ports } = this.#options;
    const newest = await this.#latest();
    const id = operationId ?? newest;
    const record = replay(await ports.journal.read(id));
    if (record.application !== application) throw invalidInput("operation", id, `an operation of ${application}`);
    if (newest !== id && !isEnded(record.state)) {
      throw new DriverError("refused", `operation ${id} was given up: ${newest} came after it`, {
        field: "operation",
        value: id,
        expected: newest,
      });
    }
    await freeIdleLock(ports.journal, application, record.plan);
    if (isEnded(record.state)) return record;
    const how = options.seize === true ? "seize" : "resume";
    const name = lockName(application, record.plan);
    const lock = await ports.journal.lock({ application: name, operationId: id, how });
    // Read under the lock: until then its driver may have written.
    return await released(lock, async () => {
      const current = replay(await ports.journal.read(id));
      return isEnded(current.state) ? current : await this.#starter.run(current, true, options.signal);
    });
  }

  /** Breaks a guard for a waiting operation, also one that another process runs. */
  async answer({ operationId, guard, reason, by }: AnswerOptions): Promise<void> {
    requireOverridable(guard);
    parseOverrides([{ guard, reason, by }]);
    const id = operationId ?? (await this.#newest());
    await this.#requireOpen(id);
    await this.#options.ports.journal.answer(id, {
      kind: "override",
      id: randomUUID(),
      guard,
      reason,
      by,
      at: this.#now(),
    });
  }

  /** Asks an operation to stop and undo itself; past its point of no return it continues regardless. */
  async abort({ operationId, reason, by }: AbortOptions): Promise<void> {
    const id = operationId ?? (await this.#newest());
    await this.#requireOpen(id);
    await this.#options.ports.journal.answer(id, { kind: "abort", id: randomUUID(), reason, by, at: this.#now() });
  }

  /** The graph, and the guards as they stand now; changes nothing. Throws like the plan would where it does not fit. */
  async dryRun(
    plan: PlanName,
    mode: Mode,
    signal: AbortSignal = neverAborted,
    subject: PlanSubject = {},
  ): Promise<PlanDescription> {
    const { application, ports } = this.#options;
    const settings = this.#settings;
    const witness = await this.#starter.knownWitness(signal);
    admit(plan, witness);
    requireSupported(plan, await this.#starter.estate());
    const input = planInput(plan, mode, witness, {
      lit: await isLitAhead(ports.journal, application, witness),
      ...subject,
    });
    const controls = await this.controls.state();
    const { cooldowns } = this.#starter;
    return describePlan(input, {
      settings,
      past: await pastOperations(ports.journal, application),
      guards: await currentGuards(input, witness, { ports, settings, application, controls, cooldowns, signal }),
    });
  }

  /** Newest first. */
  operations(): Promise<readonly OperationSummary[]> {
    return this.#options.ports.journal.list(this.#options.application);
  }

  /** What the driver claims about an operation (default: the newest), with the loss that a later reprotect found. */
  async report(operationId?: string): Promise<OperationReport> {
    const { journal } = this.#options.ports;
    const id = operationId ?? (await this.#newest());
    const reprotects = (await this.operations()).filter((each) => each.plan === "reprotect" && each.id !== id);
    const later = await Promise.all(reprotects.map((each) => journal.read(each.id)));
    const past = await pastOperations(journal, this.#options.application);
    return buildReport(await journal.read(id), later, past);
  }

  /**
   * Watches the active site and runs its background tasks (heartbeats, objects) until `signal` aborts. In mode `auto` a decided failover
   * is started, forced, and its end is an event, and the standby is lit ahead of one; in `approve` people are told once, in `observe` it is only an evaluation.
   * An operation whose process is gone is resumed, told of or shown by the same modes.
   * Throws `refused` at once where the sites hold data that this driver does not move.
   */
  async *watch(
    signal: AbortSignal,
    { leased = false }: WatchOptions = {},
  ): AsyncGenerator<DriverWatchEvent, void, void> {
    const { application, ports, wake } = this.#options;
    requireMovableData(await this.#starter.estate());
    yield* watchAndAct({
      application,
      ports,
      settings: this.#settings,
      signal,
      leased,
      ...(wake === undefined ? {} : { wake }),
      controls: this.controls,
      identity: this.#identity,
      operations: this.#automatic(signal),
    });
  }

  /** What the watch starts, by this driver's own decision. */
  #automatic(signal: AbortSignal): Operations {
    const { application, ports } = this.#options;
    const auto = (why: { readonly reason: string; readonly firstFailedAt?: string }) => ({
      trigger: { kind: "auto" as const, by: this.#identity, ...why },
      signal,
    });
    return {
      failover: (reason, firstFailedAt) => this.failover({ mode: "forced", ...auto({ reason, firstFailedAt }) }),
      selfHeal: (service, reason) => this.selfHeal({ service, ...auto({ reason }) }),
      zonalRecovery: (zone, reason, reopen) => this.zonalRecovery({ zone, reopen, ...auto({ reason }) }),
      evacuatedZones: () => evacuatedZones(this.#options.ports.journal, this.#options.application),
      warmUp: (reason) => this.warmUp(auto({ reason })),
      standDown: (reason) => this.standDown(auto({ reason })),
      resume: (operationId, seize) => this.resume(operationId, { signal, seize }),
      open: async () => openOperation(ports.journal, application, await this.#starter.witness(signal)),
      abort: (operationId, reason) => this.abort({ operationId, reason, by: this.#identity }),
      newestLighting: () => newestLighting(ports.journal, application),
    };
  }

  async #latest(): Promise<string> {
    const { application, ports } = this.#options;
    const witness = await this.#starter.witness(neverAborted).catch(() => undefined);
    return (await latestOperation(ports.journal, application, witness))?.id ?? (await this.#newest());
  }

  async #newest(): Promise<string> {
    const [newest] = await this.operations();
    if (newest === undefined) throw new DriverError("not-found", `${this.#options.application} has no operation yet`);
    return newest.id;
  }

  async #requireOpen(id: string): Promise<void> {
    const { state } = replay(await this.#options.ports.journal.read(id));
    if (isEnded(state))
      throw new DriverError("refused", `operation ${id} has ended (${state}): there is nothing to answer`);
  }

  #now(): string {
    return this.#options.ports.clock.now().toISOString();
  }
}
