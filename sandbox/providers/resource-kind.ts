import type { z } from "zod";

/** Plain JSON after secrets are unwrapped. Unknown (not yet computed) values stay as `UNKNOWN` during a preview. */
export type Properties = Record<string, unknown>;

export interface CallContext {
  readonly urn: string;
  /** The resource's name in the program (last part of the URN). */
  readonly name: string;
  /** Aborted at the engine's cancel and at the call's deadline. */
  readonly signal: AbortSignal;
  /** In `read` only: the inputs of the last update, so that a refresh keeps what the cloud does not tell. Absent on import. */
  readonly lastInputs?: Properties;
  /** To the plugin's standard error, which the engine shows when the plugin fails. */
  readonly log: (message: string) => void;
}

/** What a change of inputs replaces. */
export interface Replacement {
  /** Dot paths, as in `replaceOnChanges`. */
  readonly paths: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

/** One resource type of a provider. */
export interface ResourceKind<Cloud> {
  /** Strict object over the inputs: an unknown property or a wrong type becomes a check failure that names it. */
  readonly inputs: z.ZodType;
  /** Fills what the real provider would fill (auto-naming, defaults). `old` holds the inputs of the last update: keep its auto-name. */
  readonly defaults?: (
    inputs: Properties,
    context: { readonly name: string; readonly old: Properties | undefined },
  ) => Properties;
  /** Input properties (dot paths) whose change replaces the resource; any other change updates it. */
  readonly replaceOnChanges: readonly string[];
  readonly deleteBeforeReplace?: boolean;
  /** Outputs (dot paths) that the cloud works out inside an object that the program gives; previews do not know them yet. */
  readonly computed?: readonly string[];
  /** Where this depends on values or on the provider's configuration: instead of the two above. */
  readonly replacement?: (olds: Properties, news: Properties, cloud: Cloud) => Replacement;
  create(
    cloud: Cloud,
    inputs: Properties,
    call: CallContext,
  ): Promise<{ readonly id: string; readonly outputs: Properties }>;
  /** Undefined: it is gone. `inputs` is what a fresh program would send, as far as the cloud tells. `state` is empty on import. */
  read(
    cloud: Cloud,
    id: string,
    state: Properties,
    call: CallContext,
  ): Promise<{ readonly id: string; readonly inputs: Properties; readonly outputs: Properties } | undefined>;
  update(
    cloud: Cloud,
    id: string,
    inputs: Properties,
    old: { readonly inputs: Properties; readonly outputs: Properties },
    call: CallContext,
  ): Promise<Properties>;
  /** Already gone is success. */
  delete(cloud: Cloud, id: string, state: Properties, call: CallContext): Promise<void>;
}

export interface PluginSpec<Cloud> {
  readonly name: string;
  readonly version: string;
  /** Provider configuration to whatever the kinds need. Throws with a message naming key, value and what would be right. */
  connect(config: Properties): Cloud;
  readonly kinds: Readonly<Record<string, ResourceKind<Cloud>>>;
  /** Open-ended providers (kubernetes): asked when `kinds` has no entry. */
  readonly kindOf?: (token: string) => ResourceKind<Cloud> | undefined;
  readonly functions: Readonly<
    Record<string, (cloud: Cloud, args: Properties, call: { readonly signal: AbortSignal }) => Promise<Properties>>
  >;
  /** Output properties that are secret, by type token. */
  readonly secretOutputs?: Readonly<Record<string, readonly string[]>>;
}
