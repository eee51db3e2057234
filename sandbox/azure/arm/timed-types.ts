import type { ProvisioningClock } from "../../provisioning/clock.ts";
import type { ResourceType } from "./resource-type.ts";

/** The types, with changes that take their time by the clock, as operations that stay in progress. */
export function timedTypes(types: readonly ResourceType[], clock: ProvisioningClock): readonly ResourceType[] {
  return clock.scale === undefined ? types : types.map((type) => timed(type, clock));
}

function timed(type: ResourceType, clock: ProvisioningClock): ResourceType {
  const counts = (["create", "update", "delete", "start"] as const).some(
    (change) => clock.milliseconds(type.type, change) > 0,
  );
  if (!counts) return type;
  const { start, ...others } = type.actions ?? {};
  return {
    ...type,
    long: true,
    async apply(candidate, around) {
      const passed = clock.begin(type.type, candidate.previous === undefined ? "create" : "update");
      if (type.servesAtOnce === true) await passed();
      const [applied] = await Promise.all([type.apply?.(candidate, around), passed()]);
      return applied ?? { properties: candidate.properties };
    },
    async remove(id, record, around) {
      await clock.begin(type.type, "delete")();
      await type.remove?.(id, record, around);
    },
    ...(start === undefined
      ? {}
      : {
          longActions: ["start"],
          actions: {
            ...others,
            async start(...call: Parameters<typeof start>) {
              await clock.begin(type.type, "start")();
              return await start(...call);
            },
          },
        }),
  };
}
