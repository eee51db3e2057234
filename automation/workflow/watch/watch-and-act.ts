import type { Site } from "../../../stacks/outputs.ts";
import { DriverError, serialiseError } from "../../domain/errors.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { Notice } from "../../ports/notifier.ts";
import type { OperatorControls } from "../admission/operator-controls.ts";
import { type HealthWatchOptions, healthWatch } from "./health-watch.ts";
import type { Operations } from "./operations.ts";
import { ResumeController } from "./resume-controller.ts";
import { SelfHealController } from "./self-heal-controller.ts";
import { WarmUpController } from "./warm-up-controller.ts";
import type { DriverWatchEvent, Evaluation } from "./watch-event.ts";
import { ZoneController } from "./zone-controller.ts";

export interface WatchAndActOptions extends HealthWatchOptions {
  readonly controls: OperatorControls;
  /** Who watches, for proposals. */
  readonly identity: string;
  readonly operations: Operations;
  /** No other driver watches this application meanwhile. */
  readonly leased: boolean;
}

/** What acts on what the watch sees, each for its own kind of trouble. */
interface Controllers {
  readonly light: WarmUpController;
  readonly healer: SelfHealController;
  readonly zones: ZoneController;
  readonly resumer: ResumeController;
}

/** The health watch, and what the mode lets follow from its decisions. */
export async function* watchAndAct(options: WatchAndActOptions): AsyncGenerator<DriverWatchEvent, void, void> {
  const { ports, settings } = options;
  const now = (): string => ports.clock.now().toISOString();
  if (settings.mode === "auto" && ports.witness.placement === "local") {
    await refuseLeases(options);
    const reason =
      "mode auto without a third-site witness: where a fence cannot be confirmed, a failover waits for a person";
    yield { type: "trouble", at: now(), what: "witness", reason };
  }
  const { operations } = options;
  const light = new WarmUpController({ operations, settings, clock: ports.clock });
  const healer = new SelfHealController({ operations, settings, clock: ports.clock });
  const tell = (title: string, text: string): Promise<void> =>
    notify(options, { severity: "warning", title: `${options.application}: ${title}`, text, at: now() });
  const zones = new ZoneController({ operations, settings, ports, signal: options.signal, tell });
  const resumer = new ResumeController({
    ...{ operations, settings, clock: ports.clock, controls: options.controls, leased: options.leased, tell },
    identity: options.identity,
    onEnd: (record) => light.resumed(record),
  });
  try {
    yield* decided(options, { light, healer, zones, resumer });
  } finally {
    await Promise.all([light.end(), healer.end(), zones.end(), resumer.end()]);
  }
}

async function* decided(
  options: WatchAndActOptions,
  { light, healer, zones, resumer }: Controllers,
): AsyncGenerator<DriverWatchEvent, void, void> {
  const { ports, settings } = options;
  const now = (): string => ports.clock.now().toISOString();
  let told: string | undefined;
  let advised = false;
  for await (const event of healthWatch(options)) {
    yield* light.events();
    yield* healer.events();
    yield* zones.events();
    const isLook = event.type === "evaluation" || event.type === "resting";
    const runner = isLook ? await resumer.look() : undefined;
    yield* resumer.events();
    yield event.type === "resting" ? { ...event, ...(runner === undefined ? {} : { runner }) } : event;
    if (event.type !== "evaluation" || resumer.atWork === "move") continue;
    const { health, protection } = event.evaluation;
    if (event.evaluation.decision.action !== "failover") {
      const why = `health ${inWords(event.evaluation)}`;
      const leaving = await zones.look(event.evaluation, why);
      const hold = leaving || resumer.atWork !== undefined;
      healer.look(event.evaluation, why, hold);
      await light.look(event.evaluation, why, hold);
      const advise = settings.mode === "approve" && health.level >= 2 && protection === "protected";
      if (advise && !advised) await tell(options, event.evaluation, "warm-up");
      advised = advise || (advised && health.level > 0);
      continue;
    }
    const { start, firstFailedAt } = event.evaluation.decision;
    const approved = settings.mode === "approve" && (await isApproved(options));
    if (start || approved) {
      yield await options.operations.failover(`health ${inWords(event.evaluation)}`, firstFailedAt).then(
        (record): DriverWatchEvent => ({ type: "operation", record }),
        (error: unknown): DriverWatchEvent => ({ type: "refused", at: now(), error: serialiseError(error) }),
      );
    } else if (settings.mode === "approve" && told !== firstFailedAt) {
      await propose(options, event.evaluation, firstFailedAt);
      await tell(options, event.evaluation, "failover");
    }
    told = firstFailedAt;
  }
}

/** A lease is what is to be waited for instead of a person, and no agent can ask a witness of this machine. */
async function refuseLeases({ ports, settings, signal }: WatchAndActOptions): Promise<void> {
  const { database, clock } = ports;
  if (database.writeLease === undefined) return;
  const milliseconds = settings.watch.probeSeconds * 1000;
  const ask = (site: Site) =>
    withDeadline({ clock, milliseconds, signal, what: `the write lease at ${site}` }, async (inner) =>
      database.writeLease?.(site, inner),
    ).catch(() => undefined);
  const declared = await Promise.all([ask("primary"), ask("standby")]);
  if (declared.every((each) => each === undefined)) return;
  throw new DriverError(
    "refused",
    "mode auto is refused: the sites are under a write lease, and the witness is on this machine",
    {
      field: "PILOTLIGHT_WITNESS",
      value: "file",
      expected: "etcd, or azure-table of a third site",
    },
  );
}

/** Facts that cannot be read approve of nothing. */
async function isApproved({ controls }: WatchAndActOptions): Promise<boolean> {
  return await controls.state().then(
    ({ approval, pause }) => approval !== undefined && pause === undefined,
    () => false,
  );
}

/** Recorded for the person who approves; people are notified whether or not that succeeds. */
async function propose(options: WatchAndActOptions, evaluation: Evaluation, firstFailedAt: string): Promise<void> {
  await options.controls.propose(options.identity, inWords(evaluation), firstFailedAt).catch(() => undefined);
}

function inWords({ health, activeSite }: Evaluation): string {
  const bad = health.contributions.filter((each) => each.points > 0).map((each) => `${each.name} ${each.reading}`);
  return `score ${health.score} at ${activeSite}: ${bad.join(", ")}`;
}

async function tell(options: WatchAndActOptions, evaluation: Evaluation, what: "failover" | "warm-up"): Promise<void> {
  const title =
    what === "failover"
      ? `${options.application}: failover is advised, a person must approve or start it`
      : `${options.application}: it may come to a failover; \`pilotlight warm-up\` lights the standby ahead of it`;
  const severity = what === "failover" ? "critical" : "warning";
  await notify(options, { severity, title, text: inWords(evaluation), at: evaluation.at });
}

/** A failed notification is logged. */
async function notify({ ports, signal }: WatchAndActOptions, notice: Notice): Promise<void> {
  await withDeadline({ clock: ports.clock, milliseconds: 10_000, signal, what: "telling people" }, () =>
    ports.notifier.notify(notice),
  ).catch(() => undefined);
}
