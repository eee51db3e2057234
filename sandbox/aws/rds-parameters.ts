import { isSuccess, xmlText } from "./api-answer.ts";
import type { MotoClient } from "./moto-client.ts";

// What a program may sensibly set and a stock PostgreSQL takes; other parameters of a group have no effect here.
const passedOn = new Set([
  "max_connections",
  "max_replication_slots",
  "max_wal_senders",
  "max_logical_replication_workers",
  "max_worker_processes",
  "wal_sender_timeout",
  "wal_receiver_timeout",
  "max_slot_wal_keep_size",
  "idle_in_transaction_session_timeout",
  "statement_timeout",
  "log_min_duration_statement",
  "work_mem",
]);

/** Server parameters for a parameter group as it is now. `rds.logical_replication=1` means what it means on RDS. */
export async function readServerParameters(
  moto: MotoClient,
  region: string,
  group: string | undefined,
): Promise<Readonly<Record<string, string>>> {
  if (group === undefined || group.startsWith("default.")) return {};
  const answer = await moto.read(
    "rds",
    region,
    "/",
    new URLSearchParams({ Action: "DescribeDBParameters", Version: "2014-10-31", DBParameterGroupName: group }),
  );
  if (!isSuccess(answer)) throw new Error(`parameter group ${group} cannot be read: moto answered ${answer.status}`);
  const set = new Map(
    [...answer.body.toString().matchAll(/<Parameter>([\s\S]*?)<\/Parameter>/g)].map(([, element = ""]) => [
      xmlText(element, "ParameterName") ?? "",
      xmlText(element, "ParameterValue") ?? "",
    ]),
  );
  const known = [...set].filter(([name, value]) => passedOn.has(name) && value !== "");
  const logical = ["1", "on", "true"].includes(set.get("rds.logical_replication") ?? "");
  return {
    ...(logical && { wal_level: "logical", max_replication_slots: "20", max_wal_senders: "25" }),
    ...Object.fromEntries(known),
  };
}
