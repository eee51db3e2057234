import type { Mutation } from "./mutate.ts";

/** A stack of ours, broken in one way, and what must be said about it. */
export interface Broken {
  readonly rule: string;
  /** `-lit`: with the standby's compute. */
  readonly stack: string;
  /** What has to be repaired first, where our own stack breaks the rule already and that is accepted. */
  readonly first?: Mutation;
  readonly mutation: Mutation;
  /** Name of the resource with the finding. */
  readonly resource: string;
  readonly messages: readonly string[];
  /** The same rule finds on the engine, by `<resource>: <message>`, what the engine itself declares because of the mutation. */
  readonly onEngineToo?: readonly string[];
  /** Not taken on the engine: the sandbox's providers have no such type. */
  readonly withoutEngine?: true;
}
