import type { ApplicationFact } from "../../automation/domain/application-facts.ts";
import { DriverError } from "../../automation/domain/errors.ts";
import { GuardError, operationRunning } from "../../automation/domain/guards.ts";
import type { JournalEntry } from "../../automation/domain/journal-entry.ts";
import { replay } from "../../automation/domain/journal-state.ts";
import type { Facts } from "../../automation/ports/facts.ts";
import type { Journal } from "../../automation/ports/journal.ts";
import type { Witness } from "../../automation/ports/witness.ts";
import { judgeBegin, judgeClaim } from "./judge.ts";
import type { ModelProcess } from "./process.ts";
import type { World } from "./world.ts";

/** As the file journal: only the holder of the lock appends; what a dead or silent process held can be taken over. */
export function journal(world: World, process: ModelProcess): Journal {
  const read = (id: string): JournalEntry[] => {
    const found = world.journal.get(id);
    if (found === undefined) throw new DriverError("not-found", `no operation ${id}`);
    return found;
  };
  return {
    async append(operationId, body) {
      await process.step();
      if (!world.holds(process)) throw new DriverError("stale-epoch", `${operationId} was taken over`);
      const entries = world.journal.get(operationId) ?? [];
      // Through JSON, as a file would.
      const text = JSON.stringify({ operationId, sequence: entries.length + 1, body });
      const entry: JournalEntry = JSON.parse(text);
      world.said.push(text);
      world.journal.set(operationId, [...entries, entry]);
      if (entry.body.type === "operation-started") judgeBegin(world, entry.body.operation);
      await process.step();
      return entry;
    },
    read: async (operationId) => read(operationId),
    list: async () => [...world.journal.values()].map(replay).reverse(),
    async answer(operationId, answer) {
      world.answers.set(operationId, [...(world.answers.get(operationId) ?? []), answer]);
      for (const each of world.listeners.splice(0)) each();
    },
    async *answers(operationId, signal) {
      for (let next = 0; !signal.aborted; ) {
        const answer = world.answers.get(operationId)?.[next];
        if (answer !== undefined) {
          next += 1;
          yield answer;
          continue;
        }
        await new Promise<void>((resolve) => {
          world.listeners.push(resolve);
          signal.addEventListener("abort", () => resolve(), { once: true });
        });
      }
    },
    async lock({ application, operationId, how }) {
      await process.step();
      const slot = slotOf(application);
      const held = world[slot];
      const gone = held !== undefined && (held.process === undefined || held.process.dead);
      const silent = held?.process?.silent === true;
      const mine = held?.operationId === operationId && ((gone && how !== "start") || (silent && how === "seize"));
      if (held !== undefined && !mine) throw new GuardError(operationRunning(held.operationId, "another", !gone));
      const entry = { operationId, process };
      world[slot] = entry;
      return {
        release: async () => {
          await process.step();
          if (world[slot] === entry) world[slot] = undefined;
        },
      };
    },
    async holder(application) {
      const held = world[slotOf(application)];
      if (held === undefined) return undefined;
      const { operationId, process: owner } = held;
      const at = world.now();
      const liveness = owner === undefined || owner.dead ? "dead" : owner.silent ? "unknown" : "alive";
      return { application, operationId, owner: { pid: 1, host: "h", startedAt: at }, acquiredAt: at, liveness };
    },
  };
}

/** Auxiliary operations have a lock of their own. */
function slotOf(application: string): "lock" | "auxiliary" {
  return application.endsWith("~auxiliary") ? "auxiliary" : "lock";
}

export function witness(world: World, process: ModelProcess): Witness {
  const ask = async (name: string): Promise<boolean> => {
    if (!world.state.witnessUp) throw new DriverError("unreachable", "the witness does not answer");
    const fault = world.faults.get(name)?.shift();
    if (fault !== undefined && !fault.late) throw fault.error;
    return fault !== undefined;
  };
  return {
    placement: "third-site",
    async read() {
      await process.awake();
      await ask("witness.read");
      const found = world.state.record;
      await process.awake();
      return found;
    },
    async compareAndSet(_application, expectedEpoch, next) {
      await process.step();
      const late = await ask("witness.write");
      const current = world.state.record;
      if ((current?.epoch ?? 0) !== expectedEpoch) return { ok: false, current };
      if (next.epoch <= expectedEpoch) world.blame(6, "an epoch that does not grow");
      if (!world.holds(process)) world.blame(6, "the witness is written by a driver that holds nothing");
      const moved = next.cooldownUntil !== undefined && next.cooldownUntil !== current?.cooldownUntil;
      world.state.record = JSON.parse(JSON.stringify(next));
      world.movedAt = world.clock.now().getTime();
      if (moved) world.state.truth.cooling = true;
      judgeClaim(world);
      if (late) throw new DriverError("timeout", "no answer in time");
      await process.step();
      return { ok: true, record: next };
    },
  };
}

/** Two facts are enough: paused or not, approved or not. */
export function facts(world: World): Facts {
  const said = { at: new Date(0).toISOString(), by: "ann", reason: "r" };
  return {
    async add(_application, fact) {
      if (fact.type !== "approval-used") return;
      if (world.state.approved) world.approvedOperation = fact.operationId;
      world.state.approved = false;
    },
    async read(): Promise<readonly ApplicationFact[]> {
      const until = new Date(world.clock.now().getTime() + 1000).toISOString();
      return [
        ...(world.state.paused ? [{ type: "paused" as const, ...said }] : []),
        ...(world.state.approved ? [{ type: "failover-approved" as const, ...said, until }] : []),
      ];
    },
  };
}
