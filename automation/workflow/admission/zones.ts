import type { Journal } from "../../ports/journal.ts";
import { knownOperation } from "./operation-history.ts";

/** Zones that a recovery evacuated and that nobody has opened since, by the newest operation about each. */
export async function evacuatedZones(journal: Journal, application: string): Promise<readonly string[]> {
  const operations = (await journal.list(application)).filter(
    ({ plan, state }) => plan === "zonal-recovery" && (state === "succeeded" || state === "needs-operator"),
  );
  const newest = new Map<string, boolean>();
  for (const { id } of operations) {
    const record = await knownOperation(journal, id);
    if (record?.zone !== undefined && !newest.has(record.zone)) newest.set(record.zone, record.reopen !== true);
  }
  return [...newest].filter(([, isEvacuated]) => isEvacuated).map(([zone]) => zone);
}
