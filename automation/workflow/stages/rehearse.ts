import type { Site } from "../../../stacks/outputs.ts";
import { DriverError, toDriverError } from "../../domain/errors.ts";
import type { WorkloadStatus } from "../../ports/workloads.ts";
import { requireAtRest } from "./confirm-auxiliary.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage, StageContext } from "./stage.ts";

/**
 * A copy of the replica, promoted and written: what a failover does to a database, done to one that nobody uses. It goes again with
 * `end-rehearsal`, or with the drill's failure; one that a dead driver left goes with the next attempt.
 */
export function rehearseDatabase(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "rehearse-database",
    needs,
    deadlineMs,
    summary: `copy the database at ${to} on its own server, promote the copy, write and read there; the replica is only read`,
    // It is long, and begins anew.
    retries: 1,
    async run(context) {
      const { ports, signal, clock, log } = context;
      await requireAtRest(context);
      const began = clock.monotonic();
      const copies = await ports.database.makeDrillCopies(to, signal);
      const seconds = clock.monotonic().since(began) / 1000;
      for (const each of copies) log(`${each.copy}: ${each.rows} rows of ${each.tables} tables`);
      return toEvidence({ site: to, copies: copies.map((each) => ({ ...each })), seconds });
    },
    async compensate({ ports, signal }) {
      return toEvidence({ dropped: await ports.database.dropDrillCopies(to, signal) });
    },
  };
}

/**
 * Starts the application at the site that follows. Its database takes no log-in of the application there, and stays so: pods whose
 * readiness asks the database do not become ready. What was seen is told, and so is what that leaves unproven.
 */
export function rehearseWorkloads(to: Site, needs: readonly string[], seconds: number, deadlineMs: number): Stage {
  return {
    name: "rehearse-workloads",
    needs,
    deadlineMs,
    summary: `start the application at ${to} away from users, and see how far it gets without a writable database`,
    async run(context) {
      const { ports, signal, clock } = context;
      await requireAtRest(context);
      const began = clock.monotonic();
      const ready = await startFor(context, to, seconds);
      const [workloads, answers] = await Promise.all([
        ports.workloads.status(to, signal),
        ports.probe.services(to, signal),
      ]);
      requireAll(to, workloads);
      const answering = [...answers].filter(([, result]) => result.kind === "answer" && result.site !== "primary");
      const unproven = ready
        ? []
        : [
            `the pods at ${to} were created but not seen to serve: while it follows, its database lets no application in. ` +
              "A live drill proves it",
          ];
      for (const each of unproven) context.log(`not proven: ${each}`);
      return toEvidence({
        site: to,
        workloads,
        ready,
        readyAfterSeconds: ready ? clock.monotonic().since(began) / 1000 : undefined,
        answering: answering.map(([name]) => name),
        unproven,
      });
    },
    async compensate(context) {
      return toEvidence({ workloads: await stop(context, to) });
    },
  };
}

/** What was started goes; the replica is as it was. */
export function endRehearsal(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "end-rehearsal",
    needs,
    deadlineMs,
    summary: `stop the application at ${to}, drop the copy, and check that its replica is untouched`,
    async run(context) {
      const workloads = await stop(context, to);
      const dropped = await context.ports.database.dropDrillCopies(to, context.signal);
      return toEvidence({ workloads, dropped, ...(await requireAtRest(context)) });
    },
  };
}

/** False: not all were ready in time, which a fenced database explains. */
async function startFor(context: StageContext, to: Site, seconds: number): Promise<boolean> {
  try {
    await context.within(seconds, `the application at ${to}`, (signal) => context.ports.workloads.start(to, signal));
    return true;
  } catch (error) {
    context.signal.throwIfAborted();
    if (toDriverError(error).code !== "timeout") throw error;
    return false;
  }
}

function requireAll(to: Site, workloads: readonly WorkloadStatus[]): void {
  const missing = workloads.filter(({ desired, running }) => desired === 0 || running < desired);
  if (workloads.length > 0 && missing.length === 0) return;
  const names = missing.map(({ name, desired, running }) => `${name} ${running} of ${desired}`).join(", ");
  throw new DriverError(
    "unverified",
    `not every pod could be created at ${to}: ${names || "nothing is declared there"}`,
  );
}

/** A group or cluster that is dark has nothing to stop. */
async function stop({ ports, signal }: StageContext, to: Site): Promise<readonly WorkloadStatus[]> {
  const { kind } = await ports.workloads.compute(to, signal);
  return kind === "cluster" || kind === "container-group" ? await ports.workloads.stop(to, signal) : [];
}
