import { type ApplicationFact, type ControlState, controlState, noControls } from "../../domain/application-facts.ts";
import { DriverError, invalidInput } from "../../domain/errors.ts";
import type { Ports } from "../ports.ts";

/** Who decided something about an application, and why. */
export interface Attribution {
  readonly by: string;
  readonly reason: string;
}

/** How long an approval without an end holds, in milliseconds: after that the situation may have changed. */
const approvalMs = 3_600_000;

/** Pauses and approvals of an application: facts kept apart from its operations, read each time. */
export class OperatorControls {
  readonly #application: string;
  readonly #ports: Pick<Ports, "facts" | "clock">;

  constructor(application: string, ports: Pick<Ports, "facts" | "clock">) {
    this.#application = application;
    this.#ports = ports;
  }

  async state(): Promise<ControlState> {
    const facts = await this.#ports.facts?.read(this.#application);
    return facts === undefined ? noControls : controlState(facts, this.#ports.clock.now());
  }

  /** `until` (ISO) undefined: until somebody ends it. */
  async pause({ by, reason }: Attribution, until?: string): Promise<ControlState> {
    const fact = { type: "paused" as const, at: this.#now(), by, reason };
    return await this.#say(until === undefined ? fact : { ...fact, until: this.#future("--until", until) });
  }

  unpause({ by, reason }: Attribution): Promise<ControlState> {
    return this.#say({ type: "unpaused", at: this.#now(), by, reason });
  }

  /** Lets the watch start one failover. `until` default: an hour from now. */
  async approve({ by, reason }: Attribution, until?: string): Promise<ControlState> {
    const end = until === undefined ? this.#later(approvalMs) : this.#future("--until", until);
    return await this.#say({ type: "failover-approved", at: this.#now(), by, reason, until: end });
  }

  /** The watch asks for approval, once per incident. False: it has asked before. */
  async propose(by: string, reason: string, firstFailedAt: string): Promise<boolean> {
    if (this.#ports.facts === undefined) return false;
    const { proposal } = await this.state();
    if (proposal?.firstFailedAt === firstFailedAt) return false;
    await this.#say({ type: "failover-proposed", at: this.#now(), by, reason, firstFailedAt });
    return true;
  }

  /** An automatic failover has begun on this approval. */
  async useApproval(operationId: string): Promise<void> {
    const { approval, proposal } = await this.state();
    if (approval !== undefined || proposal !== undefined)
      await this.#say({ type: "approval-used", at: this.#now(), operationId });
  }

  /** When it was last drilled, for preflight and policies. Where no facts are kept, only the journal knows. */
  async noteDrill(drill: { readonly kind: "rehearsal" | "live"; readonly operationId: string; readonly at: string }) {
    if (this.#ports.facts !== undefined) await this.#say({ type: "drilled", ...drill });
  }

  async #say(fact: ApplicationFact): Promise<ControlState> {
    const { facts } = this.#ports;
    if (facts === undefined) {
      throw new DriverError("refused", "this driver keeps no facts: nothing can be paused or approved");
    }
    await facts.add(this.#application, fact);
    return await this.state();
  }

  #future(field: string, until: string): string {
    const time = Date.parse(until);
    if (Number.isNaN(time) || time <= this.#ports.clock.now().getTime())
      throw invalidInput(field, until, "a time in the future, e.g. 2026-01-31T06:00:00Z");
    return new Date(time).toISOString();
  }

  #later(milliseconds: number): string {
    return new Date(this.#ports.clock.now().getTime() + milliseconds).toISOString();
  }

  #now(): string {
    return this.#ports.clock.now().toISOString();
  }
}
