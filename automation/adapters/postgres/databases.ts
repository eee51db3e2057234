import type { Site } from "../../../stacks/outputs.ts";
import { invalidInput } from "../../domain/errors.ts";
import { requirePostgres } from "../../domain/supported-topology.ts";
import type {
  Database,
  DrillCopy,
  FenceOptions,
  Lag,
  Preparation,
  PromotionEvidence,
  ProofToken,
  SchemaDifference,
  StrandedAccount,
  StrandedWrite,
  WriteLease,
} from "../../ports/database.ts";
import type {
  DatabaseAudit,
  RestoreOptions,
  RestoreResult,
  VerifyOptions,
  VerifyResult,
} from "../../ports/database-audit.ts";
import { PostgresDatabase, type PostgresDatabaseOptions } from "./database.ts";
import { lsn } from "./lsn.ts";

/** One database of the set. `label` marks what is said of a further one with its name. */
interface Member {
  readonly database: PostgresDatabase;
  /** Undefined: the application's own. */
  readonly name?: string;
  label(text: string): string;
}

/**
 * The application's database and the further ones on the same servers, as one. Roles belong to the server: who may write is decided
 * once, at the application's database. Everything else is per database, each with a publication, subscription and slot of its own.
 */
export class PostgresDatabases implements Database, DatabaseAudit {
  readonly #options: Omit<PostgresDatabaseOptions, "further">;
  readonly #main: PostgresDatabase;

  constructor(options: Omit<PostgresDatabaseOptions, "further">) {
    this.#options = options;
    this.#main = new PostgresDatabase(options);
  }

  async prepare(site: Site, writable: boolean, signal: AbortSignal): Promise<Preparation> {
    const further = await this.#further(site, signal);
    const closed = writable ? undefined : await this.#main.prepare(site, false, signal);
    for (const { database } of further) await database.layFoundation(site, signal);
    if (closed !== undefined) return closed;
    // A site that is open keeps no tokens; one that is opened must not.
    await this.#main.layFoundation(site, signal);
    const open = await this.#main.isWritable(site, signal);
    if (!open || (await this.#main.isLeftLeased(site, signal))) await this.openWrites(site, signal);
    return { restartedFor: [] };
  }

  async isWritable(site: Site, signal: AbortSignal): Promise<boolean> {
    await this.#further(site, signal);
    return this.#main.isWritable(site, signal);
  }

  writeLease(site: Site, signal: AbortSignal): Promise<WriteLease | undefined> {
    return this.#main.writeLease(site, signal);
  }

  /** The application's own looks at all of the set. */
  requireFenceable(site: Site, signal: AbortSignal): Promise<void> {
    return this.#main.requireFenceable(site, signal);
  }

  /**
   * The first fence closes the role everywhere; each database then writes a final heartbeat of its own. Its earliest position stands for
   * all: a final heartbeat at or after it was written with every database closed, so where it has arrived, everything before it has.
   */
  async fence(site: Site, signal: AbortSignal, options: FenceOptions = {}): Promise<ProofToken> {
    const further = await this.#further(site, signal);
    const { notes: first = [], ...main } = await this.#main.fence(site, signal, options);
    let token: ProofToken = main;
    const notes = new Set(first);
    for (const { database } of further) {
      const { notes: more = [], ...next } = await database.fence(site, signal, options);
      for (const note of more) notes.add(note);
      if (lsn.parse(next.lsn) < lsn.parse(token.lsn)) token = next;
    }
    return notes.size === 0 ? token : { ...token, notes: [...notes] };
  }

  /** With several, tokens go first, in every database: one that was left behind would be taken for the proof of a later fence. */
  async openWrites(site: Site, signal: AbortSignal): Promise<void> {
    const members = await this.#members(site, signal);
    if (members.length > 1) for (const { database } of members) await database.dropTokens(site, signal);
    await this.#main.openWrites(site, signal);
  }

  async heartbeat(site: Site, signal: AbortSignal): Promise<void> {
    await this.#all(site, signal, ({ database }) => database.heartbeat(site, signal));
  }

  /** The worst of all. */
  async lag(receiver: Site, signal: AbortSignal): Promise<Lag> {
    const lags = await this.#all(receiver, signal, async ({ database, label }) => {
      const lag = await database.lag(receiver, signal);
      const { copying, atRisk = [], losing = [] } = lag;
      return { ...lag, copying: copying.map(label), atRisk: atRisk.map(label), losing: losing.map(label) };
    });
    const worst = lags.reduce((a, b) => ((b.seconds ?? Infinity) > (a.seconds ?? Infinity) ? b : a));
    return {
      ...worst,
      streaming: lags.every(({ streaming }) => streaming),
      copying: lags.flatMap(({ copying }) => copying),
      atRisk: lags.flatMap(({ atRisk }) => atRisk),
      losing: lags.flatMap(({ losing }) => losing),
    };
  }

