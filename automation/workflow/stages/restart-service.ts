import type { Site } from "../../../stacks/outputs.ts";
import { computeText } from "../../domain/compute.ts";
import { DriverError } from "../../domain/errors.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/** Is there anything that a restart can repair, and nothing that it would break? */
export function confirmSelfHeal(site: Site, service: string, deadlineMs: number): Stage {
  return {
    name: "confirm",
    needs: [],
    summary: `check whether a restart of ${service} can help: none of its pods is ready`,
    deadlineMs,
    async run({ ports, signal }) {
      const compute = await ports.workloads.compute(site, signal);
      if (compute.kind !== "cluster") {
        throw refused(service, `${computeText(compute)} has no service that can be restarted alone`);
      }
      const status = (await ports.workloads.status(site, signal)).find(({ name }) => name === service);
      if (status === undefined) throw refused(service, `${site} has no workload of that name`);
      if (status.ready > 0) {
        const { ready, desired } = status;
        const rest = ready < desired ? "a restart would stop these" : "the trouble is not in its pods";
        throw refused(service, `${ready} of ${desired} pods are ready: ${rest}`);
      }
      return toEvidence({ site, service, status });
    },
  };
}

export function stopService(site: Site, service: string, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "stop-service",
    needs,
    summary: `stop every pod of ${service} at ${site}`,
    deadlineMs,
    async run({ ports, signal }) {
      return toEvidence({ workloads: await ports.workloads.stop(site, signal, [service]) });
    },
    async compensate({ ports, signal }) {
      return toEvidence({ workloads: await ports.workloads.start(site, signal, [service]) });
    },
  };
}

/** A stage of its own: right before it, it is made sure that no failover has begun, which wants everything here to stay stopped. */
export function startService(site: Site, service: string, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "start-service",
    needs,
    summary: `start the pods of ${service} at ${site} anew, until all are ready`,
    deadlineMs,
    async run({ ports, signal }) {
      return toEvidence({ workloads: await ports.workloads.start(site, signal, [service]) });
    },
  };
}

export function verifyService(site: Site, service: string, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "verify-service",
    needs,
    summary: `see ${service} answer`,
    deadlineMs,
    async run(context) {
      const answer = await context.until(service, async () => {
        const result = (await context.ports.probe.services(site, context.signal)).get(service);
        if (result === undefined) return { not: `no service ${service} is known at ${site}` };
        if (result.kind !== "answer") return { not: result.reason };
        return result.status === "unhealthy" ? { not: "unhealthy" } : { done: result };
      });
      return toEvidence({ site, service, answer });
    },
  };
}

function refused(service: string, why: string): DriverError {
  return new DriverError("refused", `${service} is not restarted: ${why}`, {
    field: "service",
    value: service,
    expected: "a service of a cluster with no pod ready",
  });
}
