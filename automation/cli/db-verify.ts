import { invalidInput } from "../domain/errors.ts";
import { keyText } from "../domain/losses.ts";
import { otherSite } from "../domain/protection.ts";
import type { VerifyDifference, VerifyResult } from "../ports/database-audit.ts";
import type { CommandContext, RegisterCommand } from "./command.ts";
import { exitCodes } from "./exit-codes.ts";

/** Differences that are shown; all are counted. */
const shown = 100;

interface VerifyCommandOptions {
  readonly rate?: string;
  readonly only?: string;
}

/** `pilotlight db verify`: "equal", or the rows that differ. Exit code 1 where they do. */
export const registerDbVerify: RegisterCommand = (program, run) => {
  program
    .command("verify")
    .description("compare both sites by checksums over ranges of keys, while replication runs and without locking")
    .option("--rate <rows>", "read at most so many rows a second at each site (default: as fast as they come)")
    .option("--only <table>", "this table alone")
    .action(run<VerifyCommandOptions>(verify));
};

async function verify(context: CommandContext, options: VerifyCommandOptions): Promise<number> {
  const rate = options.rate === undefined ? undefined : Number(options.rate);
  if (rate !== undefined && !(Number.isInteger(rate) && rate > 0))
    throw invalidInput("--rate", options.rate, "rows a second, a whole number from 1 on");
  const app = await context.app();
  const { driver } = await app.driver(() => {});
  const { activeSite: from } = await driver.status();
  const to = otherSite(from);
  const differing: VerifyDifference[] = [];
  const result = await app.databaseAudit.verify(
    {
      ...{ from, to },
      ...(rate === undefined ? {} : { rowsPerSecond: rate }),
      ...(options.only === undefined ? {} : { only: options.only }),
      take: (each) => {
        if (differing.length < shown) differing.push(each);
      },
    },
    context.signal,
  );
  const equal = result.differences === 0 && result.absent.length === 0 && result.unsettled === 0;
  context.print({ equal, from, to, ...result, differing }, verifyText(equal, result, differing, to));
  return equal ? exitCodes.done : exitCodes.failed;
}

function verifyText(
  equal: boolean,
  result: VerifyResult,
  differing: readonly VerifyDifference[],
  follower: string,
): string {
  const looked = `${result.rows} rows of ${result.tables} tables`;
  if (equal) return `equal: ${looked}`;
  const more = result.differences - differing.length;
  return [
    `not equal: ${result.differences} rows differ, of ${looked}`,
    ...result.absent.map(({ table, at }) => `  ${table} is not at the ${at} site`),
    ...differing.map(({ table, key, left, right }) => {
      const how = right === undefined ? `not at ${follower}` : left === undefined ? `only at ${follower}` : "different";
      return `  ${table} ${keyText(key)}: ${how}`;
    }),
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(result.unsettled > 0 ? [`  ${result.unsettled} rows changed whenever they were looked at`] : []),
  ].join("\n");
}
