import { expect } from "vitest";
import type { Database, StrandedAccount, StrandedWrite } from "../../automation/ports/database.ts";
import type { Site } from "../../stacks/outputs.ts";

/** Everything that a salvage would write down, in one list. */
export async function strandedAt(
  database: Pick<Database, "stranded">,
  oldSource: Site,
  signal: AbortSignal = AbortSignal.timeout(120_000),
): Promise<StrandedWrite[]> {
  const { writes, account } = await accountOf(database, oldSource, signal);
  expect(account.unaccounted).toEqual([]);
  return writes;
}

export async function accountOf(
  database: Pick<Database, "stranded">,
  oldSource: Site,
  signal: AbortSignal = AbortSignal.timeout(120_000),
): Promise<{ readonly writes: StrandedWrite[]; readonly account: StrandedAccount }> {
  const writes: StrandedWrite[] = [];
  const account = await database.stranded(oldSource, async (write) => void writes.push(write), signal);
  return { writes, account };
}
