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

/** Resources of a type that are about `resource`: they take an input from it. */
export function about(stack: DeclaredStack, type: string, resource: DeclaredResource): readonly DeclaredResource[] {
  return ofType(stack, type).filter(({ dependencies }) => dependencies.includes(resource.urn));
}
