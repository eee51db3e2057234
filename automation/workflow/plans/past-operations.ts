import { type TimedOperation, timesOf } from "../../domain/prediction.ts";
import type { Journal } from "../../ports/journal.ts";

/** So many journals are read: enough of each plan, and quick. */
const newestCount = 30;

/** What the newest operations teach about times. A journal that cannot be read teaches nothing: predicting must hold nothing up. */
export async function pastOperations(journal: Journal, application: string): Promise<readonly TimedOperation[]> {
  const newest = (await journal.list(application)).slice(0, newestCount);
  const timed = await Promise.all(newest.map(({ id }) => journal.read(id).then(timesOf, () => undefined)));
  return timed.filter((each) => each !== undefined);
}
