import { DriverError } from "../../domain/errors.ts";
import { inWords, requireImpaired, requireRecovered, zonesOf } from "../../domain/zone-health.ts";
import type { Eviction } from "../../ports/zones.ts";
import { toEvidence } from "./evidence.ts";
import type { Stage, StageContext } from "./stage.ts";

/** Is it a zone that is broken, with others to move to? With `reopen`: is it well again? Looks only. */
export function confirmZone(zone: string, reopen: boolean, deadlineMs: number): Stage {
  return {
    name: "confirm",
    needs: [],
    summary: reopen ? `check that ${zone} is well again` : `check that ${zone} is impaired, and other zones are not`,
    deadlineMs,
    async run(context) {
      if (!reopen && context.from !== "primary") {
        throw new DriverError(
          "refused",
          "zonal recovery refused: the standby serves, and it is in no zone of the primary",
          {
            field: "zone",
            value: zone,
            expected: "an application that the primary serves",
          },
        );
      }
      const zones = zonesOf(await context.ports.zones.nodes(context.signal));
      const found = (reopen ? requireRecovered : requireImpaired)(zones, zone);
      context.log(inWords(zones));
      return toEvidence({ zone: found, zones });
    },
  };
}

/** No new pod goes to the zone. It stays so until somebody opens it again: the zone's return is seen by the watch. */
export function cordonZone(zone: string, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "cordon-zone",
    needs,
    summary: `close the nodes of ${zone} to new pods`,
    deadlineMs,
    async before({ ports, signal }) {
      return toEvidence({ held: heldIn(zone, await ports.zones.nodes(signal)) });
    },
    async run({ ports, operation, signal }) {
      return toEvidence({ zone, nodes: await ports.zones.cordon(zone, operation.id, signal) });
    },
    async compensate({ ports, before, signal }) {
      const except = Array.isArray(before["held"]) ? before["held"].map(String) : [];
      return toEvidence({ zone, opened: await ports.zones.uncordon(zone, except, signal) });
    },
  };
}

/** How often a pod that a disruption budget holds is asked again, in milliseconds. */
const askAgainMs = 2000;

/** A budget that allows no eviction is a person's decision: the pods that it holds stay, and are reported. */
export function movePods(zone: string, needs: readonly string[], seconds: number, deadlineMs: number): Stage {
  return {
    name: "move-pods",
    needs,
    summary: `move the application's pods out of ${zone}, as their disruption budgets allow`,
    deadlineMs,
    async run(context) {
      const { ports, clock, signal } = context;
      const moved = new Set<string>();
      const began = clock.monotonic();
      for (;;) {
        const asked = await ports.zones.evict(zone, signal);
        for (const { pod, kept } of asked) if (kept === undefined) moved.add(pod);
        const kept = asked.filter((each) => each.kept !== undefined);
        if (kept.length === 0) return toEvidence({ zone, moved: [...moved], kept: [] });
        if (clock.monotonic().since(began) >= seconds * 1000) {
          context.log(`left in ${zone}: ${kept.map(keptText).join("; ")}`);
          return toEvidence({ zone, moved: [...moved], kept });
        }
        await clock.sleep(askAgainMs, signal);
      }
    },
  };
}

/** Only where a second instance waits in another zone, and this one is in the broken one; nothing else would be a gain. */
export function moveDatabase(zone: string, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "move-database",
    needs,
    summary: `have the database fail over inside its cloud, where it is in ${zone} and Multi-AZ`,
    deadlineMs,
    async run(context) {
      const { ports, signal } = context;
      const found = await ports.zones.database(signal);
      const why = whyNotMoved(found, zone);
      if (found === undefined || why !== undefined) {
        context.log(`the database is left where it is: ${why}`);
        return toEvidence({ moved: false, reason: why, database: found });
      }
      await failOver(context, found.instance, zone);
      const there = await context.until(
        `the database out of ${zone}`,
        async () => {
          const now = await ports.zones.database(signal);
          if (now === undefined) return { not: `${found.instance} cannot be found` };
          if (!now.available) return { not: `${now.instance} is being moved` };
          return now.zone === zone ? { not: `${now.instance} is still in ${zone}` } : { done: now };
        },
        5000,
      );
      return toEvidence({ moved: true, from: zone, database: there });
    },
  };
}

/** Under way already, by its cloud's own doing or an earlier attempt: not ordered again. */
async function failOver({ ports, signal }: StageContext, instance: string, zone: string): Promise<void> {
  const now = await ports.zones.database(signal);
  if (now?.available === true && now.zone === zone) await ports.zones.failOverDatabase(instance, signal);
}

function whyNotMoved(
  found: Awaited<ReturnType<StageContext["ports"]["zones"]["database"]>>,
  zone: string,
): string | undefined {
  if (found === undefined) return "no cloud that could move it knows it";
  if (found.zone !== zone) return `${found.instance} is in ${found.zone ?? "an unknown zone"}`;
  return found.multiAz ? undefined : `${found.instance} is in ${zone} and not Multi-AZ: only a failover moves it`;
}

/** The zone is well: its nodes take pods again. What runs elsewhere stays there until it is made anew. */
export function reopenZone(zone: string, needs: readonly string[], deadlineMs: number): Stage {
  return {
    name: "reopen-zone",
    needs,
    summary: `open the nodes of ${zone} that a zonal recovery closed`,
    deadlineMs,
    async verify({ ports, signal }) {
      const held = heldIn(zone, await ports.zones.nodes(signal));
      return held.length === 0 ? toEvidence({ zone, held }) : undefined;
    },
    async run({ ports, signal }) {
      return toEvidence({ zone, opened: await ports.zones.uncordon(zone, [], signal) });
    },
  };
}

function heldIn(zone: string, nodes: Parameters<typeof zonesOf>[0]): readonly string[] {
  return zonesOf(nodes).find((each) => each.zone === zone)?.held ?? [];
}

function keptText({ pod, node, kept }: Eviction): string {
  return `${pod} on ${node} (${kept})`;
}
