import { serialiseError, toDriverError } from "../../domain/errors.ts";
import { GuardError, witnessLost } from "../../domain/guards.ts";
import { replay } from "../../domain/journal-state.ts";
import type { Mode, OperationRecord, PlanName } from "../../domain/operation.ts";
import { isAuxiliary } from "../../domain/protection.ts";
import type { Estate } from "../../domain/supported-topology.ts";
import type { WitnessRecord } from "../../domain/witness-record.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { DriverOptions, StartOptions } from "../driver-types.ts";
import { runOperation } from "../execution/run-operation.ts";
import { newOperation, newOperationId } from "../plans/new-operation.ts";
import type { PlanSubject } from "../plans/plan.ts";
import type { DriverSettings } from "../settings.ts";
import { admit, parseOverrides, planInput, requireBeginning, requireSupported } from "./admission.ts";
import { requireNotHealed } from "./cooldown.ts";
import { CooldownClock } from "./cooldown-clock.ts";
import { lockGuard } from "./current-guards.ts";
import { freeIdleLock, lockName, released } from "./lock.ts";
import { isLitAhead } from "./operation-history.ts";
import type { OperatorControls } from "./operator-controls.ts";
import { endTakenOver, givenUpOperation, noteTakenOver } from "./take-over.ts";

const neverAborted = new AbortController().signal;

/** Deadline of short requests to sites and stores, in milliseconds. */
const askMs = 10_000;

/** How an operation begins: it is admitted, takes the lock, is journaled and runs. */
export class OperationStarter {
  readonly #options: DriverOptions;
  readonly #settings: DriverSettings;
  readonly #identity: string;
  readonly #controls: OperatorControls;
  /** See `CooldownClock`: kept for as long as the driver lives. */
  readonly cooldowns: CooldownClock;

  constructor(options: DriverOptions, settings: DriverSettings, identity: string, controls: OperatorControls) {
    this.#options = options;
    this.#settings = settings;
    this.#identity = identity;
    this.#controls = controls;
    this.cooldowns = new CooldownClock(options.ports.clock, settings.cooldownSeconds * 1000);
  }

  /** Throws where it may not begin; else as `run`. */
  async start(plan: PlanName, mode: Mode, options: StartOptions & PlanSubject): Promise<OperationRecord> {
    const { application, ports } = this.#options;
    const settings = this.#settings;
    const signal = options.signal ?? neverAborted;
    const overrides = parseOverrides(options.overrides ?? []);
    const trigger = options.trigger ?? { kind: "manual" as const, by: this.#identity };
    const check = async (witness: WitnessRecord | undefined): Promise<void> => {
      admit(plan, witness);
      const controls = await this.#controls.state();
      const now = this.cooldowns.now(witness?.cooldownUntil);
      requireBeginning(
        { plan, trigger, witness, controls, advice: options.advice, mode: settings.mode, now },
        overrides,
      );
      // Opening a zone again is the end of a recovery, no other one.
      if (trigger.kind === "auto" && options.reopen !== true)
        await requireNotHealed(
          ports.journal,
          { application, plan, service: options.service, zone: options.zone },
          settings.selfHealCooldownSeconds,
          ports.clock.now(),
        );
    };
    const found = await this.knownWitness(signal);
    await endTakenOver(ports.journal, application, found, this.#now());
    const holder = await freeIdleLock(ports.journal, application, plan);
    if (holder !== undefined) throw new GuardError(lockGuard(holder));
    await check(found);
    requireSupported(plan, await this.estate());
    const id = newOperationId(plan, this.#now());
    const name = lockName(application, plan);
    const lock = await ports.journal.lock({ application: name, operationId: id, how: "start" });
    return await released(lock, async () => {
      // Once more under the lock: another operation may have come and gone.
      const witness = await this.knownWitness(signal);
      await check(witness);
      const lit = plan === "failover" && (await isLitAhead(ports.journal, application, witness));
      const [input, at] = [planInput(plan, mode, witness, { ...options, lit }), this.#now()];
      const { environment } = this.#options;
      const givenUp = await givenUpOperation(ports.journal, plan, witness);
      const record = newOperation({ id, application, environment, input, trigger, overrides, givenUp, at }, settings);
      // Before it begins: an approval may start one failover too few, never one too many.
      if (trigger.kind === "auto" && !isAuxiliary(plan)) await this.#controls.useApproval(id);
      await ports.journal.append(id, { type: "operation-started", at, operation: record });
      return await this.run(record, false, options.signal);
    });
  }

  /** To its end. An auxiliary operation may end by being taken over. The caller holds its lock. */
  async run(record: OperationRecord, resumed: boolean, signal: AbortSignal = neverAborted): Promise<OperationRecord> {
    const { ports, onEvent, random } = this.#options;
    const running = runOperation({
      record,
      resumed,
      by: this.#identity,
      ports,
      settings: this.#settings,
      signal,
      onEvent: onEvent ?? (() => undefined),
      ...(random === undefined ? {} : { random }),
    });
    if (!isAuxiliary(record.plan)) return await running;
    const ended = await running.catch((error: unknown) => this.#takenOver(record.id, error));
    if (ended.plan === "drill" && ended.state === "succeeded" && ended.endedAt !== undefined)
      await this.#controls.noteDrill({ kind: "rehearsal", operationId: ended.id, at: ended.endedAt });
    return ended;
  }

  /** A failover that took over is this one's end; anything else stays an error. */
  async #takenOver(id: string, error: unknown): Promise<OperationRecord> {
    const { journal } = this.#options.ports;
    const record = replay(await journal.read(id));
    const open = record.state === "running" || record.state === "waiting";
    if (toDriverError(error).code !== "stale-epoch" || !open) throw error;
    await noteTakenOver(journal, record, await this.witness(neverAborted).catch(() => undefined), this.#now());
    return replay(await journal.read(id));
  }

  async estate(): Promise<Estate> {
    const { infrastructure } = this.#options.ports;
    const [primary, standby] = await Promise.all([infrastructure.primary(), infrastructure.standby()]);
    return { primary, standby };
  }

  witness(signal: AbortSignal): Promise<WitnessRecord | undefined> {
    const { ports, application } = this.#options;
    return withDeadline(
      { clock: ports.clock, milliseconds: askMs, signal, what: "the witness", retryable: false },
      (inner) => ports.witness.read(application, inner),
    );
  }

  /** As `witness`; a witness that does not answer is guard `witness-lost`. */
  knownWitness(signal: AbortSignal): Promise<WitnessRecord | undefined> {
    return this.witness(signal).catch((error: unknown) => {
      const { code } = toDriverError(error);
      if (signal.aborted || (code !== "unreachable" && code !== "timeout")) throw error;
      throw new GuardError(witnessLost(serialiseError(error).message));
    });
  }

  #now(): string {
    return this.#options.ports.clock.now().toISOString();
  }
}
