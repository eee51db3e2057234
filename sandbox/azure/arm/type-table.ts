import { ArmError } from "./arm-error.ts";
import type { ResourceType } from "./resource-type.ts";

/** The resource types that exist, by name without regard to case. */
export class TypeTable {
  readonly #types: ReadonlyMap<string, ResourceType>;

  constructor(types: readonly ResourceType[]) {
    this.#types = new Map(types.map((type) => [type.type.toLowerCase(), type]));
  }

  /** Throws `InvalidResourceNamespace` or `InvalidResourceType`: what is not known never succeeds in silence. */
  get(name: string): ResourceType {
    const type = this.#types.get(name.toLowerCase());
    if (type !== undefined) return type;
    const [namespace = "", ...rest] = name.split("/");
    if (![...this.#types.keys()].some((key) => key.startsWith(`${namespace.toLowerCase()}/`))) {
      const text = `The resource namespace '${namespace}' is invalid: the sandbox has no such provider.`;
      throw new ArmError(404, "InvalidResourceNamespace", text);
    }
    const text = `The resource type '${rest.join("/")}' could not be found in the namespace '${namespace}' (of the sandbox).`;
    throw new ArmError(404, "InvalidResourceType", text);
  }
}
