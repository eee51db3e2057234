import type { PlanDescription } from "../workflow/plans/describe-plan.ts";

/** The graph in an order in which every stage comes after its needs, how long it may take, and the guards that stand. */
export function planText(plan: PlanDescription): string {
  const width = Math.max(...plan.stages.map((stage) => stage.name.length));
  const times = new Map(plan.predicted.stages.map(({ name, seconds }) => [name, secondsText(seconds)]));
  const timeWidth = Math.max(...[...times.values()].map((text) => text.length));
  const stages = plan.stages.flatMap((stage) => {
    const marks = [stage.pointOfNoReturn ? "no way back" : "", stage.undoable ? "undoable" : ""].filter(Boolean);
    const time = (times.get(stage.name) ?? "").padStart(timeWidth);
    const needs = stage.needs.length === 0 ? [] : [`after ${stage.needs.join(", ")}`];
    return [
      `  ${stage.name.padEnd(width)}  ${time}  ${stage.summary}${marks.length > 0 ? ` (${marks.join(", ")})` : ""}`,
      ...needs.map((text) => `  ${"".padEnd(width + timeWidth + 2)}  ${text}`),
    ];
  });
  const guards =
    plan.guards.length === 0
      ? ["No guard stands in the way now."]
      : plan.guards.map((guard) => `Guard ${guard.name}: ${guard.reason}`);
  return [
    `${plan.mode} ${plan.plan}, ${plan.direction.from} to ${plan.direction.to}`,
    "",
    ...stages,
    "",
    ...predictionText(plan.predicted),
    ...guards,
  ].join("\n");
}

function predictionText({
  seconds,
  recoverySeconds,
  criticalPath,
  stages,
}: PlanDescription["predicted"]): readonly string[] {
  const path = `decided by ${criticalPath.join(" → ")}`;
  if (seconds !== undefined) {
    const recovery = recoverySeconds === undefined ? "" : `, users served after ${secondsText(recoverySeconds)}`;
    return [`Judging by past operations it takes ${secondsText(seconds)}${recovery}: ${path}.`];
  }
  const untimed = stages.filter((stage) => stage.seconds === undefined).map(({ name }) => name);
  if (untimed.length === stages.length) return ["How long it takes is not known: nothing like it ever ran here."];
  return [`How long it takes is not known: ${untimed.join(", ")} never ran here. Of what is known, ${path}.`];
}

function secondsText(seconds: number | undefined): string {
  return seconds === undefined ? "?" : `${seconds.toFixed(1)} s`;
}
