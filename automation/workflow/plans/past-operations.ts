import { type TimedOperation, timesOf } from "../../domain/prediction.ts";
import type { Journal } from "../../ports/journal.ts";

/** How many journals are read: enough of each plan, and still fast. */
const newestCount = 30;

/** What the newest operations teach about times. A journal that cannot be read teaches nothing: a prediction must not hold anything up. */
export async function pastOperations(journal: Journal, application: string): Promise<readonly TimedOperation[]> {
  const newest = (await journal.list(application)).slice(0, newestCount);
  const timed = await Promise.all(newest.map(({ id }) => journal.read(id).then(timesOf, () => undefined)));
  return timed.filter((each) => each !== undefined);
}
