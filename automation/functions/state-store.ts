import type { FailoverState } from "../domain/failover-state.ts";

export interface StoredState {
  readonly state: FailoverState;
  /** Names this version of the entity. */
  readonly etag: string;
}

/** The one entity of the functions. Errors are `DriverError`s; `fatal` for an entity that cannot be understood, never treated as missing. */
export interface StateStore {
  /** Undefined: there is none yet. */
  read(signal: AbortSignal): Promise<StoredState | undefined>;
  /** False: somebody else made one first. Nothing was changed. */
  create(state: FailoverState, signal: AbortSignal): Promise<boolean>;
  /** False: it is no longer the version of `etag`. Nothing was changed. */
  replace(state: FailoverState, etag: string, signal: AbortSignal): Promise<boolean>;
}
