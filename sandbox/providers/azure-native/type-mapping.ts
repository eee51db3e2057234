/** How one resource type of the azure-native package stands to Azure Resource Manager. */
export interface TypeMapping {
  readonly token: string;
  /** Path behind `/subscriptions/{}/resourceGroups/{resourceGroupName}/providers/`; a leading `/` makes it whole. */
  readonly path: string;
  readonly apiVersion: string;
  readonly inputs: InputTable;
  readonly required?: readonly string[];
  /** Body properties beside `properties`. */
  readonly top: readonly string[];
  /** False: `properties` is an input and output as it is. Default true: its contents stand at the top. */
  readonly flat?: boolean;
  /** SDK name to ARM name, where they differ. */
  readonly renames?: Readonly<Record<string, string>>;
  /** Lists (by SDK name, at any depth) whose items are resources: name and id stay, the rest goes to `properties`. */
  readonly children?: readonly string[];
  /** Replacing inputs beside path parameters and location. */
  readonly replace?: readonly string[];
  /** Outputs (dot paths) that Azure works out inside an input; see `ResourceKind.computed`. */
  readonly computed?: readonly string[];
  /** Name of the last path parameter: a random suffix (default), the program's name, a GUID, or always the same. */
  readonly autoName?: "random" | "copy" | "uuid" | { readonly fixed: string };
  /** Inputs that Azure changes by itself or only repeats; never drift, never taken over at import. */
  readonly volatile?: readonly string[];
  /** Exists without being created; deleting means setting this body. */
  readonly reset?: Readonly<Record<string, unknown>>;
}

/** Names of inputs by type; path parameters are strings without being listed. */
export interface InputTable {
  readonly text?: readonly string[];
  readonly number?: readonly string[];
  readonly flag?: readonly string[];
  readonly object?: readonly string[];
  readonly list?: readonly string[];
}

/** Names in braces, in order. */
export function pathParameters(mapping: TypeMapping): readonly string[] {
  const own = [...mapping.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  return mapping.path.startsWith("/") ? own : ["resourceGroupName", ...own];
}

/** The path parameter that names the resource itself. */
export function nameParameter(mapping: TypeMapping): string {
  return pathParameters(mapping).at(-1) ?? "";
}

export function hasLocation(mapping: TypeMapping): boolean {
  return mapping.inputs.text?.includes("location") ?? false;
}
