import { otherSite } from "../../automation/domain/protection.ts";
import type { Site } from "../../stacks/outputs.ts";
import { type DatabaseCase, openCase } from "../../test/support/database-case.ts";
import { type PostgresPair, type PostgresVersion, startPostgresPair } from "../../test/support/postgres-pair.ts";

/** Of both servers, and so of both contestants: durable, and without checkpoints that fall on one of them only. */
const settings = {
  fsync: "on",
  shared_buffers: "256MB",
  max_wal_size: "8GB",
  checkpoint_timeout: "30min",
  maintenance_work_mem: "256MB",
  max_connections: "200",
  max_worker_processes: "24",
  max_logical_replication_workers: "16",
} as const;

/** Two servers on loopback. `jobs`: tables that a subscription copies at a time. */
export function startServers(number: number, version: PostgresVersion, jobs: number): Promise<PostgresPair> {
  const versions = { primary: version, standby: version };
  return startPostgresPair(number, [], { ...settings, max_sync_workers_per_subscription: String(jobs) }, versions);
}

/** Tables that the rows are spread over. */
const tables = 4;

/**
 * A database at both, with tables `part_1` … of `rows` rows together, and `writes` for the clients. Each part has a primary key and `indexes`
 * (0 to 2) more. Nobody follows yet.
 */
export async function fill(pair: PostgresPair, name: string, rows: number, indexes = 2): Promise<DatabaseCase> {
  const each = await openCase(pair, name);
  await each.database.prepare("standby", false, limit());
  await each.database.prepare("primary", true, limit());
  await each.sql(
    "primary",
    "create table writes (id uuid primary key, sequence bigserial, payload text not null, at timestamptz not null default clock_timestamp())",
    "app",
  );
  for (let number = 1; number <= tables; number++) {
    await each.sql(
      "primary",
      `create table part_${number} (id bigint primary key, customer int not null, note text not null, amount numeric(10,2) not null, at timestamptz not null);
       insert into part_${number} select n, n % 100000, 'order ' || md5(n::text), n % 9973, timestamptz '2026-01-01' + n * interval '1 second'
         from generate_series(1, ${Math.ceil(rows / tables)}) n`,
      "app",
    );
    for (const column of ["customer", "at"].slice(0, indexes)) {
      await each.sql("primary", `create index on part_${number} (${column})`, "app");
    }
  }
  await each.sql("primary", "vacuum analyze");
  await each.sql("primary", "checkpoint");
  return each;
}

/** The standby follows, with everything copied. */
export async function follow({ database }: DatabaseCase): Promise<void> {
  await database.replicate("primary", "standby", { copy: true }, limit());
  while (!(await database.inSync("standby", limit()))) await new Promise((resolve) => setTimeout(resolve, 100));
}

export interface MoveTimes {
  /** Milliseconds from the fence's first statement until the other site takes writes. */
  readonly total: number;
  readonly steps: Readonly<Record<string, number>>;
}

/**
 * The database's part of a planned move, as failback's graph has it: the old site follows before writes open, so that the next move needs no
 * copy. A planned failover does the same without `reverse`.
 */
export async function movePlanned({ database }: DatabaseCase, from: Site): Promise<MoveTimes> {
  const to = otherSite(from);
  const steps: Record<string, number> = {};
  const timed = async <T>(name: string, work: Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work;
    steps[name] = performance.now() - began;
    return result;
  };
  const began = performance.now();
  const token = await timed("fence", database.fence(from, limit()));
  await timed("token", database.awaitToken(to, token, limit()));
  await timed("promote", database.promote(to, limit()));
  await timed("reverse", database.replicate(to, from, { copy: false }, limit()));
  await timed("open", database.openWrites(to, limit()));
  return { total: performance.now() - began, steps };
}

/** Everything has a deadline; this is far beyond what is measured. */
export function limit(): AbortSignal {
  return AbortSignal.timeout(3_600_000);
}
