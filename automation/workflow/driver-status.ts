import type { ControlState } from "../domain/application-facts.ts";
import { computeOf } from "../domain/compute.ts";
import { serialiseError } from "../domain/errors.ts";
import { replay } from "../domain/journal-state.ts";
import { otherSite, plansFrom } from "../domain/protection.ts";
import type { Estate } from "../domain/supported-topology.ts";
import type { WitnessRecord } from "../domain/witness-record.ts";
import { withDeadline } from "../lib/deadline.ts";
import { whyNotSupported } from "./admission/admission.ts";
import { lockName } from "./admission/lock.ts";
import { openOperation } from "./admission/operation-runner.ts";
import type { DriverOptions, DriverStatus } from "./driver-types.ts";

export interface StatusOptions extends Pick<DriverOptions, "application" | "environment" | "ports"> {
  readonly witness: WitnessRecord | undefined;
  readonly estate: Estate;
  readonly controls: ControlState;
  readonly signal: AbortSignal;
}

/** Deadline of the request to the inactive site, in milliseconds. */
const askMs = 10_000;

/** Where an application stands; a site that does not answer is waited for briefly and then reported. */
export async function driverStatus(options: StatusOptions): Promise<DriverStatus> {
  const { application, environment, ports, witness, estate, controls, signal } = options;
  const [newest] = await ports.journal.list(application);
  const activeSite = witness?.activeSite ?? "primary";
  const replication = await withDeadline(
    { clock: ports.clock, milliseconds: askMs, signal, what: "the following database" },
    (inner) => ports.database.lag(otherSite(activeSite), inner),
  ).catch((error: unknown) => ({ error: serialiseError(error).message }));
  const protection = witness?.protection ?? "unprotected";
  const fitting = plansFrom(protection).map((plan) => ({ plan, reason: whyNotSupported(plan, estate) }));
  return {
    application,
    environment,
    protection,
    activeSite,
    witness,
    plans: fitting.filter(({ reason }) => reason === undefined).map(({ plan }) => plan),
    unsupported: [...new Set(fitting.flatMap(({ reason }) => reason ?? []))],
    compute: {
      primary: estate.primary && computeOf(estate.primary),
      standby: estate.standby && computeOf(estate.standby),
    },
    operation: newest === undefined ? undefined : replay(await ports.journal.read(newest.id)),
    holder: (await ports.journal.holder(application)) ?? (await ports.journal.holder(lockName(application, "warm-up"))),
    runner: (await openOperation(ports.journal, application, witness))?.runner,
    controls,
    replication,
  };
}
