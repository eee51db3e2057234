import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import type { DatabaseEndpoint } from "../../stacks/outputs.ts";
import type { PostgresPair } from "../../test/support/postgres-pair.ts";
import { fill, follow, startServers } from "./estate.ts";
import { seconds } from "./statistics.ts";

export interface CopyResult {
  readonly server: string;
  readonly rows: number;
  readonly jobs: number;
  /** Of each table, beside its primary key. */
  readonly indexes: number;
  /** Seconds until the follower is in sync. */
  readonly ours: number;
  /** Seconds of `pg_dump` and `pg_restore`, before ours and after. */
  readonly peer: readonly [number, number];
}

const run = promisify(execFile);

/**
 * The first copy beside `pg_dump --format=directory | pg_restore`, both with `jobs` jobs, of the same rows between the same two servers. The
 * servers are of the major version of the `pg_dump` on PATH, which cannot read a newer one.
 */
export async function measureCopy(number: number, rows: number, jobs: number, indexes: number): Promise<CopyResult> {
  const server = z
    .enum(["15", "16", "17", "18"])
    .parse(/(\d+)\./.exec((await run("pg_dump", ["--version"])).stdout)?.[1]);
  await using pair = await startServers(number, server, jobs);
  await using each = await fill(pair, "copied", rows, indexes);
  const source = await each.endpoint("primary");
  const peer = (): Promise<number> => seconds(() => dumpAndRestore(pair, source, jobs));
  const before = await peer();
  const ours = await seconds(() => follow(each));
  const after = await peer();
  return { server, rows, jobs, indexes, ours, peer: [before, after] };
}

async function dumpAndRestore(pair: PostgresPair, source: DatabaseEndpoint, jobs: number): Promise<void> {
  const target = pair.endpoints.standby;
  const directory = await mkdtemp(join(tmpdir(), "pilotlight-bench-"));
  const dump = join(directory, "dump");
  await pair.sql("standby", "create database peer", "admin", "postgres");
  try {
    const options = ["--format=directory", `--jobs=${jobs}`, "--compress=0", "--no-sync", "--table=part_*"];
    await as(source, "pg_dump", [...options, `--file=${dump}`, source.name]);
    await as(target, "pg_restore", [`--jobs=${jobs}`, "--dbname=peer", dump]);
  } finally {
    await pair.sql("standby", "drop database peer with (force)", "admin", "postgres");
    await rm(directory, { recursive: true, force: true });
  }
}

async function as(
  { host, port, adminUser, adminPassword }: DatabaseEndpoint,
  command: string,
  args: string[],
): Promise<void> {
  const env = { ...process.env, PGHOST: host, PGPORT: String(port), PGUSER: adminUser, PGPASSWORD: adminPassword };
  await run(command, args, { env, timeout: 3_600_000, maxBuffer: 1 << 24 });
}
