import type { Site } from "../../../stacks/outputs.ts";
import { serialiseError } from "../../domain/errors.ts";
import type { Signal } from "../../domain/health-score.ts";
import { withDeadline } from "../../lib/deadline.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Probe, ProbeResult } from "../../ports/probe.ts";

/** Reads the signals of the active site once. Never throws: what cannot be read is `unknown` and shown as such. */
export async function collectSignals(
  active: Site,
  options: { readonly probe: Probe; readonly clock: Clock; readonly seconds: number; readonly signal: AbortSignal },
): Promise<readonly Signal[]> {
  const ask = <T>(what: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline({ clock: options.clock, milliseconds: options.seconds * 1000, signal: options.signal, what }, work);
  const [services, publicName] = await Promise.all([
    ask("probing the services", (signal) => options.probe.services(active, signal)).then(
      (answers) => [...answers].map(([name, result]) => serviceSignal(name, result)),
      (error: unknown): Signal[] => [
        { kind: "service", name: "services", reading: "unknown", reason: serialiseError(error).message },
      ],
    ),
    ask("probing the public name", (signal) => options.probe.publicName(signal)).then(
      publicSignal,
      (error: unknown): Signal => ({
        kind: "external-uptime",
        name: "public name",
        reading: "unknown",
        reason: serialiseError(error).message,
      }),
    ),
  ]);
  return [...services, publicName];
}

function serviceSignal(name: string, result: ProbeResult): Signal {
  if (result.kind === "answer") return { kind: "service", name, reading: result.status };
  return { kind: "service", name, reading: result.kind, reason: result.reason };
}

function publicSignal(result: ProbeResult): Signal {
  const name = "public name";
  if (result.kind === "answer" && result.status !== "unhealthy")
    return { kind: "external-uptime", name, reading: "up" };
  if (result.kind === "answer") {
    return { kind: "external-uptime", name, reading: "down", reason: "answers that it is unhealthy" };
  }
  return {
    kind: "external-uptime",
    name,
    reading: result.kind === "failure" ? "down" : "unknown",
    reason: result.reason,
  };
}
