import type { z } from "zod";
import type { ArmId } from "./arm-id.ts";
import type { Json } from "./json.ts";

/** A resource as it is kept. Secrets are kept elsewhere, under the same key. */
export interface ArmRecord {
  readonly id: string;
  readonly status: "Creating" | "Updating" | "Succeeded" | "Failed" | "Deleting";
  /** What stands beside `properties`: location, tags, sku, kind, identity, zones. */
  readonly top: Json;
  readonly properties: Json;
}

/** What a PUT or PATCH wants, already checked against the schema, secrets included. */
export interface Candidate {
  readonly id: ArmId;
  readonly top: Json;
  readonly properties: Json;
  readonly previous: ArmRecord | undefined;
}

export interface Applied {
  readonly properties: Json;
  readonly top?: Json;
}

/** What a type may ask about its surroundings. */
export interface ArmSurroundings {
  find(key: string): ArmRecord | undefined;
  /** Children of `key` with a type, in order of creation. */
  children(key: string, type: string): readonly ArmRecord[];
  all(type: string): readonly ArmRecord[];
  secrets(key: string): Json;
}

export interface NameRule {
  readonly pattern: RegExp;
  /** Says the rule in words, for the error. */
  readonly text: string;
  /** Error code; default `InvalidResourceName`. */
  readonly code?: string;
}

/** One type of a resource provider. */
export interface ResourceType {
  readonly type: string;
  readonly name: NameRule;
  /** `required`: a region; `global` (the only value); `anywhere`: either; `none` for children and extensions. */
  readonly location: "required" | "global" | "anywhere" | "none";
  /** Parses `properties`; fills defaults. Types stay open to what the sandbox does not act on. */
  readonly properties: z.ZodType<Json>;
  /** Parses what stands beside `properties` where a type needs more than location and tags. */
  readonly top?: z.ZodType<Json>;
  /** Dot paths in `properties` that never come back. */
  readonly secrets?: readonly string[];
  /** Dot paths in `properties` that a later PUT or PATCH may not change. */
  readonly createOnly?: readonly string[];
  /** PUT and DELETE answer before they are done, with an Azure-AsyncOperation to poll. */
  readonly long?: boolean;
  /** Actions that answer before they are done, likewise. */
  readonly longActions?: readonly string[];
  /** Clients see it as soon as `apply` has made it: on a scaled clock its time passes before, not meanwhile. */
  readonly servesAtOnce?: boolean;
  /** No `provisioningState` in `properties`. */
  readonly stateless?: boolean;
  /** Child resources that may also be given inside the parent. Absent in a PUT: they stay as they are. */
  readonly inline?: { readonly property: string; readonly type: string };
  /** Any scope (role assignments), not only a resource group. */
  readonly extension?: boolean;
  /** Exists without being created, with these properties (server parameters, blob service). */
  readonly implicit?: (id: ArmId, around: ArmSurroundings) => { readonly properties: Json } | undefined;
  /** Refuses before anything is touched. */
  check?(candidate: Candidate, around: ArmSurroundings): void;
  /** Makes it so; returns what is kept. Without it, what was asked for is kept. Safe to repeat. */
  apply?(candidate: Candidate, around: ArmSurroundings): Promise<Applied>;
  /** Refuses to delete the resource itself; not asked when its group or parent goes. */
  checkRemove?(id: ArmId, around: ArmSurroundings): void;
  remove?(id: ArmId, record: ArmRecord, around: ArmSurroundings): Promise<void>;
  /** After a restart of the sandbox. */
  restore?(id: ArmId, record: ArmRecord, around: ArmSurroundings): Promise<void>;
  /** Laid over `properties` in every answer: what changes by itself. */
  view?(id: ArmId, record: ArmRecord, around: ArmSurroundings): Json;
  readonly actions?: Readonly<
    Record<string, (id: ArmId, record: ArmRecord, body: Json, around: ArmSurroundings) => Promise<unknown>>
  >;
}
