import { asAdmin, countRows } from "./databases.ts";
import type { Estate } from "./estate.ts";
import { inParallel, PrimaryObjects, StandbyObjects } from "./objects.ts";

export interface DataSize {
  readonly rows: number;
  readonly objects: number;
}

const batch = 50_000;
const objectBytes = 2048;

/** Data of an application that has been there for a while: at the primary, by nobody who is measured. */
export async function seed({ primary }: Estate, { rows, objects }: DataSize): Promise<void> {
  await asAdmin(primary.database, async (client) => {
    for (let from = 1; from <= rows; from += batch) {
      // Processed long ago, so that the services find no work in them.
      await client.query(
        `insert into writes (id, payload, site, processed_at)
         select gen_random_uuid(), repeat(md5(n::text), 6), 'primary', now() from generate_series($1::int, $2::int) as n`,
        [from, Math.min(from + batch - 1, rows)],
      );
    }
  });
  const bucket = bucketOf(primary);
  const keys = Array.from({ length: objects }, (_, index) => `bench/${index}.bin`);
  await inParallel(keys, 8, (key) => bucket.put(key, Buffer.alloc(objectBytes, key)));
}

/** Until the standby has what was seeded. */
export async function untilReplicated({ primary, standby }: Estate, { objects }: DataSize): Promise<void> {
  const wanted = await countRows(primary.database);
  const container = new StandbyObjects(standby.objects, standby.objects.container);
  const deadline = AbortSignal.timeout(20 * 60_000);
  for (;;) {
    const rows = await countRows(standby.database);
    const there = (await container.keys("bench/")).length;
    if (rows >= wanted && there >= objects) return;
    if (deadline.aborted)
      throw new Error(`the standby has ${rows} of ${wanted} rows and ${there} of ${objects} objects after 20 minutes`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

export function bucketOf(primary: Estate["primary"]): PrimaryObjects {
  if (primary.objects === undefined) throw new Error("the primary has no object store");
  return new PrimaryObjects(primary.objects);
}
