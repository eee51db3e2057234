import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { PostgresDatabases } from "../../automation/adapters/postgres/databases.ts";
import { CopyCommand } from "./copy-command.ts";
import { asAdmin, countRows } from "./databases.ts";
import type { Estate } from "./estate.ts";
import { inParallel, StandbyObjects } from "./objects.ts";
import { bucketOf } from "./seed.ts";

const container = "backups";
const rowsBlob = "writes.copy";
const objectPrefix = "objects/";

/** A backup outside the region, taken while it was well: where the reference keeps its own, in S3, nobody could read it now. */
export async function takeBackup(estate: Estate): Promise<void> {
  const backups = new StandbyObjects(estate.standby.objects, container);
  await backups.make();
  await inFolder(async (folder) => {
    const file = join(folder, rowsBlob);
    const sink = createWriteStream(file);
    await asAdmin(estate.primary.database, (client) =>
      CopyCommand.out(client, "copy writes to stdout", (chunk) => void sink.write(chunk)),
    );
    sink.end();
    await finished(sink);
    await backups.upload(rowsBlob, file);
  });
  const bucket = bucketOf(estate.primary);
  await inParallel(await bucket.keys(), 8, async (key) => backups.put(objectPrefix + key, await bucket.get(key)));
}

/** As pg_restore does it: tables, rows, then keys, indexes and sequences. Roles and grants first, which a dump of one database has not. */
export async function restoreDatabase({ standby }: Estate): Promise<void> {
  const { database } = standby;
  const roles = new PostgresDatabases({ endpoints: { primary: nowhere, standby: async () => database } });
  await roles.prepare("standby", true, AbortSignal.timeout(60_000));
  await inFolder(async (folder) => {
    const file = join(folder, rowsBlob);
    await new StandbyObjects(standby.objects, container).download(rowsBlob, file);
    await asAdmin(database, async (client) => {
      await client.query(`set role "${database.appUser}"`);
      await client.query("drop table if exists writes");
      await client.query(`create table writes (id uuid not null, sequence bigint not null, payload text not null,
        site text not null, created_at timestamptz not null default now(), processed_at timestamptz)`);
      await CopyCommand.in(client, "copy writes from stdin", createReadStream(file, { highWaterMark: 1 << 16 }));
      await client.query("alter table writes add primary key (id)");
      await client.query("create index writes_unprocessed on writes (sequence) where processed_at is null");
      await client.query("create sequence writes_sequence_seq owned by writes.sequence");
      await client.query("alter table writes alter column sequence set default nextval('writes_sequence_seq')");
      await client.query("select setval('writes_sequence_seq', (select coalesce(max(sequence), 1) from writes))");
    });
  });
  await countRows(database);
}

/** One object after another: down from the backup, up to the application's container. */
export async function copyObjects({ standby }: Estate): Promise<void> {
  const backups = new StandbyObjects(standby.objects, container);
  const target = new StandbyObjects(standby.objects, standby.objects.container);
  const keys = await backups.keys(objectPrefix);
  for (const key of keys) await target.put(key.slice(objectPrefix.length), await backups.get(key));
  await target.keys();
}

async function nowhere(): Promise<never> {
  throw new Error("the reference does not ask the primary");
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pilotlight-dump-"));
  try {
    await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
