import { DriverError } from "../domain/errors.ts";
import type { FailoverState } from "../domain/failover-state.ts";
import type { FunctionDependencies } from "./failover-functions.ts";
import type { StoredState } from "./state-store.ts";

/** The entity, made where there is none. Its endpoints are those that are declared now: the rest of it is history. */
export async function currentState(
  { store, rules }: Pick<FunctionDependencies, "store" | "rules">,
  signal: AbortSignal,
): Promise<StoredState> {
  const found = await store.read(signal);
  if (found !== undefined) return { ...found, state: { ...found.state, ...rules.endpoints } };
  const fresh: FailoverState = {
    ...rules.endpoints,
    active_target: "primary",
    last_status: "OK",
    last_reason: "",
    last_check_utc: "",
    failover_count: 0,
    lock_until_utc: "",
  };
  // Whoever made it first, it is there now.
  await store.create(fresh, signal);
  const made = await store.read(signal);
  if (made === undefined) throw new DriverError("unverified", "the state was written and is not there");
  return made;
}
