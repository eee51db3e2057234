import pg from "pg";
import type { AcknowledgedWrite } from "./ledger.ts";

export interface AuditedDatabase {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly user: string;
  readonly password: string;
  readonly sslMode: "require" | "disable";
}

export interface AuditOptions {
  /** Of all clients together, the stale one's too. */
  readonly acknowledged: readonly AcknowledgedWrite[];
  readonly from: { readonly site: string; readonly database?: AuditedDatabase };
  /** The surviving site: its database decides what is lost. */
  readonly to: { readonly site: string; readonly database: AuditedDatabase };
  /** Only writes that were acknowledged from here on belong to this move; default: all. */
  readonly since?: Date;
  /** From here on the old site had no right to acknowledge; default: the new site's first acknowledgement. */
  readonly promotedAt?: Date;
  /** Says whether the object of a write is at the surviving site. */
  readonly hasObject?: (id: string) => Promise<boolean>;
}

/** The truth about one move, measured from outside. Lists hold the writes' ids. */
export interface MoveAudit {
  readonly acknowledgedWrites: number;
  /** Acknowledged, and not in the surviving database. */
  readonly lostWrites: readonly string[];
  /** Acknowledged by the old site when it had no right to any more. */
  readonly splitBrainWrites: readonly string[];
  /** Only with `from.database`: rows there that the surviving database does not have, acknowledged or not. */
  readonly strandedRows?: readonly string[];
  /** Only with `hasObject`: acknowledged, and without its object at the surviving site. */
  readonly lostObjects?: readonly string[];
}

/** Every call to a database ends within this. */
const deadlineMs = 15_000;
const batchSize = 5000;

/** Compares what clients saw acknowledged with what is there. Databases are read only. */
export async function auditMove(options: AuditOptions): Promise<MoveAudit> {
  const since = options.since?.getTime() ?? Number.NEGATIVE_INFINITY;
  const writes = options.acknowledged.filter((write) => Date.parse(write.ackAt) >= since);
  const ids = writes.map((write) => write.id);
  const present = await presentIds(options.to.database, ids);
  const audit: MoveAudit = {
    acknowledgedWrites: writes.length,
    lostWrites: ids.filter((id) => !present.has(id)),
    splitBrainWrites: splitBrain(writes, options),
  };
  const { database } = options.from;
  const { hasObject } = options;
  return {
    ...audit,
    ...(database === undefined ? {} : { strandedRows: await strandedRows(database, options.to.database) }),
    ...(hasObject === undefined ? {} : { lostObjects: await withoutObject(ids, hasObject) }),
  };
}

/** Those of `ids` that the database does not have. */
export async function missingIds(database: AuditedDatabase, ids: readonly string[]): Promise<readonly string[]> {
  const present = await presentIds(database, ids);
  return ids.filter((id) => !present.has(id));
}

function splitBrain(writes: readonly AcknowledgedWrite[], options: AuditOptions): readonly string[] {
  const first = Math.min(
    ...writes.filter((write) => write.site === options.to.site).map((write) => Date.parse(write.ackAt)),
  );
  const instant = options.promotedAt?.getTime() ?? first;
  return writes
    .filter((write) => write.site === options.from.site && Date.parse(write.ackAt) > instant)
    .map((write) => write.id);
}

async function presentIds(database: AuditedDatabase, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const present = new Set<string>();
  await withClient(database, async (client) => {
    for (let start = 0; start < ids.length; start += batchSize) {
      const batch = ids.slice(start, start + batchSize);
      const { rows } = await client.query<{ id: string }>("select id from writes where id = any($1::uuid[])", [batch]);
      for (const { id } of rows) present.add(id);
    }
  });
  return present;
}

async function strandedRows(old: AuditedDatabase, surviving: AuditedDatabase): Promise<readonly string[]> {
  const ids: string[] = [];
  await withClient(old, async (client) => {
    const { rows } = await client.query<{ id: string }>("select id from writes order by sequence");
    ids.push(...rows.map(({ id }) => id));
  });
  const present = await presentIds(surviving, ids);
  return ids.filter((id) => !present.has(id));
}

async function withoutObject(
  ids: readonly string[],
  hasObject: (id: string) => Promise<boolean>,
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (let start = 0; start < ids.length; start += 16) {
    const batch = ids.slice(start, start + 16);
    const found = await Promise.all(batch.map((id) => hasObject(id)));
    lost.push(...batch.filter((_, index) => found[index] !== true));
  }
  return lost;
}

async function withClient(database: AuditedDatabase, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({
    host: database.host,
    port: database.port,
    database: database.name,
    user: database.user,
    password: database.password,
    ssl: database.sslMode === "require" ? { rejectUnauthorized: false } : false,
    application_name: "pilotlight-audit",
    connectionTimeoutMillis: deadlineMs,
    query_timeout: deadlineMs,
    options: "-c default_transaction_read_only=on",
  });
  client.on("error", () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
