import type { Site } from "../../stacks/outputs.ts";

/** How the last attempt to keep a copy of a stack's state at the other site went. */
export type BackupOutcome =
  | { readonly kind: "kept"; readonly at: string; readonly where: string }
  /** The other site has no object store, or was never deployed. */
  | { readonly kind: "nowhere"; readonly at: string; readonly reason: string }
  | { readonly kind: "failed"; readonly at: string; readonly error: string };

/** The newest copy as it is there now. */
export type BackupFacts =
  | { readonly kind: "current" | "stale"; readonly stack: string; readonly takenAt: string; readonly where: string }
  | { readonly kind: "none"; readonly stack: string; readonly where: string }
  | { readonly kind: "nowhere"; readonly stack: string; readonly reason: string };

/** Copies of each stack's state, with its secrets encrypted, at the other site. */
export interface StateBackups {
  /** The stack was just updated, or may have been. Returns at once; a failure here is reported and never fails an operation. */
  changed(site: Site): void;
  /** Resolves once everything under way has ended; each copy has a deadline of its own. */
  settled(): Promise<void>;
  /** The outcomes of the last attempts, of any process. */
  last(): Promise<Partial<Record<Site, BackupOutcome>>>;
  /** Compares the newest copies with the states. */
  look(signal: AbortSignal): Promise<readonly BackupFacts[]>;
}
