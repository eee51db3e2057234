import type { DeclaredSwitches, PrimaryOutputs, Site, StandbyOutputs } from "../../stacks/outputs.ts";

/** The two switches. `drActive` lights the standby's compute; `activeSite` says who runs workloads and gets traffic. */
export interface Switches {
  readonly drActive: boolean;
  readonly activeSite: Site;
}

/** The switches, and what else an operation may change of a stack's configuration. */
export interface Configured extends Switches {
  /** Size of the standby's nodes; absent where the program's own default holds, and on the primary. */
  readonly nodeType?: string;
}

/** The switches of a stack, each with the epoch at which it was written. */
export interface Epochs {
  /** In this checkout's file. */
  readonly file: DeclaredSwitches;
  /** As the last update began. Undefined: never deployed, or by a program that told none. */
  readonly deployed: DeclaredSwitches | undefined;
}

export interface ResourceChanges {
  readonly create: number;
  readonly update: number;
  readonly replace: number;
  readonly delete: number;
  readonly same: number;
}

export interface ApplyOptions {
  readonly signal: AbortSignal;
  /** One line per resource, as the engine reports it, e.g. "creating kubernetes:apps/v1:Deployment service-a". */
  readonly onProgress?: (line: string) => void;
  /** The operation that changes a switch, for the record. Default: the driver. */
  readonly by?: string;
  /**
   * Sizes of the standby's nodes: the one to use, then those to try another time. They are declared like the switches, and what an
   * update that was refused another size left half made is removed first. Absent: as declared.
   */
  readonly nodeTypes?: readonly string[];
}

/** What exists, through the infrastructure-as-code engine. Errors are `DriverError`s (classified once). */
export interface Infrastructure {
  /** Outputs saved by the last update, from the state backend alone: never reads a cloud. Undefined: never deployed. */
  primary(): Promise<PrimaryOutputs | undefined>;
  standby(): Promise<StandbyOutputs | undefined>;
  /**
   * The switches that hold for a site's stack: as configured, or as deployed where the configuration is older (`drActive` is meaningless on
   * the primary and false there).
   */
  switches(site: Site): Promise<Configured>;
  /** Sets the given switches, then updates the stack. The same again changes nothing. */
  apply(site: Site, switches: Partial<Switches>, options: ApplyOptions): Promise<ResourceChanges>;
  preview(site: Site, options: ApplyOptions): Promise<ResourceChanges>;
}
