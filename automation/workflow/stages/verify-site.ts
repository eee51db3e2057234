import type { Site } from "../../../stacks/outputs.ts";
import type { ProbeResult } from "../../ports/probe.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/** No traffic before this: every service answers at the site's own endpoints and the database takes writes. */
export function verifySite(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: `verify-${to}`,
    needs,
    deadlineMs,
    summary: `wait until every service of ${to} is healthy, without the public name`,
    async run(context) {
      const { ports, signal } = context;
      const services = await context.until(`the services of ${to}`, async () => {
        if (!(await ports.database.isWritable(to, signal))) return { not: `the database at ${to} takes no writes` };
        const answers = await ports.probe.services(to, signal);
        if (answers.size === 0) return { not: `no service of ${to} is known` };
        const bad = [...answers].flatMap(([name, result]) => complaint(name, result, to));
        return bad.length === 0 ? { done: Object.fromEntries(answers) } : { not: bad.join("; ") };
      });
      return toEvidence({ site: to, services });
    },
  };
}

function complaint(name: string, result: ProbeResult, site: Site): readonly string[] {
  if (result.kind !== "answer") return [`${name}: ${result.reason}`];
  if (result.site !== undefined && result.site !== site) return [`${name}: answers from ${result.site}`];
  return result.status === "unhealthy" ? [`${name}: unhealthy`] : [];
}
