import { ArmError } from "../arm/arm-error.ts";
import type { ArmRecord, ArmSurroundings } from "../arm/resource-type.ts";

/** The resource that another one names by id. Throws `InvalidResourceReference` when there is none. */
export function requireReference(id: string, from: string, around: ArmSurroundings): ArmRecord {
  const record = around.find(id.toLowerCase());
  if (record !== undefined) return record;
  throw new ArmError(
    400,
    "InvalidResourceReference",
    `Resource '${id}' referenced by resource '${from}' was not found.`,
  );
}
