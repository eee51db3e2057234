interface ServerParameter {
  readonly dataType: "Integer" | "Boolean" | "Enumeration" | "String";
  readonly default: string;
  /** Takes effect without a restart. */
  readonly dynamic: boolean;
  readonly allowed?: string;
}

const parameter = (
  dataType: ServerParameter["dataType"],
  value: string,
  dynamic: boolean,
  allowed?: string,
): ServerParameter => ({ dataType, default: value, dynamic, ...(allowed === undefined ? {} : { allowed }) });

/** Server parameters of flexible servers that the sandbox knows: those that a replicated application touches. */
export const serverParameters: ReadonlyMap<string, ServerParameter> = new Map([
  ["wal_level", parameter("Enumeration", "replica", false, "replica,logical")],
  ["max_wal_senders", parameter("Integer", "10", false, "5-100")],
  ["max_replication_slots", parameter("Integer", "10", false, "2-262143")],
  ["max_worker_processes", parameter("Integer", "8", false, "0-262143")],
  ["max_logical_replication_workers", parameter("Integer", "4", false, "0-262143")],
  ["max_sync_workers_per_subscription", parameter("Integer", "2", true, "0-262143")],
  ["max_connections", parameter("Integer", "100", false, "25-5000")],
  ["max_slot_wal_keep_size", parameter("Integer", "-1", true, "-1-2147483647")],
  ["wal_sender_timeout", parameter("Integer", "60000", true, "0-2147483647")],
  ["wal_receiver_timeout", parameter("Integer", "60000", true, "0-2147483647")],
  ["idle_in_transaction_session_timeout", parameter("Integer", "0", true, "0-2147483647")],
  ["statement_timeout", parameter("Integer", "0", true, "0-2147483647")],
  ["log_min_duration_statement", parameter("Integer", "-1", true, "-1-2147483647")],
  ["log_connections", parameter("Boolean", "on", true, "on,off")],
  ["log_disconnections", parameter("Boolean", "on", true, "on,off")],
  ["azure.extensions", parameter("String", "", true)],
  ["track_commit_timestamp", parameter("Boolean", "off", false, "on,off")],
]);

/** Why a value is wrong; undefined when it is right. */
export function parameterFault(name: string, value: string): string | undefined {
  const { allowed, dataType } = serverParameters.get(name) ?? {};
  if (allowed === undefined) return undefined;
  const range = /^(-?\d+)-(-?\d+)$/.exec(allowed);
  const right =
    dataType === "Integer" && range !== null
      ? /^-?\d+$/.test(value) && Number(value) >= Number(range[1]) && Number(value) <= Number(range[2])
      : allowed.split(",").includes(value.toLowerCase());
  return right ? undefined : `'${value}' is not allowed for '${name}'; allowed: ${allowed}`;
}
