import { z } from "zod";
import type { DatabaseEndpoint } from "../../../stacks/outputs.ts";
import { DriverError, toDriverError } from "../../domain/errors.ts";
import { pause } from "../../lib/interruption.ts";
import { systemTimer } from "../../lib/timer.ts";
import { quote } from "./quote.ts";
import type { Session } from "./session.ts";

const shape = z.object({ gid: z.string(), owner: z.string(), database: z.string(), seconds: z.number() });
export type PreparedTransaction = z.infer<typeof shape>;

/** A transaction manager ends what it has prepared within moments; what stays longer was left behind. */
const settleMs = 2000;

/** Prepared transactions in the application's databases, oldest first: they survive the end of their session, and can be committed later. */
async function preparedTransactions(
  session: Session,
  { name, additional }: DatabaseEndpoint,
): Promise<readonly PreparedTransaction[]> {
  return await session.rows(
    shape,
    `select gid, owner::text, database::text, extract(epoch from clock_timestamp() - prepared)::float8 as seconds
     from pg_prepared_xacts where database = any($1::text[]) order by prepared, gid`,
    [[name, ...additional]],
  );
}

/** Errors: `refused`, naming each prepared transaction that nobody ends. */
export async function requireNonePrepared(
  session: Session,
  endpoint: DatabaseEndpoint,
  signal: AbortSignal,
): Promise<void> {
  let pending = await preparedTransactions(session, endpoint);
  const began = systemTimer.monotonic();
  while (pending.length > 0 && systemTimer.monotonic().since(began) < settleMs) {
    await pause("prepared transactions", 100, signal);
    const still = new Set((await preparedTransactions(session, endpoint)).map(({ gid }) => gid));
    // New ones come and go while the application runs.
    pending = pending.filter(({ gid }) => still.has(gid));
  }
  if (pending.length === 0) return;
  throw new DriverError(
    "refused",
    `${pending.length === 1 ? "a prepared transaction is" : `${pending.length} prepared transactions are`} pending at ${session.where}, and could be committed after the fence: ${pending.map(described).join("; ")}`,
    {
      field: "prepared transactions",
      value: pending.map(({ gid }) => gid).join(", "),
      expected: "none: end each with `commit prepared` or `rollback prepared`, as its owner and in its database",
    },
  );
}

/**
 * Rolls back what is prepared in this session's database, as the owner of each. Says what was ended, one line for each.
 * Errors: `refused` for one that may not be ended: it can still be committed, so this site has not stopped writing.
 */
export async function endPrepared(session: Session, endpoint: DatabaseEndpoint): Promise<readonly string[]> {
  const ended: string[] = [];
  for (const transaction of await preparedTransactions(session, endpoint)) {
    // Only there can it be ended; the fence of that database does.
    if (transaction.database !== endpoint.name) continue;
    try {
      await rollBack(session, transaction);
    } catch (error) {
      throw new DriverError(
        "refused",
        `the prepared transaction ${described(transaction)} at ${session.where} could not be rolled back, and can still be committed: ${toDriverError(error).message}`,
        { field: "prepared transactions", value: transaction.gid, expected: "rolled back by its owner", cause: error },
      );
    }
    ended.push(
      `the prepared transaction ${described(transaction)} was rolled back: what it would have written is lost`,
    );
  }
  return ended;
}

async function rollBack(session: Session, { gid, owner }: PreparedTransaction): Promise<void> {
  const statement = `rollback prepared ${quote.literal(gid)}`;
  const me = await session.first(
    z.object({ may: z.boolean() }),
    "select rolsuper or rolname = $1 as may from pg_roles where rolname = current_user",
    [owner],
  );
  if (me?.may) return await session.run(statement);
  await session.run(`set role ${quote.identifier(owner)}`);
  try {
    await session.run(statement);
  } finally {
    await session.run("reset role");
  }
}

function described({ gid, owner, database, seconds }: PreparedTransaction): string {
  return `"${gid}" (owner ${owner}, database ${database}, ${Math.round(seconds)} s old)`;
}
