import type { Site } from "../../../stacks/outputs.ts";
import { DriverError, serialiseError } from "../../domain/errors.ts";
import { proofMissing, rpoExceeded } from "../../domain/guards.ts";
import { wasOverridden } from "../../domain/operation.ts";
import { type FenceEvidence, fenceEvidenceSchema, toEvidence } from "./evidence.ts";
import { takeLateTables } from "./late-tables.ts";
import type { Stage, StageContext } from "./stage.ts";

export interface PromoteOptions {
  readonly to: Site;
  readonly needs: readonly string[];
  /** Name of the stage that fenced the old site. */
  readonly fence: string;
  /** Let the application write at once. False: `open-writes` does, after the old site follows. */
  readonly open: boolean;
  readonly deadlineMs: number;
}

/** Makes `to` a source of its own. Waits for the proof token first; the witness moves before a single write is allowed. */
export function promoteDatabase(options: PromoteOptions): Stage {
  const { to, needs, open, deadlineMs } = options;
  return {
    name: "promote-database",
    needs,
    deadlineMs,
    pointOfNoReturn: true,
    summary: open
      ? `promote the database at ${to} and let the application write`
      : `promote the database at ${to}, still fenced`,
    async precheck(context) {
      const fenced = fenceOf(context, options.fence);
      if (fenced.token === undefined || context.pastPointOfNoReturn) await awaitProof(context, fenced);
      // At once: the application is down while this is waited for.
      else await both(awaitProof(context, fenced), takeLateTables(context));
      await requireWithinRpo(context, fenced);
    },
    async run(context) {
      const { ports, signal } = context;
      const fenced = fenceOf(context, options.fence);
      const proven = fenced.token !== undefined && !context.isOverridden("proof-missing");
      const promotion = await ports.database.promote(to, signal);
      const { at } = await context.activate();
      if (open) await openWrites(context, to);
      return toEvidence({
        site: to,
        promotedAt: at,
        proven,
        token: fenced.token?.lsn,
        writable: open,
        ...promotion,
      });
    },
  };
}

/** Neither is left behind, running, where the other fails. */
async function both(...work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === "rejected") throw result.reason;
}

async function openWrites({ ports, signal }: StageContext, to: Site): Promise<void> {
  await ports.database.openWrites(to, signal);
  if (!(await ports.database.isWritable(to, signal))) {
    throw new DriverError("unverified", `writes were opened at ${to} and it still refuses them`);
  }
}

function fenceOf(context: StageContext, stage: string): FenceEvidence {
  const fenced = fenceEvidenceSchema.parse(context.evidence(stage));
  if (!fenced.confirmed && fenced.overriddenBy === undefined) {
    throw new DriverError("fatal", `${stage} is neither confirmed nor overridden: promotion refused`);
  }
  return fenced;
}

async function awaitProof(context: StageContext, fenced: FenceEvidence): Promise<void> {
  const { token } = fenced;
  if (token === undefined || context.pastPointOfNoReturn) return;
  // Given beforehand, or just now: nobody wants to wait. It counts as used: what is missing is lost.
  if (context.isOverridden("proof-missing")) {
    await context.passGuard(proofMissing(context.to, token.lsn));
    return;
  }
  try {
    await context.within(context.settings.tokenSeconds, `the arrival of proof token ${token.lsn}`, (signal) =>
      context.ports.database.awaitToken(context.to, token, signal),
    );
  } catch (error) {
    context.signal.throwIfAborted();
    if (context.operation.mode === "planned") throw error;
    context.log(`the proof token did not arrive: ${serialiseError(error).message}`);
    await context.passGuard(proofMissing(context.to, token.lsn));
  }
}

/** Confirmed long ago may be too long ago: a person may have taken their time to answer for the fence. */
async function requireWithinRpo(context: StageContext, fenced: FenceEvidence): Promise<void> {
  if (context.pastPointOfNoReturn) return;
  const proven = fenced.token !== undefined && !context.isOverridden("proof-missing");
  if (proven || wasOverridden(context.operation, "rpo-exceeded")) return;
  const lag = await context.ports.database.lag(context.to, context.signal);
  if (lag.seconds === undefined || lag.seconds > context.settings.rpoSeconds) {
    await context.passGuard(
      rpoExceeded(lag.seconds, context.settings.rpoSeconds),
      toEvidence({ lagSeconds: lag.seconds }),
    );
  }
}