  async awaitToken(receiver: Site, token: ProofToken, signal: AbortSignal): Promise<void> {
    await this.#all(receiver, signal, ({ database }) => database.awaitToken(receiver, token, signal));
  }

  async promote(receiver: Site, signal: AbortSignal): Promise<PromotionEvidence> {
    const promoted = await this.#all(receiver, signal, async ({ database, label }) => {
      const evidence = await database.promote(receiver, signal);
      return {
        ...evidence,
        sequences: evidence.sequences.map((each) => ({ ...each, name: label(each.name) })),
        ...(evidence.unready && {
          unready: evidence.unready.map((each) => ({ ...each, table: label(each.table) })),
        }),
      };
    });
    // What is certain of all of them is what the one furthest behind had applied.
    const position = ({ lastAppliedLsn }: PromotionEvidence): bigint =>
      lastAppliedLsn === undefined ? -1n : lsn.parse(lastAppliedLsn);
    const worst = promoted.reduce((a, b) => (position(b) < position(a) ? b : a));
    return {
      ...worst,
      sequences: promoted.flatMap(({ sequences }) => sequences),
      followed: promoted.reduce((sum, { followed = 0 }) => sum + followed, 0),
      unready: promoted.flatMap(({ unready = [] }) => unready),
    };
  }

  async replicate(from: Site, to: Site, options: { readonly copy: boolean }, signal: AbortSignal): Promise<void> {
    // One after the other: both ends' roles are written each time.
    for (const { database } of await this.#members(to, signal)) await database.replicate(from, to, options, signal);
  }

  async adoptTables(from: Site, to: Site, signal: AbortSignal): Promise<readonly string[]> {
    const adopted: string[] = [];
    const failures: unknown[] = [];
    for (const { database, label } of await this.#members(to, signal)) {
      // One database whose changes cannot be carried must not keep the others from theirs.
      await database.adoptTables(from, to, signal).then(
        (tables) => adopted.push(...tables.map(label)),
        (error: unknown) => failures.push(error),
      );
    }
    if (failures.length > 0) throw failures[0];
    return adopted;
  }

  compareSchemas(from: Site, to: Site, signal: AbortSignal): Promise<readonly SchemaDifference[]> {
    return this.#labelled(to, signal, (database) => database.compareSchemas(from, to, signal));
  }

  syncSchema(from: Site, to: Site, signal: AbortSignal): Promise<readonly SchemaDifference[]> {
    return this.#labelled(to, signal, (database) => database.syncSchema(from, to, signal));
  }

  async inSync(to: Site, signal: AbortSignal): Promise<boolean> {
    return (await this.whyNotInSync(to, signal)) === undefined;
  }

  async whyNotInSync(to: Site, signal: AbortSignal): Promise<string | undefined> {
    const reasons = await this.#all(to, signal, async ({ database, label }) => {
      const reason = await database.whyNotInSync(to, signal);
      return reason === undefined ? [] : [label(reason)];
    });
    return reasons.flat().join("; ") || undefined;
  }

  /** One after the other: what is found goes to one file. */
  async stranded(
    oldSource: Site,
    take: (write: StrandedWrite) => Promise<void>,
    signal: AbortSignal,
  ): Promise<StrandedAccount> {
    const accounts: StrandedAccount[] = [];
    for (const { database, label, name } of await this.#members(oldSource, signal)) {
      const mark = name === undefined ? {} : { database: name };
      const account = await database.stranded(oldSource, (write) => take({ ...write, ...mark }), signal);
      accounts.push({
        ...account,
        compared: account.compared.map((each) => ({ ...each, table: label(each.table) })),
        unaccounted: account.unaccounted.map((each) => ({ ...each, table: label(each.table) })),
      });
    }
    const problems = accounts.flatMap(({ slotProblem }) => slotProblem ?? []);
    return {
      ...(problems.length === 0 ? {} : { slotProblem: problems.join("; ") }),
      compared: accounts.flatMap(({ compared }) => compared),
      unaccounted: accounts.flatMap(({ unaccounted }) => unaccounted),
    };
  }

  /** One after the other, so that the rate holds. */
  async verify(options: VerifyOptions, signal: AbortSignal): Promise<VerifyResult> {
    const results: VerifyResult[] = [];
    for (const { database, label } of await this.#members(options.from, signal)) {
      const take: VerifyOptions["take"] = (each) => options.take({ ...each, table: label(each.table) });
      const result = await database.verify({ ...options, take }, signal);
      results.push({ ...result, absent: result.absent.map((each) => ({ ...each, table: label(each.table) })) });
    }
    const sum = (count: (result: VerifyResult) => number): number =>
      results.reduce((all, each) => all + count(each), 0);
    const tables = sum((each) => each.tables);
    const absent = results.flatMap((each) => each.absent);
    if (options.only !== undefined && tables + absent.length === 0)
      throw invalidInput("--only", options.only, "a table's name, with or without its schema");
    return {
      ...{ tables, absent, rows: sum((each) => each.rows) },
      ...{ differences: sum((each) => each.differences), unsettled: sum((each) => each.unsettled) },
    };
  }

  /** Every database takes its own. Errors: `invalid-input` for rows of a database that the application does not have. */
  async restoreLost(
    site: Site,
    writes: () => AsyncIterable<StrandedWrite>,
    options: RestoreOptions,
    signal: AbortSignal,
  ): Promise<RestoreResult> {
    const members = await this.#members(site, signal);
    const names = new Set(members.map(({ name }) => name));
    const wanted = new Set<string | undefined>();
    for await (const { database } of writes()) wanted.add(database);
    const unknown = [...wanted].find((name) => !names.has(name));
    if (unknown !== undefined) throw invalidInput("database", unknown, "a database of this application");
    const results: RestoreResult[] = [];
    for (const { database, label, name } of members.filter((each) => wanted.has(each.name))) {
      const result = await database.restoreLost(site, () => only(writes(), name), options, signal);
      results.push({
        tables: result.tables.map((each) => ({ ...each, table: label(each.table) })),
        conflicts: result.conflicts.map((each) => ({ ...each, table: label(each.table) })),
      });
    }
    return {
      tables: results.flatMap(({ tables }) => tables),
      conflicts: results.flatMap(({ conflicts }) => conflicts),
    };
  }

  async makeDrillCopies(site: Site, signal: AbortSignal): Promise<readonly DrillCopy[]> {
    const copies: DrillCopy[] = [];
    // One after the other: the replicas go on applying meanwhile, and have a server to share.
    for (const { database } of await this.#members(site, signal))
      copies.push(...(await database.makeDrillCopies(site, signal)));
    return copies;
  }

  /** The application's own last: the role goes with it. */
  async dropDrillCopies(site: Site, signal: AbortSignal): Promise<readonly string[]> {
    const dropped: string[] = [];
    for (const { database } of (await this.#members(site, signal)).toReversed())
      dropped.push(...(await database.dropDrillCopies(site, signal)));
    return dropped;
  }

  async #labelled(
    site: Site,
    signal: AbortSignal,
    work: (database: PostgresDatabase) => Promise<readonly SchemaDifference[]>,
  ): Promise<readonly SchemaDifference[]> {
    const found = await this.#all(site, signal, async ({ database, label }) =>
      (await work(database)).map((each) => ({ ...each, object: label(each.object) })),
    );
    return found.flat();
  }

  /** At once in every database; all have ended before an error is thrown. */
  async #all<T>(site: Site, signal: AbortSignal, work: (member: Member) => Promise<T>): Promise<T[]> {
    const settled = await Promise.allSettled((await this.#members(site, signal)).map(work));
    return settled.map((each) => {
      if (each.status === "rejected") throw each.reason;
      return each.value;
    });
  }

  async #members(site: Site, signal: AbortSignal): Promise<readonly Member[]> {
    return [{ database: this.#main, label: (text) => text }, ...(await this.#further(site, signal))];
  }

  /** Errors: `refused` for a server that is not PostgreSQL. */
  async #further(site: Site, signal: AbortSignal): Promise<readonly Member[]> {
    const { endpoints } = this.#options;
    const endpoint = await endpoints[site](signal);
    requirePostgres(site, endpoint);
    return endpoint.additional.map((name) => {
      const at = (where: Site) => async (inner: AbortSignal) => ({ ...(await endpoints[where](inner)), name });
      const own = { primary: at("primary"), standby: at("standby") };
      return {
        name,
        database: new PostgresDatabase({ ...this.#options, endpoints: own, further: name }),
        label: (text: string) => `${name}/${text}`,
      };
    });
  }
}

async function* only(
  writes: AsyncIterable<StrandedWrite>,
  database: string | undefined,
): AsyncGenerator<StrandedWrite> {
  for await (const write of writes) if (write.database === database) yield write;
}
