/** A resource's identity. ARM compares names without regard to case: `key` is for comparing, `id` for showing. */
export interface ArmId {
  readonly id: string;
  readonly key: string;
  readonly subscription: string;
  /** Undefined for a role assignment on a subscription. */
  readonly resourceGroup: string | undefined;
  /** What the resource hangs on: its resource group, or any resource for extension types such as role assignments. */
  readonly scope: string;
  readonly namespace: string;
  /** e.g. `Microsoft.Network/virtualNetworks/subnets` */
  readonly type: string;
  readonly name: string;
  /** Key of the resource that this one is a child of. */
  readonly parentKey: string | undefined;
}

/** What a path asks for. */
export type ArmPath =
  | { readonly kind: "resource"; readonly id: ArmId; readonly action: string | undefined }
  | { readonly kind: "collection"; readonly scope: string; readonly subscription: string; readonly type: string }
  | { readonly kind: "operation"; readonly operation: string; readonly subscription: string }
  | { readonly kind: "subscription"; readonly subscription: string };

export const resourceGroupType = "Microsoft.Resources/resourceGroups";

/** Undefined: not a path of Azure Resource Manager. */
export function parseArmPath(path: string): ArmPath | undefined {
  const segments = path
    .split("/")
    .filter((part) => part !== "")
    .map(decodeURIComponent);
  const [root, subscription] = segments;
  if (root?.toLowerCase() !== "subscriptions" || subscription === undefined) return undefined;
  const at = segments.map((part) => part.toLowerCase()).lastIndexOf("providers");
  return at < 0 ? parseGroups(segments, subscription) : parseProvider(segments, at, subscription);
}

function parseGroups(segments: readonly string[], subscription: string): ArmPath | undefined {
  const base = `/subscriptions/${subscription}`;
  const [, , collection, group, rest] = segments;
  if (collection === undefined) return { kind: "subscription", subscription };
  if (collection.toLowerCase() === "resources" && group === undefined) {
    return { kind: "collection", scope: base, subscription, type: "" };
  }
  if (collection.toLowerCase() !== "resourcegroups" || segments.length > 5) return undefined;
  if (group === undefined) return { kind: "collection", scope: base, subscription, type: resourceGroupType };
  const id = `${base}/resourceGroups/${group}`;
  if (rest?.toLowerCase() === "resources") return { kind: "collection", scope: id, subscription, type: "" };
  const names = { resourceGroup: group, scope: base, namespace: "Microsoft.Resources", name: group };
  return {
    kind: "resource",
    id: { id, key: id.toLowerCase(), subscription, ...names, type: resourceGroupType, parentKey: undefined },
    action: rest,
  };
}

function parseProvider(segments: readonly string[], at: number, subscription: string): ArmPath | undefined {
  const scope = `/${segments.slice(0, at).join("/")}`;
  const [namespace, ...pairs] = segments.slice(at + 1);
  if (namespace === undefined || pairs.length === 0) return undefined;
  if (pairs[0]?.toLowerCase() === "locations" && pairs[2]?.toLowerCase() === "operations" && pairs[3] !== undefined) {
    return { kind: "operation", operation: pairs[3], subscription };
  }
  const types = pairs.filter((_, i) => i % 2 === 0);
  const names = pairs.filter((_, i) => i % 2 === 1);
  if (pairs.length % 2 === 1) {
    const parent = pairs
      .slice(0, -1)
      .map((part) => `/${part}`)
      .join("");
    const under = parent === "" ? scope : `${scope}/providers/${namespace}${parent}`;
    return { kind: "collection", scope: under, subscription, type: [namespace, ...types].join("/") };
  }
  const id = `${scope}/providers/${namespace}/${pairs.join("/")}`;
  const parent = `${scope}/providers/${namespace}/${pairs.slice(0, -2).join("/")}`;
  const group = segments[2]?.toLowerCase() === "resourcegroups" ? segments[3] : undefined;
  return {
    kind: "resource",
    id: {
      id,
      key: id.toLowerCase(),
      subscription,
      resourceGroup: group,
      scope,
      namespace,
      type: [namespace, ...types].join("/"),
      name: names.at(-1) ?? "",
      parentKey: pairs.length > 2 ? parent.toLowerCase() : undefined,
    },
    action: undefined,
  };
}

/** Of an id that we made ourselves. */
export function parseArmId(id: string): ArmId {
  const path = parseArmPath(id);
  if (path?.kind !== "resource") throw new Error(`not a resource id: ${id}; expected /subscriptions/…/<type>/<name>`);
  return path.id;
}

/** POST on an odd path is an action: `…/managedClusters/name/listClusterUserCredential`. */
export function parseActionPath(path: string): ArmPath | undefined {
  const cut = path.lastIndexOf("/");
  const target = parseArmPath(path.slice(0, cut));
  return target?.kind === "resource" ? { ...target, action: path.slice(cut + 1) } : undefined;
}

/** The top-level resource: `…/providers/<namespace>/<type>/<name>`; a group itself for groups. */
export function rootKey(id: ArmId): string {
  if (id.type === resourceGroupType) return id.key;
  return id.key
    .split("/")
    .slice(0, id.scope.split("/").length + 4)
    .join("/");
}
