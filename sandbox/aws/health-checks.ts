import { z } from "zod";
import { Prober, type ProbeTask } from "../azure/traffic-manager/prober.ts";
import type { Dns } from "../contracts/contracts.ts";
import { xmlText } from "./api-answer.ts";

const checkSchema = z.object({
  id: z.string(),
  type: z.string(),
  /** Address or name; empty for what is not probed. */
  target: z.string(),
  port: z.number(),
  path: z.string(),
  intervalSeconds: z.number(),
  failureThreshold: z.number(),
  children: z.array(z.string()),
  childThreshold: z.number(),
  isInverted: z.boolean(),
  isDisabled: z.boolean(),
});
export const healthChecksSchema = z.array(checkSchema);
export type HealthCheck = z.infer<typeof checkSchema>;

/** Of a ListHealthChecks answer. */
export function parseHealthChecks(xml: string): readonly HealthCheck[] {
  return [...xml.matchAll(/<HealthCheck>([\s\S]*?)<\/HealthCheck>/g)].map(([, element = ""]) => {
    const number = (name: string, fallback: number) => Number(xmlText(element, name) ?? fallback);
    return {
      id: xmlText(element, "Id") ?? "",
      type: xmlText(element, "Type") ?? "",
      target: xmlText(element, "IPAddress") || xmlText(element, "FullyQualifiedDomainName") || "",
      port: number("Port", 80),
      path: xmlText(element, "ResourcePath") || "/",
      intervalSeconds: number("RequestInterval", 30),
      failureThreshold: number("FailureThreshold", 3),
      children: [...element.matchAll(/<ChildHealthCheck>([^<]*)</g)].map(([, id = ""]) => id),
      childThreshold: number("HealthThreshold", 1),
      isInverted: xmlText(element, "Inverted") === "true",
      isDisabled: xmlText(element, "Disabled") === "true",
    };
  });
}

/**
 * Route 53's probers: one for each check, from outside both clouds. Unlike the real ones they believe the first success.
 * Strings in answers are not searched, and checks of alarms are always healthy, because nothing measures here.
 */
export class HealthChecks {
  readonly #prober: Prober;
  #checks: ReadonlyMap<string, HealthCheck> = new Map();

  constructor(dns: Dns) {
    this.#prober = new Prober((name) => dns.resolve(name));
  }

  get all(): readonly HealthCheck[] {
    return [...this.#checks.values()];
  }

  set(checks: readonly HealthCheck[]): void {
    this.#checks = new Map(checks.map((check) => [check.id, check]));
    const probed = checks.filter(({ target, isDisabled }) => target !== "" && !isDisabled);
    this.#prober.watch(new Map(probed.map((check) => [check.id, taskOf(check)])));
  }

  /** True also before the first result, and for a check that is not there, as with the real one. */
  isHealthy(id: string | undefined): boolean {
    const check = id === undefined ? undefined : this.#checks.get(id);
    if (check === undefined) return true;
    const isWell = check.isDisabled || (check.type === "CALCULATED" ? this.#isEnough(check) : this.#answers(check));
    return isWell !== check.isInverted;
  }

  stop(): void {
    this.#prober.stop();
  }

  #isEnough({ children, childThreshold }: HealthCheck): boolean {
    return children.filter((child) => this.isHealthy(child)).length >= childThreshold;
  }

  #answers({ id, target }: HealthCheck): boolean {
    return target === "" || this.#prober.health(id) !== "degraded";
  }
}

function taskOf(check: HealthCheck): ProbeTask {
  return {
    target: check.target,
    intervalMs: 1000 * check.intervalSeconds,
    toleratedFailures: check.failureThreshold - 1,
    spec: {
      protocol: check.type.startsWith("HTTPS") ? "HTTPS" : check.type.startsWith("HTTP") ? "HTTP" : "TCP",
      port: check.port,
      path: check.path,
      // Four seconds to connect and two to answer.
      timeoutMs: 6000,
      headers: [],
      statusRanges: [{ min: 200, max: 399 }],
    },
  };
}
