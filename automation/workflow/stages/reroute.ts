import type { Site } from "../../../stacks/outputs.ts";
import { otherSite } from "../../domain/protection.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage } from "./stage.ts";

/** Sends users to a verified site. */
export function reroute(to: Site, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "reroute",
    needs,
    deadlineMs,
    summary: `send users to ${to}`,
    async verify({ ports, signal }) {
      const traffic = await ports.traffic.state(signal);
      return traffic[to] === "enabled" && traffic[otherSite(to)] === "disabled" ? toEvidence({ traffic }) : undefined;
    },
    async run({ ports, signal }) {
      return toEvidence({ traffic: await ports.traffic.route(to, signal) });
    },
  };
}
