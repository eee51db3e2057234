import { DriverError } from "../../domain/errors.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage, StageContext } from "./stage.ts";

/** Warm-up: is there anything to light? Asks neither site. */
export function confirmWarmUp(deadlineMs: number): Stage {
  return {
    name: "confirm",
    needs: [],
    summary: "check that the standby is dark",
    deadlineMs,
    async run(context) {
      await requireStandby(context);
      const { drActive } = await context.ports.infrastructure.switches("standby");
      if (drActive) {
        throw new DriverError("refused", "the standby is lit already (drActive), and not by a warm-up: leave it lit", {
          field: "drActive",
          value: "true",
          expected: "a dark standby",
        });
      }
      return toEvidence({ drActive });
    },
  };
}

/** Drill: the replica must be one, and must be able to stay so. */
export function confirmDrill(deadlineMs: number): Stage {
  return {
    name: "confirm",
    needs: [],
    summary: "check that the standby follows, takes no writes and gets no users",
    deadlineMs,
    async run(context) {
      await requireStandby(context);
      return toEvidence(await requireAtRest(context));
    },
  };
}

/** What a drill must leave as it was: throws `refused` where the replica could be written, users could come, or nothing streams. */
export async function requireAtRest({ ports, to, signal }: StageContext) {
  const [writable, lag, inSync, traffic] = await Promise.all([
    ports.database.isWritable(to, signal),
    ports.database.lag(to, signal),
    ports.database.inSync(to, signal),
    ports.traffic.state(signal),
  ]);
  if (writable) throw notAtRest(`the database at ${to} takes writes`);
  if (traffic[to] === "enabled") throw notAtRest(`users are sent to ${to}`);
  if (!lag.streaming || !inSync)
    throw notAtRest(`${to} does not follow: ${lag.streaming ? "not in sync" : "no stream"}`);
  return { writable, traffic, streaming: lag.streaming, inSync, lagSeconds: lag.seconds };
}

function notAtRest(cause: string): DriverError {
  return new DriverError("refused", `no drill: ${cause}`, {
    field: "standby",
    value: cause,
    expected: "a standby that follows, takes no writes and gets no users",
  });
}

async function requireStandby({ ports }: StageContext): Promise<void> {
  if ((await ports.infrastructure.standby()) !== undefined) return;
  throw new DriverError("not-found", "the standby stack was never deployed: it has no saved outputs", {
    field: "stack",
    value: "standby",
    expected: "a stack that was brought up",
  });
}
