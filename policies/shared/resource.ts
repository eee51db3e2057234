/** A value that a preview cannot know yet, e.g. a name that the cloud will make up. The update judges it. */
export const UNKNOWN: unique symbol = Symbol("not known until the update");

export type Props = Readonly<Record<string, unknown>>;

/** A resource as the program declares it. */
export interface DeclaredResource {
  readonly urn: string;
  /** E.g. `aws:s3/bucket:Bucket`. */
  readonly type: string;
  readonly name: string;
  /** Its inputs, secrets in plain: no message may quote one. */
  readonly props: Props;
  /** The engine refuses to delete it. */
  readonly protect: boolean;
  /** URN of the component that it belongs to; empty: the stack. */
  readonly parent: string;
  /** URNs that its inputs come from, or that it waits for. */
  readonly dependencies: readonly string[];
}

/** Everything that a stack declares. */
export interface DeclaredStack {
  /** `<environment>-<role>`. */
  readonly name: string;
  readonly resources: readonly DeclaredResource[];
}

/** The stack in a URN. */
export function stackOf(urn: string): string {
  return urn.split("::")[0]?.slice("urn:pulumi:".length) ?? "";
}

export function ofType(stack: DeclaredStack, type: string): readonly DeclaredResource[] {
  return stack.resources.filter((resource) => resource.type === type);
}

/** Inputs by which a resource has its name. */
const NAMES = ["bucket", "accountName", "serverName", "vaultName", "resourceName", "virtualNetworkName"];
/** Inputs by which a resource names another one that it is about: by its name, or by an ID or ARN that ends with it. */
const REFERENCES = ["bucket", "accountName", "serverName", "vaultName", "resourceUri", "virtualNetworkName"];

/** Resources of a type that are about `resource`: they take an input from it, or name it. */
export function about(stack: DeclaredStack, type: string, resource: DeclaredResource): readonly DeclaredResource[] {
  return ofType(stack, type).filter((each) => isAbout(each, resource));
}

/** It takes an input from `resource`, or names it, as imported stacks and Pulumi YAML do. */
export function isAbout(companion: DeclaredResource, resource: DeclaredResource): boolean {
  if (companion.dependencies.includes(resource.urn)) return true;
  const groups = [companion.props.resourceGroupName, resource.props.resourceGroupName];
  const [own, other] = groups.map((group) => (typeof group === "string" ? group.toLowerCase() : undefined));
  const names = NAMES.map((key) => resource.props[key]).filter((name) => typeof name === "string" && name !== "");
  return references(companion.props).some((reference) => {
    if (reference.includes("/")) return names.some((name) => endsWith(reference, `/${name}`));
    const sameGroup = own === undefined || other === undefined || own === other;
    return sameGroup && names.some((name) => endsWith(`:${reference}`, `:${name}`));
  });
}

function references(props: Props): readonly string[] {
  const links = [props.privateLinkServiceConnections, props.manualPrivateLinkServiceConnections].flat();
  const ids = links.map((link) => Object(link).privateLinkServiceId);
  return [...REFERENCES.map((key) => props[key]), ...ids].filter((value) => typeof value === "string");
}

/** Names of Azure are the same in either case, and those of buckets have but one. */
function endsWith(reference: string, end: string): boolean {
  return reference.toLowerCase().endsWith(end.toLowerCase());
}
